{{ config(materialized=restated(), meta={'restated': {}}) }}
-- The stretches in which a station was in service and its feed complete, in whole hours.
with stations as (

    select * from {{ ref('int_stations__unioned') }}

),

feed_windows as (

    select * from {{ ref('int_sessions__feed_windows') }}

),

sessions as (

    select * from {{ ref('int_sessions__accepted') }}

),

seen as (

    select
        station_id,
        min(started_at_utc) as first_start_utc,
        max(ended_at_utc) as last_end_utc
    from sessions
    group by station_id

),

service as (

    select
        stations.station_id,
        stations.source_system,
        stations.time_zone,
        coalesce(
            {{ local_to_utc('cast(stations.opened_on as timestamp)', 'stations.time_zone') }},
            {{ truncated('hour', 'seen.first_start_utc') }}
        ) as service_from_utc,
        case
            when stations.closed_on is not null
                then {{ local_to_utc(
                    "cast(stations.closed_on + interval 1 day as timestamp)",
                    'stations.time_zone'
                ) }}
            -- The hour of the last end is whole: the session was there, then the station was free.
            when stations.opened_on is null
                then {{ truncated('hour', 'seen.last_end_utc + interval 3599 second') }}
        end as service_to_utc
    from stations
    left join seen on stations.station_id = seen.station_id
    where
        stations.native_station_id <> 'UNKNOWN'
        and (stations.opened_on is not null or seen.first_start_utc is not null)

),

covered as (

    select
        service.station_id,
        feed_windows.window_number,
        greatest(
            service.service_from_utc,
            {{ local_to_utc(
                'cast(feed_windows.first_date_local as timestamp)', 'service.time_zone'
            ) }}
        ) as covered_from_utc,
        least(
            coalesce(service.service_to_utc, timestamp '2100-01-01 00:00:00'),
            {{ local_to_utc(
                "cast(feed_windows.last_date_local + interval 1 day as timestamp)",
                'service.time_zone'
            ) }}
        ) as covered_to_utc
    from service
    inner join feed_windows on service.source_system = feed_windows.source_system

),

-- Whole hours only: in a zone off by half an hour, the UTC hour at the edge of a day is half of it.
whole_hours as (

    select
        station_id,
        window_number,
        {{ truncated('hour', 'covered_from_utc + interval 3599 second') }} as first_hour_utc,
        {{ truncated('hour', 'covered_to_utc') }} - interval 1 hour as last_hour_utc
    from covered

),

final as (

    select * from whole_hours
    where first_hour_utc <= last_hour_utc

)

select * from final
