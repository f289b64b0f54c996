{#- A readable-length key from several columns; NULL and empty stay apart. -#}
{% macro surrogate_key(expressions) -%}
    {{ return(adapter.dispatch('surrogate_key')(expressions)) }}
{%- endmacro %}

{% macro default__surrogate_key(expressions) -%}
    md5(concat_ws(
        '|',
        {%- for expression in expressions %}
        coalesce(cast({{ expression }} as varchar), '~'){{ ',' if not loop.last }}
        {%- endfor %}
    ))
{%- endmacro %}
