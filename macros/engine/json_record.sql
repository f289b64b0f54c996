{#- One JSON text from a list of columns, in the order given. -#}
{% macro json_record(columns) -%}
    {{ return(adapter.dispatch('json_record')(columns)) }}
{%- endmacro %}

{% macro default__json_record(columns) -%}
    cast(json_object(
        {%- for column in columns %}
        '{{ column }}', {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    ) as string)
{%- endmacro %}
