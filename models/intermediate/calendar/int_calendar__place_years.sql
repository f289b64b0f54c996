with service_hours as (

    select * from {{ ref('int_stations__service_hours') }}

),

stations as (

    select * from {{ ref('int_stations__unioned') }}

),

bounds as (

    select
        stations.country_code,
        stations.region,
        min(date_part('year', service_hours.hour_start_utc)) - 1 as first_year,
        max(date_part('year', service_hours.hour_start_utc)) + 1 as last_year
    from service_hours
    inner join stations on service_hours.station_id = stations.station_id
    where stations.country_code is not null
    group by stations.country_code, stations.region

),

final as (

    select
        country_code,
        cast(first_year as integer) as first_year,
        cast(last_year as integer) as last_year,
        coalesce(region, '') as region
    from bounds

)

select * from final
