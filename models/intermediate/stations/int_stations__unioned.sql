with native_stations as (

    select * from {{ ref('stg_native__stations') }}

),

chargers as (

    select * from {{ ref('int_stations__chargers') }}

),

connectors as (

    select * from {{ ref('int_stations__connectors') }}

),

source_systems as (

    select * from {{ ref('source_systems') }}

),

declared as (

    select
        *,
        'native' as source_system,
        row_number() over (
            partition by native_station_id
            order by arrival_seq desc, source_line desc
        ) as recency
    from native_stations
    where native_station_id is not null

),

seen as (

    select
        source_system,
        native_station_id,
        min(station_name) as station_name,
        min(station_address) as station_address,
        min(latitude) as latitude,
        min(longitude) as longitude
    from chargers
    where source_system <> 'native'
    group by source_system, native_station_id

),

unioned as (

    select
        source_system,
        native_station_id,
        station_name,
        station_address,
        site_type,
        city,
        region,
        country_code,
        latitude,
        longitude,
        time_zone,
        grid_zone,
        opened_on,
        closed_on
    from declared
    where recency = 1
    union all
    select
        source_system,
        native_station_id,
        station_name,
        station_address,
        null as site_type,
        null as city,
        null as region,
        null as country_code,
        latitude,
        longitude,
        null as time_zone,
        null as grid_zone,
        null as opened_on,
        null as closed_on
    from seen
    union all
    select
        source_system,
        'UNKNOWN' as native_station_id,
        'Unknown station' as station_name,
        null as station_address,
        null as site_type,
        null as city,
        null as region,
        null as country_code,
        null as latitude,
        null as longitude,
        null as time_zone,
        null as grid_zone,
        null as opened_on,
        null as closed_on
    from source_systems
    where {{ is_listed('source_system') }}

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
        unioned.source_system,
        unioned.native_station_id,
        unioned.station_name,
        unioned.station_address,
        unioned.latitude,
        unioned.longitude,
        unioned.opened_on,
        unioned.closed_on,
        cast(port_totals.port_count as bigint) as port_count,
        cast(port_totals.rated_kw as decimal(12, 3)) as rated_kw,
        unioned.source_system || ':' || unioned.native_station_id as station_id,
        coalesce(unioned.site_type, 'unknown') as site_type,
        coalesce(unioned.city, source_systems.city) as city,
        coalesce(unioned.region, source_systems.region) as region,
        coalesce(unioned.country_code, source_systems.country_code) as country_code,
        coalesce(unioned.time_zone, source_systems.time_zone, 'UTC') as time_zone,
        unioned.time_zone is null and source_systems.time_zone is null as time_zone_is_assumed,
        coalesce(unioned.grid_zone, source_systems.grid_zone) as grid_zone
    from unioned
    left join source_systems on unioned.source_system = source_systems.source_system
    left join port_totals
        on
            unioned.source_system || ':' || unioned.native_station_id = port_totals.station_id

)

select * from final
