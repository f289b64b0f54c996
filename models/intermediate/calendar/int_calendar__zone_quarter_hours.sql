-- Every quarter hour on the clocks that the stations keep. Local hours follow from quarter hours,
-- so zones off by a half or a quarter hour need no special case, nor do clock changes.
with service_hours as (

    select * from {{ ref('int_stations__service_hours') }}

),

stations as (

    select * from {{ ref('int_stations__unioned') }}

),

-- Eight days beyond the feed: the forecast of the week that begins today needs its hours.
feed_bounds as (

    select
        stations.source_system,
        min(service_hours.hour_start_utc) as first_hour_utc,
        {{ add_seconds('max(service_hours.hour_start_utc)', 8 * 86400 + 7200) }} as last_hour_utc
    from service_hours
    inner join stations on service_hours.station_id = stations.station_id
    group by stations.source_system

),

bounds as (

    select
        stations.time_zone,
        min(feed_bounds.first_hour_utc) as first_hour_utc,
        max(feed_bounds.last_hour_utc) as last_hour_utc
    from stations
    inner join feed_bounds on stations.source_system = feed_bounds.source_system
    group by stations.time_zone

),

quarter_hours as (

    {{ rows_per_step(
        'bounds',
        'first_hour_utc',
        'last_hour_utc + interval 45 minute',
        '15 minute',
        'interval_start_utc',
        columns=['time_zone']
    ) }}

),

on_the_clock as (

    select
        *,
        {{ utc_to_local('interval_start_utc', 'time_zone') }} as interval_start_local
    from quarter_hours

),

final as (

    select
        time_zone,
        interval_start_utc,
        {{ truncated('hour', 'interval_start_utc') }} as hour_start_utc,
        {{ truncated('hour', 'interval_start_local') }} as hour_start_local,
        cast({{ seconds_between('interval_start_utc', 'interval_start_local') }} / 60 as integer)
            as utc_offset_minutes,
        cast(interval_start_local as date) as date_local,
        cast(extract(hour from interval_start_local) as integer) as hour_of_day
    from on_the_clock

)

select * from final
