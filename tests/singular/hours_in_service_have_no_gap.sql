-- Protects zero against unknown: within one stretch of files, a station's hours in service follow
-- each other without a gap. No hour is there twice, so their number tells.
with stations as (

    select * from {{ ref('dim_stations') }}

),

feed_windows as (

    select * from {{ ref('int_sessions__feed_windows') }}

),

hours as (

    select * from {{ ref('fct_energy_hourly') }}
    where is_feed_complete

),

covered as (

    select
        stations.station_id,
        feed_windows.window_number,
        {{ local_to_utc(
            'cast(feed_windows.first_date_local as timestamp)', 'stations.time_zone'
        ) }} as from_utc,
        {{ local_to_utc(
            'cast(feed_windows.last_date_local + interval 1 day as timestamp)',
            'stations.time_zone'
        ) }} as to_utc
    from stations
    inner join feed_windows on stations.source_system = feed_windows.source_system

),

counted as (

    select
        covered.station_id,
        covered.window_number,
        count(*) as hours,
        min(hours.hour_start_utc) as first_hour_utc,
        max(hours.hour_start_utc) as last_hour_utc
    from covered
    inner join hours
        on
            covered.station_id = hours.station_id
            and covered.from_utc <= hours.hour_start_utc
            and covered.to_utc > hours.hour_start_utc
    group by covered.station_id, covered.window_number

),

final as (

    select * from counted
    where
        hours <> {{ integer_divide(seconds_between('first_hour_utc', 'last_hour_utc'), 3600) }} + 1

)

select * from final
