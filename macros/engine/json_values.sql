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
    cast(json_extract({{ document }}, '{{ path }}') as string)
{%- endmacro %}
