-- Hours of stations in zones that are off by whole hours, nearly all: each is one UTC hour, so that
-- nothing is grouped on the station's clock.
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
    where time_zone not in (select parted_zones.time_zone from parted_zones)

),

quarter_hours as (

    select * from {{ ref('fct_energy_15min') }}
    where station_id in (select stations.station_id from stations)

),

used as (

    select
        quarter_hours.station_id,
        {{ truncated('hour', 'quarter_hours.interval_start_utc') }} as hour_start_utc,
        {{ sums_of_quarter_hours() }}
    from quarter_hours
    group by
        quarter_hours.station_id, {{ truncated('hour', 'quarter_hours.interval_start_utc') }}

),

-- A left join of the clock, though every hour is on it: engines would put the clock beside each
-- station first.
final as (

    select
        service_hours.station_id,
        stations.country_code,
        stations.region,
        stations.latitude,
        zone_hours.hour_start_local,
        zone_hours.utc_offset_minutes,
        zone_hours.date_local,
        zone_hours.hour_of_day,
        used.energy_kwh,
        used.measured_energy_kwh,
        used.sessions_started,
        used.zero_energy_sessions,
        used.connected_seconds,
        used.charging_known_seconds,
        used.charging_seconds,
        used.idle_seconds,
        used.max_quarter_hour_kwh,
        service_hours.is_feed_complete,
        zone_hours.minutes as minutes_in_service
    from service_hours
    inner join stations on service_hours.station_id = stations.station_id
    left join zone_hours
        on
            stations.time_zone = zone_hours.time_zone
            and service_hours.hour_start_utc = zone_hours.hour_start_utc
    left join used
        on
            service_hours.station_id = used.station_id
            and service_hours.hour_start_utc = used.hour_start_utc

)

select * from final
