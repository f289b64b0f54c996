{#- Rows and energy of one class of rows, for the reconciliation. -#}

{% macro class_rows(row_class) -%}
    count(case when row_class = '{{ row_class }}' then 1 end)
{%- endmacro %}

{% macro class_energy(row_class) -%}
    cast(
        coalesce(sum(case when row_class = '{{ row_class }}' then energy_kwh end), 0)
        as decimal(28, 6)
    )
{%- endmacro %}
