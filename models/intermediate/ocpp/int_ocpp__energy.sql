-- What a transaction took and gave back, until when, and what its meter did on the way.
with sampled_values as (

    select * from {{ ref('int_ocpp__sampled_values') }}

),

energy_readings as (

    select * from {{ ref('int_ocpp__energy_readings') }}

),

charging_ends as (

    select * from {{ ref('int_ocpp__charging_ends') }}

),

with_totals as (

    select
        *,
        max(milliwatt_hours) over (partition by transaction_key) as total
    from energy_readings

),

-- The reading after which the register rose no more, if there is one after it.
imported as (

    select
        transaction_key,
        max(total) as import_milliwatt_hours,
        nullif(
            min(case when milliwatt_hours = total and total > 0 then read_at_utc end),
            max(read_at_utc)
        ) as last_rise_at_utc,
        {{ seconds_between('min(read_at_utc)', 'max(read_at_utc)') }} as measured_seconds,
        {{ any_true('is_reset') }} as has_reset,
        {{ any_true('is_rollover') }} as has_rollover,
        {{ any_true('is_repaired') }} as has_repaired_unit
    from with_totals
    group by transaction_key

),

exported as (

    select
        transaction_key,
        max(base_value) - min(base_value) as export_wh
    from sampled_values
    where measurand = 'Energy.Active.Export.Register' and phase is null
    group by transaction_key

),

powered as (

    select
        transaction_key,
        sum(base_value) as sum_of_watts,
        count(*) as power_count
    from sampled_values
    where measurand = 'Power.Active.Import' and phase is null
    group by transaction_key

),

final as (

    select
        imported.transaction_key,
        imported.import_milliwatt_hours,
        cast(exported.export_wh * 1000 as bigint) as export_milliwatt_hours,
        imported.has_reset,
        imported.has_rollover,
        imported.has_repaired_unit,
        coalesce(charging_ends.charging_ended_at_utc, imported.last_rise_at_utc)
            as charging_ended_at_utc,
        -- The power that the charger measured calls for about a thousand times the energy.
        coalesce(
            powered.sum_of_watts * imported.measured_seconds
            / nullif(3.6 * powered.power_count * imported.import_milliwatt_hours, 0)
            between 500 and 2000,
            false
        ) as is_unit_suspect
    from imported
    left join exported on imported.transaction_key = exported.transaction_key
    left join charging_ends on imported.transaction_key = charging_ends.transaction_key
    left join powered on imported.transaction_key = powered.transaction_key

)

select * from final
