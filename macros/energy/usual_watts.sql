{#- The power that those who share a key usually draw, in watts: the median of at least five earlier
    sessions whose drawing time is known, else near the top of at least five earlier mean powers. A
    car that waits when it is full has drawn more than its mean; the highest means come near. -#}
{% macro usual_watts(key, order_by) -%}
    case
        when {{ key | last }} is null then null
        when {{ earlier_count('measured_watts', key, order_by) }} >= 5
            then {{ earlier_quantile('measured_watts', 0.5, key, order_by) }}
        when {{ earlier_count('mean_watts', key, order_by) }} >= 5
            then {{ earlier_quantile('mean_watts', 0.95, key, order_by) }}
    end
{%- endmacro %}
