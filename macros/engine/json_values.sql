{#- Values out of JSON text. -#}

{#- One value as text without quotes; NULL where the path leads nowhere. -#}
{% macro json_text(document, path) -%}
    {{ return(adapter.dispatch('json_text')(document, path)) }}
{%- endmacro %}

{% macro default__json_text(document, path) -%}
    json_extract_string({{ document }}, '{{ path }}')
{%- endmacro %}

{#- An object or a list inside, as JSON text; NULL where the path leads nowhere. -#}
{% macro json_part(document, path) -%}
    {{ return(adapter.dispatch('json_part')(document, path)) }}
{%- endmacro %}

{% macro default__json_part(document, path) -%}
    cast(json_extract({{ document }}, '{{ path }}') as varchar)
{%- endmacro %}

{#- One row per element of a list, as JSON text, in a select list; no rows where it is no list. -#}
{% macro unnest_json_list(document) -%}
    {{ return(adapter.dispatch('unnest_json_list')(document)) }}
{%- endmacro %}

{% macro default__unnest_json_list(document) -%}
    cast(unnest(case
        when json_type({{ document }}) = 'ARRAY' then from_json({{ document }}, '["json"]')
    end) as varchar)
{%- endmacro %}
