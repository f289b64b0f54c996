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
