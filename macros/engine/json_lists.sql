{#- Lists in JSON text, beside `rows_per_element`. -#}

{#- The sum of the amounts that a path with a wildcard leads to; NULL where it leads nowhere. -#}
{% macro json_list_sum(document, path) -%}
    {{ return(adapter.dispatch('json_list_sum')(document, path)) }}
{%- endmacro %}

{% macro default__json_list_sum(document, path) -%}
    cast(
        list_sum(
            try_cast(json_extract_string({{ document }}, '{{ path }}') as decimal(13, 4) [])
        ) as decimal(18, 4)
    )
{%- endmacro %}
