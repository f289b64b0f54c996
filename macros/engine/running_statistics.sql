{#- Statistics over the rows before a row, in an order without ties; NULL values do not count. -#}

{#- The smallest earlier value that has at least `fraction` of the earlier values at or below it. -#}
{% macro earlier_quantile(expression, fraction, partition_by, order_by) -%}
    {{ return(adapter.dispatch('earlier_quantile')(
        expression, fraction, partition_by, order_by
    )) }}
{%- endmacro %}

{% macro default__earlier_quantile(expression, fraction, partition_by, order_by) -%}
    quantile_disc({{ expression }}, {{ fraction }}) over (
        partition by {{ partition_by | join(', ') }}
        order by {{ order_by | join(', ') }}
        rows between unbounded preceding and 1 preceding
    )
{%- endmacro %}

{% macro earlier_count(expression, partition_by, order_by) -%}
    count({{ expression }}) over (
        partition by {{ partition_by | join(', ') }}
        order by {{ order_by | join(', ') }}
        rows between unbounded preceding and 1 preceding
    )
{%- endmacro %}

{#- The middle of a group's values, the mean of the middle two where there is no middle one. -#}
{% macro median(expression) -%}
    {{ return(adapter.dispatch('median')(expression)) }}
{%- endmacro %}

{% macro default__median(expression) -%}
    median({{ expression }})
{%- endmacro %}
