-- Every station that a feed declares or that its sessions name, and each feed's UNKNOWN member.
-- What a station does not say of itself its feed's settings say.
with declared as (

    select * from {{ ref('int_stations__declared_stations') }}

),

chargers as (

    select * from {{ ref('int_stations__chargers') }}

),

feeds as (

    select * from {{ ref('int_sources__feeds') }}

),

seen as (

    select
        source_system,
        native_station_id,
        min(station_name) as station_name,
        min(station_address) as station_address,
        min(station_city) as city,
        min(station_country_code) as country_code,
        min(latitude) as latitude,
        min(longitude) as longitude,
        min(time_zone) as time_zone
    from chargers
    where native_station_id is not null
    group by source_system, native_station_id

),

undeclared as (

    select
        seen.source_system,
        seen.native_station_id,
        seen.station_name,
        seen.station_address,
        seen.city,
        seen.country_code,
        seen.latitude,
        seen.longitude,
        seen.time_zone
    from seen
    left join declared
        on
            seen.source_system = declared.source_system
            and seen.native_station_id = declared.native_station_id
    where declared.native_station_id is null

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
    union all
    select
        source_system,
        native_station_id,
        station_name,
        station_address,
        null as site_type,
        city,
        null as region,
        country_code,
        latitude,
        longitude,
        time_zone,
        null as grid_zone,
        null as opened_on,
        null as closed_on
    from undeclared
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
    from feeds

),

final as (

    select
        unioned.source_system,
        unioned.native_station_id,
        unioned.station_name,
        unioned.station_address,
        unioned.site_type,
        unioned.latitude,
        unioned.longitude,
        unioned.time_zone,
        unioned.opened_on,
        unioned.closed_on,
        feeds.time_zone as feed_time_zone,
        feeds.time_zone_is_assumed as feed_time_zone_is_assumed,
        coalesce(unioned.city, feeds.city) as city,
        coalesce(unioned.region, feeds.region) as region,
        coalesce(unioned.country_code, feeds.country_code) as country_code,
        coalesce(unioned.grid_zone, feeds.grid_zone) as grid_zone
    from unioned
    left join feeds on unioned.source_system = feeds.source_system

)

select * from final
