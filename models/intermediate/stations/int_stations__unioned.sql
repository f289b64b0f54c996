with listed as (

    select * from {{ ref('int_stations__listed') }}

),

connectors as (

    select * from {{ ref('int_stations__connectors') }}

),

feeds as (

    select * from {{ ref('int_sources__feeds') }}

),

ports as (

    select
        station_id,
        port_id,
        max(rated_kw) as rated_kw
    from connectors
    group by station_id, port_id

),

port_totals as (

    select
        station_id,
        count(*) as port_count,
        sum(rated_kw) as rated_kw
    from ports
    group by station_id

),

final as (

    select
        listed.source_system,
        listed.native_station_id,
        listed.station_name,
        listed.station_address,
        listed.latitude,
        listed.longitude,
        listed.opened_on,
        listed.closed_on,
        cast(port_totals.port_count as bigint) as port_count,
        cast(port_totals.rated_kw as decimal(12, 3)) as rated_kw,
        listed.source_system || ':' || listed.native_station_id as station_id,
        coalesce(listed.site_type, 'unknown') as site_type,
        coalesce(listed.city, feeds.city) as city,
        coalesce(listed.region, feeds.region) as region,
        coalesce(listed.country_code, feeds.country_code) as country_code,
        coalesce(listed.time_zone, feeds.time_zone, 'UTC') as time_zone,
        listed.time_zone is null
        and (feeds.time_zone is null or feeds.time_zone_is_assumed) as time_zone_is_assumed,
        coalesce(listed.grid_zone, feeds.grid_zone) as grid_zone
    from listed
    left join feeds on listed.source_system = feeds.source_system
    left join port_totals
        on listed.source_system || ':' || listed.native_station_id = port_totals.station_id

)

select * from final
