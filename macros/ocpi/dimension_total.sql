{#- The volume of one dimension in a period, among the dimensions of all. -#}
{% macro dimension_total(dimension_type) -%}
    cast(
        sum(case when dimension_type = '{{ dimension_type }}' then volume end) as decimal(18, 6)
    )
{%- endmacro %}
