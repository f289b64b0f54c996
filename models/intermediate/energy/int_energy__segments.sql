-- A session as stretches of time with constant power, in whole micro-kWh and whole seconds.
-- Stretches follow each other from start to end; idle stretches carry no energy.
with sessions as (

    select * from {{ ref('int_sessions__accepted') }}

),

meter_stretches as (

    select * from {{ ref('int_energy__meter_stretches') }}
    where is_usable

),

methods as (

    select
        *,
        {{ to_micro_kwh('energy_kwh') }} as micro_kwh,
        case
            when session_id in (select metered_ids.session_id from meter_stretches as metered_ids)
                then 'METER_VALUES'
            when charging_ended_at_utc is not null and charging_ended_at_utc > started_at_utc
                then 'CHARGING_WINDOW'
            when rated_kw > 0 and energy_kwh > 0 then 'POWER_LIMITED_FROM_START'
            else 'UNIFORM_CONNECTED'
        end as split_method
    from sessions

),

draws as (

    select
        *,
        case split_method
            when 'CHARGING_WINDOW' then charging_ended_at_utc
            when 'POWER_LIMITED_FROM_START'
                then least(
                    ended_at_utc,
                    {{ add_seconds(
                        'started_at_utc',
                        'cast(ceil(energy_kwh * 3600 / rated_kw) as bigint)'
                    ) }}
                )
            else ended_at_utc
        end as drawing_ended_at_utc
    from methods
    where split_method <> 'METER_VALUES'

),

drawing as (

    select
        session_id,
        station_id,
        split_method,
        started_at_utc as segment_start_utc,
        drawing_ended_at_utc as segment_end_utc,
        micro_kwh,
        charging_ended_at_utc > started_at_utc as is_charging,
        charging_ended_at_utc is not null and not end_is_charging_end as is_idle_known
    from draws

),

idle as (

    select
        session_id,
        station_id,
        split_method,
        drawing_ended_at_utc as segment_start_utc,
        ended_at_utc as segment_end_utc,
        cast(0 as bigint) as micro_kwh,
        case when charging_ended_at_utc is not null then false end as is_charging,
        charging_ended_at_utc is not null and not end_is_charging_end as is_idle_known
    from draws
    where drawing_ended_at_utc < ended_at_utc

),

metered as (

    select
        session_id,
        station_id,
        'METER_VALUES' as split_method,
        segment_start_utc,
        segment_end_utc,
        micro_kwh,
        is_charging,
        is_charging is not null as is_idle_known
    from meter_stretches

),

final as (

    select * from drawing
    union all
    select * from idle
    union all
    select * from metered

)

select * from final
