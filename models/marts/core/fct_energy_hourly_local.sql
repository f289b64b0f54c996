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

local_hours as (

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
        cast(coalesce(sum(quarter_hours.sessions_started), 0) as bigint) as sessions_started,
        cast(coalesce(sum(quarter_hours.zero_energy_sessions), 0) as bigint)
            as zero_energy_sessions,
        cast(coalesce(sum(quarter_hours.connected_seconds), 0) as bigint) as connected_seconds,
        cast(coalesce(sum(quarter_hours.charging_known_seconds), 0) as bigint)
            as charging_known_seconds,
        cast(sum(quarter_hours.charging_seconds) as bigint) as charging_seconds,
        cast(sum(quarter_hours.idle_seconds) as bigint) as idle_seconds,
        max(quarter_hours.energy_kwh) as max_quarter_hour_kwh,
        bool_and(spine.is_feed_complete) as is_feed_complete,
        count(*) * 15 as minutes_in_service
    from spine
    left join quarter_hours
        on
            spine.station_id = quarter_hours.station_id
            and spine.interval_start_utc = quarter_hours.interval_start_utc
    group by
        spine.station_id,
        spine.hour_start_local,
        spine.utc_offset_minutes,
        spine.date_local,
        spine.hour_of_day

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
