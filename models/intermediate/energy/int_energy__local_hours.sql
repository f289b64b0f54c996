-- Station x local hour in service, from quarter hours, so that the parts of a UTC hour that fall
-- into two local hours are told apart.
with service_hours as (

    select * from {{ ref('int_stations__service_hours') }}

),

stations as (

    select * from {{ ref('int_stations__unioned') }}

),

clock as (

    select * from {{ ref('int_calendar__zone_quarter_hours') }}

),

quarter_hours as (

    select * from {{ ref('int_energy__quarter_hours') }}

),

starts as (

    select * from {{ ref('int_energy__starts') }}

),

spine as (

    select
        service_hours.station_id,
        service_hours.is_feed_complete,
        clock.interval_start_utc,
        clock.hour_start_local,
        clock.utc_offset_minutes,
        clock.date_local,
        clock.hour_of_day
    from service_hours
    inner join stations on service_hours.station_id = stations.station_id
    inner join clock
        on
            stations.time_zone = clock.time_zone
            and service_hours.hour_start_utc = clock.hour_start_utc

),

final as (

    select
        spine.station_id,
        spine.hour_start_local,
        spine.utc_offset_minutes,
        spine.date_local,
        spine.hour_of_day,
        cast(coalesce(sum(quarter_hours.energy_kwh), 0) as decimal(18, 6)) as energy_kwh,
        cast(
            coalesce(sum(quarter_hours.measured_energy_kwh), 0) as decimal(18, 6)
        ) as measured_energy_kwh,
        cast(max(quarter_hours.energy_kwh) * 4 as decimal(14, 6)) as peak_kw,
        cast(coalesce(sum(quarter_hours.connected_seconds), 0) as bigint) as connected_seconds,
        cast(sum(quarter_hours.charging_seconds) as bigint) as charging_seconds,
        cast(sum(quarter_hours.idle_seconds) as bigint) as idle_seconds,
        cast(coalesce(sum(quarter_hours.charging_known_seconds), 0) as bigint)
            as charging_known_seconds,
        cast(coalesce(sum(starts.sessions_started), 0) as bigint) as sessions_started,
        cast(coalesce(sum(starts.zero_energy_sessions), 0) as bigint) as zero_energy_sessions,
        bool_and(spine.is_feed_complete) as is_feed_complete,
        count(*) * 15 as minutes_in_service
    from spine
    left join quarter_hours
        on
            spine.station_id = quarter_hours.station_id
            and spine.interval_start_utc = quarter_hours.interval_start_utc
    left join starts
        on
            spine.station_id = starts.station_id
            and spine.interval_start_utc = starts.interval_start_utc
    group by
        spine.station_id,
        spine.hour_start_local,
        spine.utc_offset_minutes,
        spine.date_local,
        spine.hour_of_day

)

select * from final
