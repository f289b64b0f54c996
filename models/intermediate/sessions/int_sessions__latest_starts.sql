{{ config(materialized=restated(), meta={'restated': {}}) }}
-- When each connector was last used, and, in a row without a connector, each feed. A session that
-- is still open although its connector was used again will not end any more.
with sessions as (

    select * from {{ ref('int_sessions__located') }}

),

landed_files as (

    select * from {{ ref('stg_ecocharge_state__landed_files') }}

),

landings as (

    select
        source_system,
        load_id,
        max(landed_at_utc) as landed_at_utc
    from landed_files
    group by source_system, load_id

),

begun as (

    select
        sessions.source_system,
        sessions.connector_id,
        sessions.started_at_utc
    from sessions
    left join landings
        on sessions.source_system = landings.source_system and sessions.load_id = landings.load_id
    where
        {{ is_plausible_start('sessions.started_at_utc') }}
        and (landings.landed_at_utc is null or sessions.started_at_utc <= landings.landed_at_utc)

),

final as (

    select
        source_system,
        connector_id,
        max(started_at_utc) as latest_started_at_utc
    from begun
    where connector_id is not null
    group by source_system, connector_id
    union all
    select
        source_system,
        cast(null as string) as connector_id,
        max(started_at_utc) as latest_started_at_utc
    from begun
    group by source_system

)

select * from final
