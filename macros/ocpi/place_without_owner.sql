{#- An id without the country and party of its owner, which a charger does not know of, and with
    one sign between its parts, since each protocol joins them by its own. -#}
{% macro place_without_owner(id) -%}
    {{ replace_all(
        "regexp_replace(upper(" ~ id ~ "), '^[A-Z]{2}[*][A-Z0-9]{3}[*]', '')", '[^A-Z0-9]+', '-'
    ) }}
{%- endmacro %}
