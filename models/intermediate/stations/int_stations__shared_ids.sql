{{ config(materialized=restated(), meta={'restated': {}}) }}
-- Port and connector ids that count from one at each charger or station. Among declarations it is
-- one file that says so: an id that moves from file to file is a connector that moved.
with stations as (

    select
        source_system,
        load_id,
        native_port_id,
        native_connector_id,
        {{ id_scope() }} as id_scope
    from {{ ref('stg_generic_csv__stations') }}

),

sessions as (

    select
        source_system,
        'sessions' as load_id,
        native_port_id,
        native_connector_id,
        {{ id_scope('coalesce(native_station_id, station_name)') }} as id_scope
    from {{ ref('stg_generic_csv__sessions') }}

),

unioned as (

    select * from stations
    union all
    select * from sessions

),

ids as (

    select
        source_system,
        load_id,
        id_scope,
        native_port_id as native_id
    from unioned
    union all
    select
        source_system,
        load_id,
        id_scope,
        native_connector_id as native_id
    from unioned

),

shared as (

    select
        source_system,
        native_id
    from ids
    group by source_system, load_id, native_id
    having count(distinct id_scope) > 1

),

final as (

    select distinct
        source_system,
        native_id
    from shared
    where native_id is not null

)

select * from final
