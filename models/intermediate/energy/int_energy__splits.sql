-- How each session's energy is placed in time, and for how long from its start it is drawn where no
-- meter tells. Measured comes before stated, stated before modelled. A view: sessions need not be
-- found again by their ids.
with sessions as (

    select * from {{ ref('int_sessions__accepted') }}

),

meter_stretches as (

    select * from {{ ref('int_energy__meter_stretches') }}
    where is_usable

),

period_stretches as (

    select * from {{ ref('int_energy__period_stretches') }}

),

usual_power as (

    select * from {{ ref('int_energy__usual_power') }}

),

powered as (

    select
        sessions.*,
        coalesce(sessions.rated_kw, usual_power.usual_kw) as limiting_kw
    from sessions
    left join usual_power on sessions.session_id = usual_power.session_id

),

methods as (

    select
        *,
        case
            when session_id in (select metered_ids.session_id from meter_stretches as metered_ids)
                then 'METER_VALUES'
            when session_id in (select period_ids.session_id from period_stretches as period_ids)
                then 'CHARGING_PERIODS'
            when charging_ended_at_utc is not null and charging_ended_at_utc > started_at_utc
                then 'CHARGING_WINDOW'
            when limiting_kw > 0 and energy_kwh > 0 then 'POWER_LIMITED_FROM_START'
            else 'UNIFORM_CONNECTED'
        end as split_method
    from powered

),

final as (

    select
        session_id,
        source_system,
        native_session_id,
        station_id,
        port_id,
        connector_id,
        rated_kw,
        time_zone,
        started_at_utc,
        ended_at_utc,
        charging_ended_at_utc,
        end_is_charging_end,
        known_at_utc,
        energy_kwh,
        energy_export_kwh,
        reserved_seconds,
        connected_seconds,
        charging_seconds,
        idle_seconds,
        revenue_amount,
        tax_amount,
        currency,
        payment_method,
        driver_key,
        vehicle,
        stop_reason,
        outcome,
        broken_rules,
        source_file,
        source_line,
        load_id,
        limiting_kw,
        split_method,
        case split_method
            when 'CHARGING_WINDOW'
                then {{ seconds_between('started_at_utc', 'charging_ended_at_utc') }}
            when 'POWER_LIMITED_FROM_START'
                then {{ seconds_between('started_at_utc', power_limited_end(
                    'started_at_utc', 'ended_at_utc', 'energy_kwh', 'limiting_kw'
                )) }}
            when 'UNIFORM_CONNECTED' then connected_seconds
        end as drawing_seconds,
        {{ to_micro_kwh('energy_kwh') }} as micro_kwh,
        charging_ended_at_utc is not null and not end_is_charging_end as is_idle_known
    from methods

)

select * from final
