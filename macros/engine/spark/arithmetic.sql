{#- Whole numbers on Spark: its `div` truncates toward zero, for decimals of scale 0 too. -#}

{% macro spark__integer_divide(dividend, divisor) -%}
    (({{ dividend }}) div ({{ divisor }}))
{%- endmacro %}

{#- The product of two bigints has 38 digits at most. -#}
{% macro spark__wide_integer(expression) -%}
    cast({{ expression }} as decimal(38, 0))
{%- endmacro %}

{#- Its own cast rounds the digits that it would print. -#}
{% macro spark__double_to_decimal(expression, precision, scale) -%}
    cast(
        cast(round(({{ expression }}) * 1e{{ scale }}) as decimal({{ precision }}, 0))
        * 1e-{{ scale }}bd as decimal({{ precision }}, {{ scale }})
    )
{%- endmacro %}
