-- Hours of stations in parted zones: they are made of parts of UTC hours.
with service_hours as (

    select * from {{ ref('int_stations__service_hours') }}

),

zone_hours as (

    select * from {{ ref('int_calendar__zone_hours') }}

),

parted_zones as (

    select * from {{ ref('int_calendar__parted_zones') }}

),

stations as (

    select * from {{ ref('int_stations__unioned') }}
    where time_zone in (select parted_zones.time_zone from parted_zones)

),

clock as (

    select * from {{ ref('int_calendar__zone_quarter_hours') }}

),

quarter_hours as (

    select * from {{ ref('fct_energy_15min') }}

),

-- Left joins of the clock, though every hour is on it: engines would put the clock beside each
-- station first.
in_service as (

    select
        service_hours.station_id,
        zone_hours.hour_start_local,
        zone_hours.utc_offset_minutes,
        zone_hours.date_local,
        zone_hours.hour_of_day,
        {{ all_true('service_hours.is_feed_complete') }} as is_feed_complete,
        sum(zone_hours.minutes) as minutes_in_service
    from service_hours
    inner join stations on service_hours.station_id = stations.station_id
    left join zone_hours
        on
            stations.time_zone = zone_hours.time_zone
            and service_hours.hour_start_utc = zone_hours.hour_start_utc
    group by
        service_hours.station_id,
        zone_hours.hour_start_local,
        zone_hours.utc_offset_minutes,
        zone_hours.date_local,
        zone_hours.hour_of_day

),

used as (

    select
        quarter_hours.station_id,
        clock.hour_start_local,
        clock.utc_offset_minutes,
        {{ sums_of_quarter_hours() }}
    from quarter_hours
    inner join stations on quarter_hours.station_id = stations.station_id
    left join clock
        on
            stations.time_zone = clock.time_zone
            and quarter_hours.interval_start_utc = clock.interval_start_utc
    group by quarter_hours.station_id, clock.hour_start_local, clock.utc_offset_minutes

),

final as (

    select
        in_service.station_id,
        stations.country_code,
        stations.region,
        stations.latitude,
        in_service.hour_start_local,
        in_service.utc_offset_minutes,
        in_service.date_local,
        in_service.hour_of_day,
        used.energy_kwh,
        used.measured_energy_kwh,
        used.sessions_started,
        used.zero_energy_sessions,
        used.connected_seconds,
        used.charging_known_seconds,
        used.charging_seconds,
        used.idle_seconds,
        used.max_quarter_hour_kwh,
        in_service.is_feed_complete,
        in_service.minutes_in_service
    from in_service
    inner join stations on in_service.station_id = stations.station_id
    left join used
        on
            in_service.station_id = used.station_id
            and in_service.hour_start_local = used.hour_start_local
            and in_service.utc_offset_minutes = used.utc_offset_minutes

)

select * from final
