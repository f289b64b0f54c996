{{ config(materialized=restated(), meta={'restated': {}}) }}
{%- set order_by = ['known_at_utc', 'session_id'] -%}
-- The power that a driver's car or a connector usually draws, from sessions known before this one:
-- no later session moves energy of an earlier one, and no forecast finds the future in its past.
with sessions as (

    select * from {{ ref('int_sessions__accepted') }}

),

meter_stretches as (

    select * from {{ ref('int_energy__meter_stretches') }}
    where is_usable and micro_kwh > 0

),

drawn as (

    select
        session_id,
        sum({{ seconds_between('segment_start_utc', 'segment_end_utc') }}) as drawing_seconds
    from meter_stretches
    group by session_id

),

-- Only feeds that need it: where every connector is rated, rated power is used.
lacking as (

    select distinct source_system
    from sessions
    where rated_kw is null and charging_ended_at_utc is null

),

timed as (

    select
        sessions.session_id,
        sessions.source_system,
        sessions.driver_key,
        sessions.connector_id,
        sessions.known_at_utc,
        {{ to_micro_kwh('sessions.energy_kwh') }} as micro_kwh,
        coalesce(drawn.drawing_seconds, sessions.charging_seconds) is not null as is_measured,
        coalesce(drawn.drawing_seconds, sessions.charging_seconds, sessions.connected_seconds)
            as drawing_seconds
    from sessions
    inner join lacking on sessions.source_system = lacking.source_system
    left join drawn on sessions.session_id = drawn.session_id

),

-- Mean power while drawing; where only the plug-in is known, at least this much. In less than a
-- quarter of an hour, whole minutes are too coarse to divide by.
powered as (

    select
        *,
        case
            when micro_kwh > 0 and drawing_seconds >= 900
                then {{ integer_divide('micro_kwh * 18', 'drawing_seconds * 5') }}
        end as mean_watts
    from timed

),

observed as (

    select
        *,
        case when is_measured then mean_watts end as measured_watts
    from powered

),

usual as (

    select
        session_id,
        source_system,
        {{ usual_watts(['source_system', 'driver_key'], order_by) }} as driver_watts,
        {{ usual_watts(['source_system', 'connector_id'], order_by) }} as connector_watts
    from observed

),

final as (

    select
        session_id,
        source_system,
        cast(
            least(
                coalesce(driver_watts, connector_watts), coalesce(connector_watts, driver_watts)
            ) * cast(0.001 as decimal(4, 3)) as decimal(9, 3)
        ) as usual_kw,
        case
            when driver_watts is null then 'CONNECTOR'
            when connector_watts < driver_watts then 'CONNECTOR'
            else 'DRIVER'
        end as usual_power_of
    from usual
    where coalesce(driver_watts, connector_watts) > 0

)

select * from final
