-- What somebody who already knew how the sessions under way would end had counted before the
-- origin, less what their meters had told by then.
with unknown_sessions as (

    select * from {{ ref('int_forecasting__unknown_sessions') }}

),

readings as (

    select * from {{ ref('int_energy__meter_readings') }}

),

matched_transactions as (

    select * from {{ ref('int_sessions__matched_transactions') }}

),

quarter_hours as (

    select * from {{ ref('int_energy__session_quarter_hours') }}

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
    union distinct
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

in_hours as (

    {{ rows_per_step(
        'stretches',
        truncated('hour', 'stretch_start_utc'),
        add_seconds('stretch_end_utc', -1),
        '1 hour',
        'hour_start_utc',
        where='micro_kwh > 0 and stretch_end_utc > stretch_start_utc'
    ) }}

),

told as (

    select
        origin_ts_utc,
        station_id,
        hour_start_utc,
        {{ integer_divide(
            wide_integer('micro_kwh') ~ ' * ' ~ seconds_between(
                'greatest(stretch_start_utc, hour_start_utc)',
                'least(stretch_end_utc, ' ~ add_seconds('hour_start_utc', 3600) ~ ')'
            ),
            seconds_between('stretch_start_utc', 'stretch_end_utc')
        ) }} as micro_kwh
    from in_hours

),

counted as (

    select
        unknown_sessions.origin_ts_utc,
        unknown_sessions.station_id,
        {{ truncated('hour', 'quarter_hours.interval_start_utc') }} as hour_start_utc,
        {{ to_micro_kwh('quarter_hours.energy_kwh') }} as micro_kwh
    from unknown_sessions
    inner join quarter_hours
        on
            unknown_sessions.session_id = quarter_hours.session_id
            and unknown_sessions.origin_ts_utc > quarter_hours.interval_start_utc

),

differences as (

    select
        origin_ts_utc,
        station_id,
        hour_start_utc,
        micro_kwh
    from counted
    union all
    select
        origin_ts_utc,
        station_id,
        hour_start_utc,
        -micro_kwh as micro_kwh
    from told

),

final as (

    select
        origin_ts_utc,
        station_id,
        hour_start_utc,
        {{ from_micro_kwh('sum(micro_kwh)') }} as energy_kwh
    from differences
    group by origin_ts_utc, station_id, hour_start_utc

)

select * from final
