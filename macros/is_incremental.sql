{#- As dbt's own, but nothing is asked of a warehouse that may not be asked: what compiles offline
    is the first build. -#}
{% macro is_incremental() -%}
    {%- if not flags.INTROSPECT -%}
        {{ return(false) }}
    {%- endif -%}
    {{ return(dbt.is_incremental()) }}
{%- endmacro %}
