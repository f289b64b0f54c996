-- Protects zero against unknown: within one stretch of files, a station's hours in service follow
-- each other without a gap.
with stations as (

    select * from {{ ref('dim_stations') }}

),

feed_windows as (

    select * from {{ ref('int_sessions__feed_windows') }}

),

hours as (

    select
        hourly.station_id,
        feed_windows.window_number,
        hourly.hour_start_utc
    from {{ ref('fct_energy_hourly') }} as hourly
    inner join stations on hourly.station_id = stations.station_id
    inner join feed_windows
        on
            stations.source_system = feed_windows.source_system
            and cast({{ utc_to_local('hourly.hour_start_utc', 'stations.time_zone') }} as date)
            between feed_windows.first_date_local and feed_windows.last_date_local
    where hourly.is_feed_complete

),

steps as (

    select
        *,
        lag(hour_start_utc) over (
            partition by station_id, window_number
            order by hour_start_utc
        ) as hour_before
    from hours

),

final as (

    select * from steps
    where hour_start_utc <> hour_before + interval 1 hour

)

select * from final
