with stations as (

    select * from {{ ref('int_stations__unioned') }}

),

service_hours as (

    select * from {{ ref('int_stations__service_hours') }}

),

seen as (

    select
        station_id,
        min(hour_start_utc) as first_hour_utc,
        max(hour_start_utc) as last_hour_utc
    from service_hours
    group by station_id

),

final as (

    select
        stations.station_id,
        stations.source_system,
        stations.station_name,
        stations.station_address,
        stations.site_type,
        stations.city,
        stations.region,
        stations.country_code,
        stations.latitude,
        stations.longitude,
        stations.time_zone,
        stations.time_zone_is_assumed as time_zone_inferred,
        stations.grid_zone,
        stations.port_count,
        stations.rated_kw,
        coalesce(
            stations.opened_on,
            cast({{ utc_to_local('seen.first_hour_utc', 'stations.time_zone') }} as date)
        ) as in_service_from,
        coalesce(
            stations.closed_on,
            case
                when stations.opened_on is null
                    then cast(
                        {{ utc_to_local('seen.last_hour_utc', 'stations.time_zone') }} as date
                    )
            end
        ) as in_service_to
    from stations
    left join seen on stations.station_id = seen.station_id

)

select * from final
