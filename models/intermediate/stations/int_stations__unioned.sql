{{ config(materialized=restated(), meta={'restated': {}}) }}
with listed as (

    select * from {{ ref('int_stations__listed') }}

),

connectors as (

    select * from {{ ref('int_stations__connectors') }}

),

inferred_zones as (

    select * from {{ ref('int_stations__inferred_zones') }}

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
        listed.city,
        listed.region,
        listed.country_code,
        listed.grid_zone,
        cast(port_totals.port_count as bigint) as port_count,
        cast(port_totals.rated_kw as decimal(12, 3)) as rated_kw,
        listed.source_system || ':' || listed.native_station_id as station_id,
        coalesce(listed.site_type, 'unknown') as site_type,
        coalesce(
            listed.time_zone,
            case when not listed.feed_time_zone_is_assumed then listed.feed_time_zone end,
            inferred_zones.time_zone,
            listed.feed_time_zone,
            'UTC'
        ) as time_zone,
        listed.time_zone is null
        and (listed.feed_time_zone is null or listed.feed_time_zone_is_assumed)
            as time_zone_is_assumed
    from listed
    left join inferred_zones
        on
            listed.latitude = cast(inferred_zones.latitude as decimal(9, 6))
            and listed.longitude = cast(inferred_zones.longitude as decimal(9, 6))
    left join port_totals
        on listed.source_system || ':' || listed.native_station_id = port_totals.station_id

)

select * from final
