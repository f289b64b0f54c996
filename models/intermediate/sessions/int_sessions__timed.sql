-- How long each row lasted, and when its file was landed: nothing in it can lie ahead of that.
with sessions as (

    select * from {{ ref('int_sessions__located') }}

),

landed_files as (

    select * from {{ ref('stg_ecocharge_state__landed_files') }}

),

-- What the generator writes may lie ahead of the day on which it writes.
landings as (

    select
        source_system,
        load_id,
        max(landed_at_utc) as landed_at_utc
    from landed_files
    where source_system <> 'native'
    group by source_system, load_id

),

final as (

    select
        {{ session_columns('sessions') }},
        sessions.unreadable_fields,
        sessions.adapter_rules,
        sessions.has_skipped_local_time,
        sessions.has_repeated_local_time,
        landings.landed_at_utc,
        {{ seconds_between('sessions.started_at_utc', 'sessions.ended_at_utc') }}
            as connected_seconds
    from sessions
    left join landings
        on sessions.source_system = landings.source_system and sessions.load_id = landings.load_id

)

select * from final
