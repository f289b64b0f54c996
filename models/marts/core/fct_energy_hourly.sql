with service_hours as (

    select * from {{ ref('int_stations__service_hours') }}

),

quarter_hours as (

    select * from {{ ref('fct_energy_15min') }}

),

session_quarter_hours as (

    select * from {{ ref('int_energy__session_quarter_hours') }}

),

starts as (

    select * from {{ ref('int_energy__starts') }}

),

energy as (

    select
        station_id,
        cast(sum(energy_kwh) as decimal(18, 6)) as energy_kwh,
        cast(sum(measured_energy_kwh) as decimal(18, 6)) as measured_energy_kwh,
        date_trunc('hour', interval_start_utc) as hour_start_utc,
        max(energy_kwh) * 4 as peak_kw
    from quarter_hours
    group by station_id, date_trunc('hour', interval_start_utc)

),

activity as (

    select
        station_id,
        date_trunc('hour', interval_start_utc) as hour_start_utc,
        sum(connected_seconds) as connected_seconds,
        count(distinct session_id) as active_sessions
    from session_quarter_hours
    group by station_id, date_trunc('hour', interval_start_utc)

),

hourly_starts as (

    select
        station_id,
        cast(sum(sessions_started) as bigint) as sessions_started,
        date_trunc('hour', interval_start_utc) as hour_start_utc
    from starts
    group by station_id, date_trunc('hour', interval_start_utc)

),

final as (

    select
        service_hours.station_id,
        service_hours.hour_start_utc,
        coalesce(energy.energy_kwh, 0) as energy_kwh,
        coalesce(energy.measured_energy_kwh, 0) as measured_energy_kwh,
        {{ measured_peak('energy.peak_kw', 'energy.measured_energy_kwh', 'energy.energy_kwh') }}
            as peak_15min_kw,
        {{ minutes('coalesce(activity.connected_seconds, 0)') }} as connected_minutes,
        coalesce(activity.active_sessions, 0) as active_sessions,
        coalesce(hourly_starts.sessions_started, 0) as sessions_started,
        service_hours.is_feed_complete
    from service_hours
    left join energy
        on
            service_hours.station_id = energy.station_id
            and service_hours.hour_start_utc = energy.hour_start_utc
    left join activity
        on
            service_hours.station_id = activity.station_id
            and service_hours.hour_start_utc = activity.hour_start_utc
    left join hourly_starts
        on
            service_hours.station_id = hourly_starts.station_id
            and service_hours.hour_start_utc = hourly_starts.hour_start_utc

)

select * from final
