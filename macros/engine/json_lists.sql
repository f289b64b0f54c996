{#- Lists in JSON text, beside `unnest_json_list`. -#}

{#- The place of each element, from 1; stands in one select list with `unnest_json_list`. -#}
{% macro unnest_json_positions(document) -%}
    {{ return(adapter.dispatch('unnest_json_positions')(document)) }}
{%- endmacro %}

{% macro default__unnest_json_positions(document) -%}
    generate_subscripts(case
        when json_type({{ document }}) = 'ARRAY' then from_json({{ document }}, '["json"]')
    end, 1)
{%- endmacro %}

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
