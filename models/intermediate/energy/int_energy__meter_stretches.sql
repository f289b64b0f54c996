{{ config(materialized=restated(), meta={'restated': {}}) }}
-- Meter readings as stretches between one reading and the next. Those of a session are usable only
-- where they never fall and rise to exactly the energy that the session states.
with sessions as (

    select * from {{ ref('int_sessions__accepted') }}

),

readings as (

    select * from {{ ref('int_energy__meter_readings') }}

),

matched_transactions as (

    select * from {{ ref('int_sessions__matched_transactions') }}

),

-- A charger's readings tell of the session that its CDR or Session stands for, too.
readings_of_sessions as (

    select
        sessions.session_id,
        readings.read_at_utc,
        readings.energy_since_start_kwh
    from readings
    inner join sessions
        on
            readings.source_system = sessions.source_system
            and readings.native_session_id = sessions.native_session_id
    union all
    select
        matched_transactions.session_id,
        readings.read_at_utc,
        readings.energy_since_start_kwh
    from readings
    inner join matched_transactions
        on
            readings.source_system = matched_transactions.source_system
            and readings.native_session_id = matched_transactions.native_session_id

),

matched as (

    select
        sessions.session_id,
        sessions.station_id,
        sessions.started_at_utc,
        sessions.ended_at_utc,
        {{ to_micro_kwh('sessions.energy_kwh') }} as session_micro_kwh,
        readings.read_at_utc,
        {{ to_micro_kwh('readings.energy_since_start_kwh') }} as register_micro_kwh
    from sessions
    inner join readings_of_sessions as readings on sessions.session_id = readings.session_id
    where
        readings.read_at_utc > sessions.started_at_utc
        and readings.read_at_utc <= sessions.ended_at_utc

),

stretches as (

    select
        *,
        coalesce(
            lag(read_at_utc) over (partition by session_id order by read_at_utc), started_at_utc
        ) as segment_start_utc,
        register_micro_kwh - coalesce(
            lag(register_micro_kwh) over (partition by session_id order by read_at_utc), 0
        ) as micro_kwh
    from matched

),

judged as (

    select
        session_id,
        min(micro_kwh) >= 0 and max(register_micro_kwh) = max(session_micro_kwh) as is_usable
    from stretches
    group by session_id

),

between_readings as (

    select
        stretches.session_id,
        stretches.station_id,
        stretches.segment_start_utc,
        stretches.read_at_utc as segment_end_utc,
        stretches.micro_kwh,
        judged.is_usable
    from stretches
    inner join judged on stretches.session_id = judged.session_id

),

after_the_last as (

    select
        stretches.session_id,
        stretches.station_id,
        max(stretches.read_at_utc) as segment_start_utc,
        max(stretches.ended_at_utc) as segment_end_utc,
        cast(0 as bigint) as micro_kwh,
        judged.is_usable
    from stretches
    inner join judged on stretches.session_id = judged.session_id
    group by stretches.session_id, stretches.station_id, judged.is_usable
    having max(stretches.read_at_utc) < max(stretches.ended_at_utc)

),

final as (

    select * from between_readings
    union all
    select * from after_the_last

)

select * from final
