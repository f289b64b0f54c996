-- What is known of when sessions drew their energy, for judging how well the split does without it:
-- measured, stated as the end of charging, or modelled by the feed's publisher.
with sessions as (

    select * from {{ ref('int_sessions__accepted') }}
    where energy_kwh > 0 and ended_at_utc > started_at_utc

),

segments as (

    select * from {{ ref('int_energy__segments') }}
    where split_method in ('METER_VALUES', 'CHARGING_PERIODS', 'CHARGING_WINDOW')

),

estimates as (

    select
        source_system,
        native_session_id,
        min(charging_seconds) as charging_seconds
    from {{ ref('stg_generic_csv__session_estimates') }}
    where charging_seconds > 0
    group by source_system, native_session_id

),

placed as (

    select
        sessions.session_id,
        segments.split_method as truth,
        segments.segment_start_utc,
        segments.segment_end_utc,
        segments.micro_kwh
    from sessions
    inner join segments on sessions.session_id = segments.session_id
    -- Where the end of charging stands for the end, it says nothing of the plug-in.
    where segments.micro_kwh > 0 and not sessions.end_is_charging_end

),

modelled as (

    select
        sessions.session_id,
        'MODELLED_CHARGING' as truth,
        sessions.started_at_utc as segment_start_utc,
        least(
            sessions.ended_at_utc,
            {{ add_seconds('sessions.started_at_utc', 'estimates.charging_seconds') }}
        ) as segment_end_utc,
        {{ to_micro_kwh('sessions.energy_kwh') }} as micro_kwh
    from sessions
    inner join estimates
        on
            sessions.source_system = estimates.source_system
            and sessions.native_session_id = estimates.native_session_id
    left join placed on sessions.session_id = placed.session_id
    where placed.session_id is null

),

unioned as (

    select * from placed
    union all
    select * from modelled

),

-- Session ids are hashes, so the first of them are a sample that is the same every time.
ranked as (

    select
        unioned.*,
        sessions.source_system,
        sessions.started_at_utc,
        sessions.ended_at_utc,
        sessions.charging_ended_at_utc,
        sessions.rated_kw,
        sessions.energy_kwh,
        dense_rank() over (
            partition by sessions.source_system, unioned.truth
            order by unioned.session_id
        ) as place
    from unioned
    inner join sessions on unioned.session_id = sessions.session_id

),

final as (

    select
        session_id,
        source_system,
        started_at_utc,
        ended_at_utc,
        charging_ended_at_utc,
        rated_kw,
        energy_kwh,
        truth,
        segment_start_utc,
        segment_end_utc,
        micro_kwh
    from ranked
    where place <= {{ var('ecocharge_split_trial_sessions') }}

)

select * from final
