{#- Refuses a run whose vars cannot be meant, before anything is built. -#}
{% macro check_settings() -%}
    {%- set known = ['native', 'dundee', 'boulder'] -%}
    {%- set sources = var('ecocharge_sources') -%}
    {%- if sources is string or sources is not iterable -%}
        {{ exceptions.raise_compiler_error(
            "ecocharge_sources must be a list, such as [dundee, boulder], not: " ~ sources
        ) }}
    {%- endif -%}
    {%- for source_name in sources if source_name not in known -%}
        {{ exceptions.raise_compiler_error(
            "ecocharge_sources names an unknown feed: " ~ source_name
            ~ ". Known feeds: " ~ known | join(', ')
        ) }}
    {%- endfor -%}
    {%- if var('ecocharge_native_from') not in ['seeds', 'landing'] -%}
        {{ exceptions.raise_compiler_error(
            "ecocharge_native_from must be seeds or landing, not: " ~ var('ecocharge_native_from')
        ) }}
    {%- endif -%}
    select 1
{%- endmacro %}
