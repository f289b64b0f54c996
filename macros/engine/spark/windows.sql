{#- Windows on Spark. -#}

{% macro spark__last_known_before(expression, partition_by, order_by) -%}
    last_value({{ expression }}) ignore nulls over (
        partition by {{ partition_by }}
        order by {{ order_by }}
        rows between unbounded preceding and 1 preceding
    )
{%- endmacro %}

{% macro spark__first_known_after(expression, partition_by, order_by) -%}
    first_value({{ expression }}) ignore nulls over (
        partition by {{ partition_by }}
        order by {{ order_by }}
        rows between 1 following and unbounded following
    )
{%- endmacro %}

{#- Spark's own percentile takes no frame; the earlier values are few for each key. -#}
{% macro spark__earlier_quantile(expression, fraction, partition_by, order_by) -%}
    {%- set earlier -%}
    collect_list({{ expression }}) over (
        partition by {{ partition_by | join(', ') }}
        order by {{ order_by | join(', ') }}
        rows between unbounded preceding and 1 preceding
    )
    {%- endset -%}
    try_element_at(
        sort_array({{ earlier }}), greatest(cast(ceil({{ fraction }} * size({{ earlier }})) as int), 1)
    )
{%- endmacro %}
