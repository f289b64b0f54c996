{%- set on_days = [
    ('fct_energy_15min', 'interval_start_utc'), ('int_stations__service_hours', 'hour_start_utc'),
] -%}
{{ config(materialized=restated(), meta={'restated': {
    'key': ['station_id', 'date_local'],
    'touched': days_of_changes(on_days, 'date_local', 1)
        ~ " union " ~ days_of_changed_stations('core.fct_energy_hourly_local'),
    'narrows': narrowed_to_days('fct_energy_hourly_local', on_days, 'date_local', 1),
}}) }}
-- From quarter hours, so that the parts of a UTC hour that fall into two local hours are told
-- apart.
with service_hours as (

    select * from {{ ref('int_stations__service_hours') }}

),

stations as (

    select * from {{ ref('int_stations__unioned') }}

),

clock as (

    select * from {{ ref('int_calendar__zone_quarter_hours') }}

),

holidays as (

    select * from {{ ref('int_calendar__holidays') }}

),

quarter_hours as (

    select * from {{ ref('fct_energy_15min') }}

),

-- The quarter hours of a UTC hour by the local hour that each lies in: all in one, mostly.
zone_hours as (

    select
        time_zone,
        hour_start_utc,
        hour_start_local,
        utc_offset_minutes,
        date_local,
        hour_of_day,
        count(*) * 15 as minutes
    from clock
    group by
        time_zone,
        hour_start_utc,
        hour_start_local,
        utc_offset_minutes,
        date_local,
        hour_of_day

),

in_service as (

    select
        service_hours.station_id,
        zone_hours.hour_start_local,
        zone_hours.utc_offset_minutes,
        zone_hours.date_local,
        zone_hours.hour_of_day,
        cast(sum(zone_hours.minutes) as bigint) as minutes_in_service,
        {{ all_true('service_hours.is_feed_complete') }} as is_feed_complete
    from service_hours
    inner join stations on service_hours.station_id = stations.station_id
    inner join zone_hours
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
        sum(quarter_hours.energy_kwh) as energy_kwh,
        sum(quarter_hours.measured_energy_kwh) as measured_energy_kwh,
        sum(quarter_hours.sessions_started) as sessions_started,
        sum(quarter_hours.zero_energy_sessions) as zero_energy_sessions,
        sum(quarter_hours.connected_seconds) as connected_seconds,
        sum(quarter_hours.charging_known_seconds) as charging_known_seconds,
        sum(quarter_hours.charging_seconds) as charging_seconds,
        sum(quarter_hours.idle_seconds) as idle_seconds,
        max(quarter_hours.energy_kwh) as max_quarter_hour_kwh
    from quarter_hours
    inner join stations on quarter_hours.station_id = stations.station_id
    inner join clock
        on
            stations.time_zone = clock.time_zone
            and quarter_hours.interval_start_utc = clock.interval_start_utc
    group by quarter_hours.station_id, clock.hour_start_local, clock.utc_offset_minutes

),

local_hours as (

    select
        in_service.station_id,
        in_service.hour_start_local,
        in_service.utc_offset_minutes,
        in_service.date_local,
        in_service.hour_of_day,
        cast(coalesce(used.energy_kwh, 0) as decimal(18, 6)) as energy_kwh,
        cast(coalesce(used.measured_energy_kwh, 0) as decimal(18, 6)) as measured_energy_kwh,
        cast(coalesce(used.sessions_started, 0) as bigint) as sessions_started,
        cast(coalesce(used.zero_energy_sessions, 0) as bigint) as zero_energy_sessions,
        cast(coalesce(used.connected_seconds, 0) as bigint) as connected_seconds,
        cast(coalesce(used.charging_known_seconds, 0) as bigint) as charging_known_seconds,
        cast(used.charging_seconds as bigint) as charging_seconds,
        cast(used.idle_seconds as bigint) as idle_seconds,
        used.max_quarter_hour_kwh,
        in_service.is_feed_complete,
        in_service.minutes_in_service
    from in_service
    left join used
        on
            in_service.station_id = used.station_id
            and in_service.hour_start_local = used.hour_start_local
            and in_service.utc_offset_minutes = used.utc_offset_minutes

),

final as (

    select
        local_hours.*,
        {{ day_type('local_hours.date_local', 'holidays.holiday_name') }} as day_type,
        {{ season('local_hours.date_local', 'stations.latitude') }} as season,
        {{ minutes('local_hours.connected_seconds') }} as connected_minutes
    from local_hours
    inner join stations on local_hours.station_id = stations.station_id
    left join holidays
        on
            stations.country_code = holidays.country_code
            and coalesce(stations.region, '') = holidays.region
            and local_hours.date_local = holidays.date_local

)

select * from final
