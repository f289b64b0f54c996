with stations as (

    select * from {{ ref('dim_stations') }}

),

energy as (

    select * from {{ ref('fct_energy_hourly') }}

),

-- A station whose demand was never known (the UNKNOWN member) would hide its network's.
observed_stations as (

    select distinct station_id
    from energy
    where is_feed_complete

),

placed as (

    select stations.*
    from stations
    inner join observed_stations on stations.station_id = observed_stations.station_id
    where stations.time_zone is not null

),

members as (

    select
        *,
        'station' as level,
        station_id as series_id
    from placed

    union all

    select
        *,
        'city' as level,
        source_system || ':city:' || {{ slug('city') }} as series_id
    from placed
    where {{ slug('city') }} != ''

    union all

    select
        *,
        'network' as level,
        source_system || ':network' as series_id
    from placed

),

sized as (

    select
        *,
        cast(sum(rated_kw) over (partition by series_id) as double) as series_rated_kw,
        count(*) over (partition by series_id, time_zone) as zone_station_count,
        count(*) over (partition by series_id, time_zone, country_code, region)
            as place_station_count
    from members

),

-- A series keeps the zone of most of its stations, and the place of most stations inside that
-- zone; ties go by name.
final as (

    select
        series_id,
        level,
        source_system,
        station_id,
        series_rated_kw as rated_kw,
        first_value(time_zone) over by_size as time_zone,
        first_value(country_code) over by_size as country_code,
        first_value(region) over by_size as region
    from sized
    window
        by_size as (
            partition by series_id
            order by
                zone_station_count desc,
                time_zone asc,
                place_station_count desc,
                country_code asc,
                region asc
        )

)

select * from final
