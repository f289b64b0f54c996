{#- One key from several columns. The separator is a control character that no feed holds, so that
    ('a|b', 'c') and ('a', 'b|c') differ; NULL and empty stay apart too. -#}
{% macro surrogate_key(expressions) -%}
    {%- set parts = [] -%}
    {%- for expression in expressions -%}
    {%- do parts.append("coalesce(cast(" ~ expression ~ " as string), '~')") -%}
    {%- endfor -%}
    {{ hash_of(parts | join(' || chr(31) || ')) }}
{%- endmacro %}

{#- MD5 of a text in hexadecimal digits. -#}
{% macro hash_of(text) -%}
    {{ return(adapter.dispatch('hash_of')(text)) }}
{%- endmacro %}

{% macro default__hash_of(text) -%}
    md5({{ text }})
{%- endmacro %}

{#- A number that equal texts share, and few others: for sorting out, never for a key. -#}
{% macro short_hash(text) -%}
    {{ return(adapter.dispatch('short_hash')(text)) }}
{%- endmacro %}

{% macro default__short_hash(text) -%}
    hash({{ text }})
{%- endmacro %}
