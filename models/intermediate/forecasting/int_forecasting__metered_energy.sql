-- What the meter of a session under way had told before the origin, hour by hour.
with unknown_sessions as (

    select * from {{ ref('int_forecasting__unknown_sessions') }}

),

readings as (

    select * from {{ ref('int_energy__meter_readings') }}

),

matched_transactions as (

    select * from {{ ref('int_sessions__matched_transactions') }}

),

demand as (

    select * from {{ ref('int_forecasting__hourly_demand') }}

),

-- A session that has been open for a week tells nothing of today any more.
under_way as (

    select *
    from unknown_sessions
    where {{ seconds_between('started_at_utc', 'origin_ts_utc') }} <= 7 * 86400

),

-- A charger's messages tell of the session that a CDR stands for, too.
named as (

    select
        origin_ts_utc,
        session_id,
        station_id,
        started_at_utc,
        source_system,
        native_session_id
    from under_way
    union
    select
        under_way.origin_ts_utc,
        under_way.session_id,
        under_way.station_id,
        under_way.started_at_utc,
        matched_transactions.source_system,
        matched_transactions.native_session_id
    from under_way
    inner join matched_transactions on under_way.session_id = matched_transactions.session_id

),

-- A register that falls back, as after a reset, adds nothing until it is past its old peak.
received as (

    select
        named.origin_ts_utc,
        named.session_id,
        named.station_id,
        named.started_at_utc,
        readings.read_at_utc,
        max({{ to_micro_kwh('readings.energy_since_start_kwh') }}) over (
            partition by named.origin_ts_utc, named.session_id
            order by readings.read_at_utc
        ) as register_micro_kwh
    from named
    inner join readings
        on
            named.source_system = readings.source_system
            and named.native_session_id = readings.native_session_id
            and named.started_at_utc < readings.read_at_utc
            and named.origin_ts_utc > readings.read_at_utc

),

stretches as (

    select
        origin_ts_utc,
        session_id,
        station_id,
        read_at_utc as stretch_end_utc,
        coalesce(lag(read_at_utc) over by_time, started_at_utc) as stretch_start_utc,
        register_micro_kwh - coalesce(lag(register_micro_kwh) over by_time, 0) as micro_kwh
    from received
    window by_time as (partition by origin_ts_utc, session_id order by read_at_utc)

),

hours as (

    select distinct hour_start_utc
    from demand

),

pieces as (

    select
        stretches.origin_ts_utc,
        stretches.session_id,
        stretches.station_id,
        hours.hour_start_utc,
        {{ integer_divide(
            wide_integer('stretches.micro_kwh') ~ ' * ' ~ seconds_between(
                'greatest(stretches.stretch_start_utc, hours.hour_start_utc)',
                'least(stretches.stretch_end_utc, '
                ~ add_seconds('hours.hour_start_utc', 3600) ~ ')'
            ),
            seconds_between('stretches.stretch_start_utc', 'stretches.stretch_end_utc')
        ) }} as micro_kwh
    from stretches
    inner join hours
        on
            stretches.stretch_end_utc > hours.hour_start_utc
            and stretches.stretch_start_utc < {{ add_seconds('hours.hour_start_utc', 3600) }}
    where stretches.micro_kwh > 0 and stretches.stretch_end_utc > stretches.stretch_start_utc

),

final as (

    select
        origin_ts_utc,
        session_id,
        station_id,
        hour_start_utc,
        {{ from_micro_kwh('sum(micro_kwh)') }} as energy_kwh
    from pieces
    group by origin_ts_utc, session_id, station_id, hour_start_utc

)

select * from final
