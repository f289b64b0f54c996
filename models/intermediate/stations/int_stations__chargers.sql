-- A charger belongs to the site that its latest session names: renamed sites follow their charger.
with sessions as (

    select * from {{ ref('int_sessions__unioned') }}

),

native_connectors as (

    select * from {{ ref('stg_native__connectors') }}

),

charge_points as (

    select * from {{ ref('stg_dundee__stations') }}

),

source_systems as (

    select * from {{ ref('source_systems') }}

),

named_sites as (

    select
        source_system,
        native_charger_id,
        charger_model,
        station_name,
        station_address,
        row_number() over (
            partition by source_system, native_charger_id
            order by
                case
                    when {{ is_plausible_start('coalesce(started_at_utc, started_at_local)') }}
                        then coalesce(started_at_utc, started_at_local)
                end desc nulls last,
                station_name asc,
                station_address asc,
                charger_model asc
        ) as recency
    from sessions
    where native_charger_id is not null and station_name is not null

),

coordinates as (

    select
        native_charger_id,
        min(latitude) as latitude,
        min(longitude) as longitude
    from charge_points
    where native_charger_id is not null
    group by native_charger_id

),

seen_in_sessions as (

    select
        named_sites.source_system,
        named_sites.native_charger_id,
        named_sites.charger_model,
        {{ slug(site_name('named_sites.station_name', 'source_systems.city')) }}
            as native_station_id,
        {{ site_name('named_sites.station_name', 'source_systems.city') }} as station_name,
        named_sites.station_address,
        coordinates.latitude,
        coordinates.longitude
    from named_sites
    left join source_systems on named_sites.source_system = source_systems.source_system
    left join coordinates
        on
            named_sites.native_charger_id = coordinates.native_charger_id
            and named_sites.source_system = 'dundee'
    where named_sites.recency = 1

),

declared as (

    select
        'native' as source_system,
        native_charger_id,
        cast(null as varchar) as charger_model,
        min(native_station_id) as native_station_id,
        cast(null as varchar) as station_name,
        cast(null as varchar) as station_address,
        cast(null as decimal(9, 6)) as latitude,
        cast(null as decimal(9, 6)) as longitude
    from native_connectors
    where native_charger_id is not null
    group by native_charger_id

),

final as (

    select * from seen_in_sessions
    union all
    select * from declared

)

select * from final
