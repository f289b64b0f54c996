{#- The years in which a session can have started at all. -#}
{% macro is_plausible_start(timestamp) -%}
    (
        {{ timestamp }} >= timestamp '2008-01-01 00:00:00'
        and {{ timestamp }} < timestamp '2100-01-01 00:00:00'
    )
{%- endmacro %}
