{#- One key from several columns. The separator is a control character that no feed holds, so that
    ('a|b', 'c') and ('a', 'b|c') differ; NULL and empty stay apart too. -#}
{% macro surrogate_key(expressions) -%}
    {{ return(adapter.dispatch('surrogate_key')(expressions)) }}
{%- endmacro %}

{% macro default__surrogate_key(expressions) -%}
    md5(concat_ws(
        chr(31),
        {%- for expression in expressions %}
        coalesce(cast({{ expression }} as varchar), '~'){{ ',' if not loop.last }}
        {%- endfor %}
    ))
{%- endmacro %}
