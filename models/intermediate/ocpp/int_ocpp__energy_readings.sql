-- Energy since the start at each reading, from the register; from the energy of each interval where
-- a charger has no register.
with register_steps as (

    select * from {{ ref('int_ocpp__register_steps') }}

),

sampled_values as (

    select * from {{ ref('int_ocpp__sampled_values') }}
    where measurand = 'Energy.Active.Import.Interval' and phase is null

),

transactions as (

    select * from {{ ref('int_ocpp__transactions') }}

),

intervals as (

    select
        sampled_values.transaction_key,
        sampled_values.read_at_utc,
        max(sampled_values.base_value) as value_wh
    from sampled_values
    left join register_steps
        on sampled_values.transaction_key = register_steps.transaction_key
    where register_steps.transaction_key is null
    group by sampled_values.transaction_key, sampled_values.read_at_utc

),

counted as (

    select
        intervals.transaction_key,
        row_number() over (
            partition by intervals.transaction_key
            order by intervals.read_at_utc
        ) as reading_number,
        {{ truncated(
            'second',
            'greatest('
                'coalesce(transactions.started_at_utc, intervals.read_at_utc), '
                'least('
                    'coalesce(transactions.ended_at_utc, intervals.read_at_utc), '
                    'intervals.read_at_utc'
                ')'
            ')'
        ) }} as read_at_utc,
        sum(intervals.value_wh) over (
            partition by intervals.transaction_key
            order by intervals.read_at_utc
            rows between unbounded preceding and current row
        ) as value_wh
    from intervals
    inner join transactions on intervals.transaction_key = transactions.transaction_key

),

final as (

    select
        transaction_key,
        reading_number,
        read_at_utc,
        milliwatt_hours,
        is_reset,
        is_rollover,
        is_repaired
    from register_steps
    union all
    select
        transaction_key,
        reading_number,
        read_at_utc,
        cast(value_wh * 1000 as bigint) as milliwatt_hours,
        false as is_reset,
        false as is_rollover,
        false as is_repaired
    from counted

)

select * from final
