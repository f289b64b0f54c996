-- The sessions of int_energy__split_truth, placed as each method would without their evidence, and
-- the truth beside them. One that a method cannot place stays uniform, as in int_energy__segments.
with truth as (

    select * from {{ ref('int_energy__split_truth') }}

),

sessions as (

    select distinct
        session_id,
        source_system,
        started_at_utc,
        ended_at_utc,
        charging_ended_at_utc,
        rated_kw,
        energy_kwh,
        truth
    from truth

),

usual_power as (

    select * from {{ ref('int_energy__usual_power') }}

),

judged as (

    select
        sessions.session_id,
        sessions.source_system,
        sessions.started_at_utc,
        sessions.ended_at_utc,
        {{ to_micro_kwh('sessions.energy_kwh') }} as micro_kwh,
        sessions.energy_kwh,
        sessions.truth,
        case
            when sessions.truth <> 'CHARGING_WINDOW' then sessions.charging_ended_at_utc
        end as window_end_utc,
        coalesce(sessions.rated_kw, usual_power.usual_kw) as limiting_kw
    from sessions
    left join usual_power on sessions.session_id = usual_power.session_id

),

trials as (

    select
        *,
        'UNIFORM_CONNECTED' as split_method,
        true as is_placed,
        ended_at_utc as drawing_ended_at_utc
    from judged
    union all
    select
        *,
        'POWER_LIMITED_FROM_START' as split_method,
        coalesce(limiting_kw > 0, false) as is_placed,
        coalesce(
            {{ power_limited_end(
                'started_at_utc', 'ended_at_utc', 'energy_kwh', 'limiting_kw'
            ) }},
            ended_at_utc
        ) as drawing_ended_at_utc
    from judged
    union all
    select
        *,
        'CHARGING_WINDOW' as split_method,
        coalesce(window_end_utc > started_at_utc, false) as is_placed,
        case
            when window_end_utc > started_at_utc then window_end_utc
            else ended_at_utc
        end as drawing_ended_at_utc
    from judged

),

final as (

    select
        session_id,
        source_system,
        truth,
        split_method,
        is_placed,
        started_at_utc as segment_start_utc,
        drawing_ended_at_utc as segment_end_utc,
        micro_kwh
    from trials
    union all
    select
        session_id,
        source_system,
        truth,
        'TRUTH' as split_method,
        true as is_placed,
        segment_start_utc,
        segment_end_utc,
        micro_kwh
    from truth

)

select * from final
