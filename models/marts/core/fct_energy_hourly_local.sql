with local_hours as (

    select * from {{ ref('int_energy__local_hours') }}

),

stations as (

    select * from {{ ref('int_stations__unioned') }}

),

holidays as (

    select * from {{ ref('int_calendar__holidays') }}

),

final as (

    select
        local_hours.station_id,
        local_hours.hour_start_local,
        local_hours.utc_offset_minutes,
        local_hours.date_local,
        local_hours.hour_of_day,
        {{ day_type('local_hours.date_local', 'holidays.holiday_name') }} as day_type,
        {{ season('local_hours.date_local', 'stations.latitude') }} as season,
        local_hours.energy_kwh,
        {{ minutes('local_hours.connected_seconds') }} as connected_minutes,
        local_hours.sessions_started,
        local_hours.is_feed_complete
    from local_hours
    inner join stations on local_hours.station_id = stations.station_id
    left join holidays
        on
            stations.country_code = holidays.country_code
            and coalesce(stations.region, '') = holidays.region
            and local_hours.date_local = holidays.date_local

)

select * from final
