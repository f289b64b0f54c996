-- A run without an outcome is still at work, as the build that makes this table is; one that was
-- killed gets its outcome from the run after it.
with runs as (

    select * from {{ ref('stg_ecocharge_runs__runs') }}

),

final as (

    select
        run_id,
        command,
        arguments,
        started_at_utc,
        ended_at_utc,
        {{ seconds_between('started_at_utc', 'ended_at_utc') }} as duration_seconds,
        outcome,
        error,
        files_landed,
        files_refused,
        rows_landed,
        rows_in,
        accepted,
        quarantined,
        duplicates,
        models,
        data_tests,
        landing_seconds,
        start_up_seconds,
        building_seconds,
        model_seconds,
        test_seconds,
        publishing_seconds,
        dashboard_seconds,
        generation_id
    from runs
    where outcome is not null

)

select * from final
