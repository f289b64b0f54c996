{#- Days since 2000-01-01: lags count in them, whatever the clocks do. -#}
{% macro day_number(date_expression) -%}
    {{ days_between("date '2000-01-01'", date_expression) }}
{%- endmacro %}
