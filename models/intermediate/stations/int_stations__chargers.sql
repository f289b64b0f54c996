{{ config(materialized=restated(), meta={'restated': {}}) }}
-- A charger belongs to the site that its latest session names: renamed sites follow their charger.
with sessions as (

    select * from {{ ref('int_sessions__unioned') }}

),

declared_connectors as (

    select * from {{ ref('int_stations__declared_connectors') }}

),

charge_points as (

    select * from {{ ref('stg_chargeplace_scotland__charge_points') }}

),

feeds as (

    select * from {{ ref('int_sources__feeds') }}

),

named_sites as (

    select
        source_system,
        native_charger_id,
        charger_model,
        native_station_id,
        station_name,
        station_address,
        station_city,
        station_country_code,
        latitude,
        longitude,
        time_zone,
        row_number() over (
            partition by source_system, native_charger_id
            order by
                case
                    when {{ is_plausible_start('coalesce(started_at_utc, started_at_local)') }}
                        then coalesce(started_at_utc, started_at_local)
                end desc nulls last,
                native_station_id asc,
                station_name asc,
                station_address asc,
                charger_model asc,
                latitude asc,
                longitude asc,
                station_city asc,
                station_country_code asc,
                time_zone asc
        ) as recency
    from sessions
    where native_charger_id is not null and coalesce(native_station_id, station_name) is not null

),

coordinates as (

    select
        source_system,
        native_charger_id,
        min(latitude) as latitude,
        min(longitude) as longitude
    from charge_points
    where native_charger_id is not null
    group by source_system, native_charger_id

),

seen_in_sessions as (

    select
        named_sites.source_system,
        named_sites.native_charger_id,
        named_sites.charger_model,
        coalesce(
            named_sites.native_station_id,
            {{ slug(site_name('named_sites.station_name', 'feeds.city')) }}
        ) as native_station_id,
        {{ site_name('named_sites.station_name', 'feeds.city') }} as station_name,
        named_sites.station_address,
        named_sites.station_city,
        named_sites.station_country_code,
        coalesce(named_sites.latitude, coordinates.latitude) as latitude,
        coalesce(named_sites.longitude, coordinates.longitude) as longitude,
        named_sites.time_zone
    from named_sites
    left join feeds on named_sites.source_system = feeds.source_system
    left join coordinates
        on
            named_sites.native_charger_id = coordinates.native_charger_id
            and named_sites.source_system = coordinates.source_system
    left join declared_connectors
        on
            named_sites.source_system = declared_connectors.source_system
            and named_sites.native_charger_id = declared_connectors.native_charger_id
    where named_sites.recency = 1 and declared_connectors.native_charger_id is null

),

declared as (

    select
        source_system,
        native_charger_id,
        cast(null as string) as charger_model,
        min(native_station_id) as native_station_id,
        cast(null as string) as station_name,
        cast(null as string) as station_address,
        cast(null as string) as station_city,
        cast(null as string) as station_country_code,
        cast(null as decimal(9, 6)) as latitude,
        cast(null as decimal(9, 6)) as longitude,
        cast(null as string) as time_zone
    from declared_connectors
    where native_charger_id is not null
    group by source_system, native_charger_id

),

final as (

    select * from seen_in_sessions
    union all
    select * from declared

)

select * from final
