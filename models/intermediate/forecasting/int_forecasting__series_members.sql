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

    select
        stations.station_id,
        stations.source_system,
        stations.city
    from stations
    inner join observed_stations on stations.station_id = observed_stations.station_id
    where stations.time_zone is not null

),

members as (

    select
        station_id as series_id,
        'station' as level,
        source_system,
        station_id
    from placed

    union all

    select
        source_system || ':city:' || {{ slug('city') }} as series_id,
        'city' as level,
        source_system,
        station_id
    from placed
    where {{ slug('city') }} != ''

    union all

    select
        source_system || ':network' as series_id,
        'network' as level,
        source_system,
        station_id
    from placed

),

final as (

    select
        series_id,
        level,
        source_system,
        station_id
    from members

)

select * from final
