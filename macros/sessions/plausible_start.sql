{#- The years in which a session can have started at all. -#}
{% macro is_plausible_start(timestamp) -%}
    (
        {{ timestamp }} >= timestamp '2008-01-01 00:00:00'
        and {{ timestamp }} < timestamp '2100-01-01 00:00:00'
    )
{%- endmacro %}

{#- What systems write where they know no start: the first second of their calendar, or its day. -#}
{% macro is_placeholder_start(timestamp) -%}
    (
        {{ timestamp }} between timestamp '1969-12-31 00:00:00' and timestamp '1970-01-02 23:59:59'
        or {{ timestamp }} between timestamp '1899-12-29 00:00:00' and timestamp '1900-01-02 23:59:59'
        or {{ timestamp }} < timestamp '0001-01-03 00:00:00'
    )
{%- endmacro %}
