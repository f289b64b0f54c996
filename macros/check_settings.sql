{#- Refuses a run whose vars cannot be meant, before anything is built. -#}
{% macro check_settings() -%}
    {%- set sources = var('ecocharge_sources') -%}
    {%- if sources is string or sources is not iterable -%}
        {{ exceptions.raise_compiler_error(
            "ecocharge_sources must be a list, such as [dundee, boulder], not: " ~ sources
        ) }}
    {%- endif -%}
    {%- set known = known_feeds() if execute else sources -%}
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

{#- The native feed, those that have settings and those that have landed. -#}
{% macro known_feeds() -%}
    {{ return(adapter.dispatch('known_feeds')()) }}
{%- endmacro %}

{% macro default__known_feeds() -%}
    {%- set query -%}
        select 'native' as feed
        union distinct
        select parse_filename(file, true)
        from glob('{{ env_var('ECOCHARGE_FEEDS', 'feeds') }}/*.yml')
        union distinct
        select string_split(file, '/')[-3]
        from glob('{{ env_var('ECOCHARGE_LANDING', 'data/landing') }}/*/*/*.parquet')
        order by feed
    {%- endset -%}
    {{ return(run_query(query).columns[0].values() | list) }}
{%- endmacro %}
