-- Why a published day changed: the sessions of that day that came with loads that the published
-- generation did not have.
with restated_days as (

    select * from {{ ref('int_quality__restated_days') }}

),

sessions as (

    select * from {{ ref('int_sessions__classified') }}

),

published_loads as (

    select * from {{ ref('stg_ecocharge_publications__loads') }}

),

files as (

    select * from {{ ref('stg_ecocharge_state__landed_files') }}

),

ranked_loads as (

    select
        *,
        row_number() over (
            partition by source_system, load_id
            order by generation_id desc
        ) as recency
    from published_loads

),

known_loads as (

    select
        source_system,
        load_id
    from ranked_loads
    where recency = 1 and is_present

),

removed_loads as (

    select
        known_loads.source_system,
        {{ sorted_text_list('known_loads.load_id') }} as load_ids
    from known_loads
    left join files
        on
            known_loads.source_system = files.source_system
            and known_loads.load_id = files.load_id
    where files.load_id is null
    group by known_loads.source_system

),

counted as (

    select
        sessions.session_id,
        sessions.station_id,
        sessions.row_class,
        sessions.source_file,
        sessions.load_id,
        cast({{ utc_to_local('sessions.started_at_utc', 'sessions.time_zone') }} as date)
            as first_date,
        cast({{ utc_to_local('sessions.ended_at_utc', 'sessions.time_zone') }} as date)
            as last_date,
        known_loads.load_id is null as is_new
    from sessions
    left join known_loads
        on
            sessions.source_system = known_loads.source_system
            and sessions.load_id = known_loads.load_id
    where sessions.row_class in ('accepted', 'superseded', 'natural_duplicate', 'credited')

),

changed_sessions as (

    select
        session_id,
        case
            when {{ any_true("is_new and row_class = 'credited'") }} then 'CREDIT'
            when {{ any_true('not is_new') }} then 'CORRECTED_SESSION'
            else 'LATE_SESSION'
        end as cause,
        {{ sorted_text_list('case when is_new then source_file end') }} as source_files,
        {{ sorted_text_list('case when is_new then load_id end') }} as load_ids
    from counted
    group by session_id
    having {{ any_true("is_new and row_class in ('accepted', 'credited')") }}

),

-- Every version counts: one that moved a session changes the day that it left, too.
touched_days as (

    select
        restated_days.station_id,
        restated_days.date_local,
        {{ sorted_text_list('changed_sessions.cause') }} as causes,
        {{ sorted_text_list('changed_sessions.source_files') }} as source_files,
        {{ sorted_text_list('changed_sessions.load_ids') }} as load_ids
    from restated_days
    inner join counted
        on
            restated_days.station_id = counted.station_id
            and restated_days.date_local between counted.first_date and counted.last_date
    inner join changed_sessions on counted.session_id = changed_sessions.session_id
    group by restated_days.station_id, restated_days.date_local

),

final as (

    select
        restated_days.source_system,
        restated_days.station_id,
        restated_days.date_local,
        restated_days.measure,
        restated_days.unit,
        restated_days.old_value,
        restated_days.new_value,
        restated_days.difference,
        restated_days.was_partial,
        restated_days.published_generation_id,
        restated_days.published_at_utc,
        case
            when touched_days.causes is not null then touched_days.causes
            when removed_loads.load_ids is not null then 'DELIVERY_REMOVED'
            else 'RECALCULATED'
        end as causes,
        {{ sort_text_list('touched_days.source_files') }} as source_files,
        {{ sort_text_list('coalesce(touched_days.load_ids, removed_loads.load_ids)') }} as load_ids
    from restated_days
    left join touched_days
        on
            restated_days.station_id = touched_days.station_id
            and restated_days.date_local = touched_days.date_local
    left join removed_loads on restated_days.source_system = removed_loads.source_system

)

select * from final
