{#- Numbers on BigQuery. -#}

{% macro bigquery__integer_divide(dividend, divisor) -%}
    div({{ dividend }}, {{ divisor }})
{%- endmacro %}

{#- The product of two bigints has 38 digits at most. -#}
{% macro bigquery__wide_integer(expression) -%}
    cast({{ expression }} as bignumeric)
{%- endmacro %}

{% macro bigquery__any_true(expression) -%}
    logical_or({{ expression }})
{%- endmacro %}

{% macro bigquery__all_true(expression) -%}
    logical_and({{ expression }})
{%- endmacro %}
