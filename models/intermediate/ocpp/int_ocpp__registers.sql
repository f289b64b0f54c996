-- The readings of the import register that count for a transaction, in the order in which they were
-- taken. A total at the outlet beats one inside the charger, and both beat the phases one by one.
with sampled_values as (

    select * from {{ ref('int_ocpp__sampled_values') }}
    where measurand = 'Energy.Active.Import.Register'

),

transactions as (

    select * from {{ ref('int_ocpp__transactions') }}

),

ranked as (

    select
        *,
        case
            when is_field then 0
            else
                case when phase is null then 0 else 2 end
                + case when meter_location = 'Outlet' then 0 else 1 end
        end as register_rank
    from sampled_values

),

chosen as (

    select
        *,
        min(case when not is_field then register_rank end) over (
            partition by transaction_key
        ) as best_rank,
        max(case when is_field then 1 else 0 end) over (
            partition by transaction_key
        ) as has_fields
    from ranked

),

by_phase as (

    select
        transaction_key,
        read_at_utc,
        is_field,
        phase,
        case when is_field then context end as field_context,
        max(base_value) as value_wh
    from chosen
    -- A register inside the charger cannot continue the one that starts and stops state.
    where is_field or (register_rank = best_rank and (has_fields = 0 or best_rank in (0, 2)))
    group by transaction_key, read_at_utc, is_field, field_context, phase

),

by_moment as (

    select
        transaction_key,
        read_at_utc,
        is_field,
        field_context,
        sum(value_wh) as value_wh,
        count(phase) as phase_count,
        max(case when field_context = 'Transaction.Begin' then sum(value_wh) end) over (
            partition by transaction_key
        ) as begin_wh
    from by_phase
    group by transaction_key, read_at_utc, is_field, field_context

),

whole as (

    select
        *,
        max(phase_count) over (partition by transaction_key) as all_phases
    from by_moment

),

-- Some chargers state kWh in meter values and call it Wh. The start's register is Wh by definition:
-- a reading that fits it only a thousand times larger was meant so.
repaired as (

    select
        *,
        not is_field
        and begin_wh > 100000
        and value_wh * 100 < begin_wh
        and value_wh * 1000 between begin_wh * 0.999 and begin_wh + 1000000 as is_repaired
    from whole
    where is_field or phase_count = all_phases

),

placed as (

    select
        repaired.transaction_key,
        repaired.read_at_utc as stated_at_utc,
        cast(
            repaired.value_wh * case when repaired.is_repaired then 1000 else 1 end * 1000 as bigint
        ) as milliwatt_hours,
        coalesce(repaired.is_repaired, false) as is_repaired,
        -- What is read before the plug is in or after it is out still counts, at that moment.
        greatest(
            coalesce(transactions.started_at_utc, repaired.read_at_utc),
            least(
                coalesce(transactions.ended_at_utc, repaired.read_at_utc), repaired.read_at_utc
            )
        ) as read_at_utc,
        case repaired.field_context
            when 'Transaction.Begin' then 1
            when 'Transaction.End' then 3
            else 2
        end as place_in_moment
    from repaired
    inner join transactions on repaired.transaction_key = transactions.transaction_key

),

final as (

    select
        transaction_key,
        cast(row_number() over (
            partition by transaction_key
            order by
                read_at_utc, place_in_moment, stated_at_utc, milliwatt_hours
        ) as bigint) as reading_number,
        milliwatt_hours,
        is_repaired,
        {{ truncated('second', 'read_at_utc') }} as read_at_utc
    from placed

)

select * from final
