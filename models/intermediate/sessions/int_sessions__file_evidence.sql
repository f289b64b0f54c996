{{ config(materialized=restated(), meta={'restated': {
    'key': ['source_system', 'load_id'],
    'touched': keys_of_changes(['source_system', 'load_id'], ['int_sessions__located']),
    'narrows': {
        'int_sessions__located': among_touched('int_sessions__file_evidence', 'load_id'),
    },
}}) }}
-- What the rows of one landed file say together: whether its energy is in Wh, or its durations are
-- sixty times too short or too long. More than half of its sessions must be beyond reason as
-- written, and nearly all in order once the unit is mended.
with sessions as (

    select * from {{ ref('int_sessions__located') }}

),

timed as (

    select
        *,
        {{ seconds_between('started_at_utc', 'ended_at_utc') }} as connected_seconds
    from sessions
    where
        parse_error is null
        and energy_kwh > 0
        and started_at_utc < ended_at_utc
        and {{ is_plausible_start('started_at_utc') }}
        and {{ is_plausible_start('ended_at_utc') }}

),

counted as (

    select
        source_system,
        load_id,
        count(*) as sessions_with_energy,
        sum(case
            when {{ needs_more_than('energy_kwh', 'connected_seconds', impossible_kw('rated_kw')) }}
                then 1
            else 0
        end) as impossible_as_written,
        sum(case
            when
                energy_kwh >= 300
                and not {{ needs_more_than(
                    'energy_kwh', 'connected_seconds', '1000 * ' ~ plausible_kw('rated_kw')
                ) }}
                then 1
            else 0
        end) as sessions_that_fit_wh,
        sum(case
            when
                energy_kwh <= 200
                and not {{ needs_more_than(
                    'energy_kwh', 'connected_seconds', '60 * ' ~ plausible_kw('rated_kw')
                ) }}
                then 1
            else 0
        end) as sessions_that_fit_hours,
        sum(case when connected_seconds > 86400 then 1 else 0 end) as sessions_over_a_day
    from timed
    group by source_system, load_id

),

-- Only files of long sessions need the sort that finds who comes next.
neighbours as (

    select
        timed.source_system,
        timed.load_id,
        timed.energy_kwh,
        timed.rated_kw,
        timed.connected_seconds,
        {{ seconds_between('timed.started_at_utc', 'lead(timed.started_at_utc) over (
            partition by timed.load_id, timed.connector_id
            order by timed.started_at_utc, timed.ended_at_utc, timed.row_id
        )') }} as seconds_to_next
    from timed
    inner join counted
        on
            timed.source_system = counted.source_system
            and timed.load_id = counted.load_id
    where
        timed.connector_id is not null
        and counted.sessions_over_a_day * 2 > counted.sessions_with_energy

),

followed as (

    select
        source_system,
        load_id,
        count(*) as sessions_followed,
        sum(case when seconds_to_next < connected_seconds then 1 else 0 end)
            as overlaps_as_written,
        sum(case
            when
                seconds_to_next * 60 >= connected_seconds
                and not {{ needs_more_than(
                    'energy_kwh * 60', 'connected_seconds', plausible_kw('rated_kw')
                ) }}
                then 1
            else 0
        end) as sessions_that_fit_minutes
    from neighbours
    where seconds_to_next is not null
    group by source_system, load_id

),

final as (

    select
        counted.source_system,
        counted.load_id,
        counted.sessions_with_energy,
        counted.impossible_as_written,
        counted.sessions_that_fit_wh,
        counted.sessions_that_fit_hours,
        coalesce(followed.sessions_followed, 0) as sessions_followed,
        coalesce(followed.overlaps_as_written, 0) as overlaps_as_written,
        coalesce(followed.sessions_that_fit_minutes, 0) as sessions_that_fit_minutes,
        case
            when counted.sessions_with_energy < 5 then null
            when
                counted.impossible_as_written * 2 > counted.sessions_with_energy
                and counted.sessions_that_fit_wh * 10 >= counted.sessions_with_energy * 8
                then 'ENERGY_UNIT_WH'
            when
                counted.impossible_as_written * 2 > counted.sessions_with_energy
                and counted.sessions_that_fit_hours * 10 >= counted.sessions_with_energy * 9
                then 'DURATION_UNIT'
            when
                followed.overlaps_as_written * 2 > followed.sessions_followed
                and followed.sessions_that_fit_minutes * 10 >= followed.sessions_followed * 9
                then 'DURATION_UNIT'
        end as unit_rule
    from counted
    left join followed
        on counted.source_system = followed.source_system and counted.load_id = followed.load_id

)

select * from final
