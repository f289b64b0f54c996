{#- The engine's name of a type that a contract or a list of columns gives in DuckDB's words. -#}
{% macro engine_type(type) -%}
    {{ return(adapter.dispatch('engine_type')(type)) }}
{%- endmacro %}

{% macro default__engine_type(type) -%}
    {{ return(type) }}
{%- endmacro %}

{% macro to_double(expression) -%}
    cast({{ expression }} as {{ engine_type('double') }})
{%- endmacro %}

{#- A double as a decimal, the half of the last digit away from zero: `x * 1e6` is the same double on
    every engine, while the digits that an engine would print are not. -#}
{% macro double_to_decimal(expression, precision=18, scale=6) -%}
    {{ return(adapter.dispatch('double_to_decimal')(expression, precision, scale)) }}
{%- endmacro %}

{% macro default__double_to_decimal(expression, precision, scale) -%}
    cast({{ expression }} as decimal({{ precision }}, {{ scale }}))
{%- endmacro %}
