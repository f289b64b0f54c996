{#- The nearest known value before or after a row, the row itself apart. -#}

{% macro last_known_before(expression, partition_by, order_by) -%}
    {{ return(adapter.dispatch('last_known_before')(expression, partition_by, order_by)) }}
{%- endmacro %}

{% macro default__last_known_before(expression, partition_by, order_by) -%}
    last_value({{ expression }} ignore nulls) over (
        partition by {{ partition_by }}
        order by {{ order_by }}
        rows between unbounded preceding and 1 preceding
    )
{%- endmacro %}

{% macro first_known_after(expression, partition_by, order_by) -%}
    {{ return(adapter.dispatch('first_known_after')(expression, partition_by, order_by)) }}
{%- endmacro %}

{% macro default__first_known_after(expression, partition_by, order_by) -%}
    first_value({{ expression }} ignore nulls) over (
        partition by {{ partition_by }}
        order by {{ order_by }}
        rows between 1 following and unbounded following
    )
{%- endmacro %}
