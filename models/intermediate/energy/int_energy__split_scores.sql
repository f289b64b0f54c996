-- The share of energy that each method puts into the wrong UTC hour: half of what differs, because
-- a kWh in the wrong hour is missing from the right one.
with placed as (

    select * from {{ ref('int_energy__split_trials') }}

),

trials as (

    select * from placed
    where split_method <> 'TRUTH'

),

truth as (

    select * from placed
    where split_method = 'TRUTH'

),

counts as (

    select
        source_system,
        truth,
        split_method,
        count(*) as sessions,
        sum(case when is_placed then 1 else 0 end) as placed_sessions,
        sum(micro_kwh) as micro_kwh
    from trials
    group by source_system, truth, split_method

),

-- Both sides of the comparison: the truth stands against each method, as energy taken away.
sides as (

    select
        trials.session_id,
        trials.split_method,
        trials.segment_start_utc,
        trials.segment_end_utc,
        trials.micro_kwh,
        1 as side
    from trials
    union all
    select
        truth.session_id,
        trials.split_method,
        truth.segment_start_utc,
        truth.segment_end_utc,
        truth.micro_kwh,
        -1 as side
    from truth
    inner join trials on truth.session_id = trials.session_id

),

touched as (

    {{ rows_per_step(
        'sides',
        truncated('hour', 'segment_start_utc'),
        truncated('hour', 'greatest(segment_start_utc, segment_end_utc - interval 1 second)'),
        '1 hour',
        'hour_start_utc'
    ) }}

),

clipped as (

    select
        *,
        {{ seconds_between('segment_start_utc', 'segment_end_utc') }} as segment_seconds,
        {{ seconds_between(
            'segment_start_utc', 'greatest(segment_start_utc, hour_start_utc)'
        ) }} as from_second,
        {{ seconds_between(
            'segment_start_utc', "least(segment_end_utc, hour_start_utc + interval 1 hour)"
        ) }} as to_second
    from touched

),

differences as (

    select
        session_id,
        split_method,
        hour_start_utc,
        sum(
            side * case
                when segment_seconds = 0 then micro_kwh
                else
                    {{ integer_divide('micro_kwh * to_second', 'segment_seconds') }}
                    - {{ integer_divide('micro_kwh * from_second', 'segment_seconds') }}
            end
        ) as micro_kwh
    from clipped
    group by session_id, split_method, hour_start_utc

),

misplaced as (

    select
        trials.source_system,
        trials.truth,
        trials.split_method,
        {{ integer_divide('sum(abs(differences.micro_kwh))', '2') }} as micro_kwh
    from differences
    inner join trials
        on
            differences.session_id = trials.session_id
            and differences.split_method = trials.split_method
    group by trials.source_system, trials.truth, trials.split_method

),

final as (

    select
        counts.source_system,
        counts.truth,
        counts.split_method,
        counts.sessions,
        cast(counts.placed_sessions as bigint) as placed_sessions,
        {{ from_micro_kwh('counts.micro_kwh') }} as energy_kwh,
        {{ from_micro_kwh('misplaced.micro_kwh') }} as misplaced_kwh,
        {{ ratio('misplaced.micro_kwh', 'counts.micro_kwh') }} as misplaced_ratio
    from counts
    inner join misplaced
        on
            counts.source_system = misplaced.source_system
            and counts.truth = misplaced.truth
            and counts.split_method = misplaced.split_method
    where counts.placed_sessions > 0

)

select * from final
