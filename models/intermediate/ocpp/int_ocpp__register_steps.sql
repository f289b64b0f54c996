-- Energy since the start at each reading, in milliwatt hours. A register that falls to less than
-- half began again: past its last digit, or from zero. A smaller fall is noise and counts nothing.
{%- set most_watts = 500000 %}
with readings as (

    select * from {{ ref('int_ocpp__registers') }}

),

neighbours as (

    select
        *,
        lag(milliwatt_hours) over (
            partition by transaction_key
            order by reading_number
        ) as register_before,
        lag(read_at_utc) over (
            partition by transaction_key
            order by reading_number
        ) as previous_read_at_utc
    from readings

),

falls as (

    select
        *,
        coalesce(milliwatt_hours * 2 < register_before, false) as is_fall,
        -- The first power of ten, or of two, that the register before could be about to reach.
        case
            {%- for size in [10 ** 6, 10 ** 7, 10 ** 8, 10 ** 9, 2 ** 31, 2 ** 32, 10 ** 10] %}
            when register_before between {{ size * 990 }} and {{ size * 1000 }}
                then {{ size * 1000 }}
            {%- endfor %}
        end as begins_again_at,
        -- What the strongest charger gives in the time between, and a kWh for clocks that differ.
        {{ seconds_between('previous_read_at_utc', 'read_at_utc') }}
        * cast({{ integer_divide(most_watts * 1000, 3600) }} as bigint) + 1000000 as most_possible
    from neighbours

),

judged as (

    select
        *,
        is_fall
        and coalesce(begins_again_at - register_before + milliwatt_hours <= most_possible, false)
            as is_rollover
    from falls

),

stepped as (

    select
        *,
        sum(case when is_fall then 1 else 0 end) over (
            partition by transaction_key
            order by reading_number
            rows between unbounded preceding and current row
        ) as segment_number,
        case
            when is_rollover then begins_again_at - register_before + milliwatt_hours
            when is_fall and milliwatt_hours <= most_possible then milliwatt_hours
            else 0
        end as step_at_fall
    from judged

),

peaks as (

    select
        *,
        max(milliwatt_hours) over (
            partition by transaction_key, segment_number
            order by reading_number
            rows between unbounded preceding and current row
        ) as peak,
        max(milliwatt_hours) over (
            partition by transaction_key, segment_number
            order by reading_number
            rows between unbounded preceding and 1 preceding
        ) as earlier_peak
    from stepped

),

summed as (

    select
        *,
        sum(step_at_fall + peak - coalesce(earlier_peak, peak)) over (
            partition by transaction_key
            order by reading_number
            rows between unbounded preceding and current row
        ) as risen
    from peaks

),

totals as (

    select
        *,
        last_value(risen - (peak - milliwatt_hours)) over (
            partition by transaction_key
            order by reading_number
            rows between unbounded preceding and unbounded following
        ) as total,
        count(*) over (partition by transaction_key) as reading_count
    from summed

),

final as (

    select
        transaction_key,
        reading_number,
        read_at_utc,
        cast(least(risen, total) as bigint) as milliwatt_hours,
        is_rollover,
        is_repaired,
        is_fall and not is_rollover as is_reset
    from totals
    where reading_count > 1

)

select * from final
