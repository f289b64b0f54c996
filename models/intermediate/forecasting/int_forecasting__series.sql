with members as (

    select * from {{ ref('int_forecasting__series_members') }}

),

stations as (

    select * from {{ ref('dim_stations') }}

),

places as (

    select
        members.series_id,
        stations.time_zone,
        stations.country_code,
        stations.region,
        count(*) as station_count
    from members
    inner join stations on members.station_id = stations.station_id
    group by members.series_id, stations.time_zone, stations.country_code, stations.region

),

zone_sizes as (

    select
        series_id,
        time_zone,
        country_code,
        region,
        station_count,
        sum(station_count) over (partition by series_id, time_zone) as zone_station_count
    from places

),

-- The zone of most stations, then the place of most stations inside it; ties by name.
ranked as (

    select
        series_id,
        time_zone,
        country_code,
        region,
        row_number() over (
            partition by series_id
            order by
                zone_station_count desc,
                time_zone asc,
                station_count desc,
                country_code asc,
                region asc
        ) as place_rank
    from zone_sizes

),

sizes as (

    select
        members.series_id,
        members.level,
        members.source_system,
        cast(count(*) as bigint) as station_count,
        cast(sum(stations.rated_kw) as double) as rated_kw
    from members
    inner join stations on members.station_id = stations.station_id
    group by members.series_id, members.level, members.source_system

),

final as (

    select
        sizes.series_id,
        sizes.level,
        sizes.source_system,
        ranked.time_zone,
        ranked.country_code,
        ranked.region,
        sizes.station_count,
        sizes.rated_kw
    from sizes
    inner join ranked on sizes.series_id = ranked.series_id and ranked.place_rank = 1

)

select * from final
