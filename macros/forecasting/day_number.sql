{#- Days since 2000-01-01: lags count in them, whatever the clocks do. -#}
{% macro day_number(date_expression) -%}
    {{ return(adapter.dispatch('day_number')(date_expression)) }}
{%- endmacro %}

{% macro default__day_number(date_expression) -%}
    date_diff('day', date '2000-01-01', {{ date_expression }})
{%- endmacro %}
