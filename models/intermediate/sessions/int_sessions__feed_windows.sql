{{ config(materialized=restated(), meta={'restated': {}}) }}
-- The local days that the landed files of a feed cover, as stretches without a missing day: those
-- from a file's first session to its last, and the whole days in which a log heard of a charger.
-- Days between two files are missing, unless the feed is known to be quiet for as long within a
-- file.
with sessions as (

    select * from {{ ref('int_sessions__identified') }}

),

heard_days as (

    select * from {{ ref('int_ocpp__heard_days') }}

),

start_days as (

    select
        source_system,
        load_id,
        cast({{ utc_to_local('started_at_utc', 'time_zone') }} as date) as date_local
    from sessions
    where started_at_utc is not null and not is_refused

),

known_days as (

    select * from start_days
    union distinct
    select
        source_system,
        {{ joined('/', "'log', charge_point_id, cast(window_number as string)") }} as load_id,
        date_local
    from heard_days

),

file_days as (

    select
        source_system,
        load_id,
        min(date_local) as first_date,
        max(date_local) as last_date
    from known_days
    group by source_system, load_id

),

feed_days as (

    select
        source_system,
        date_local,
        lag(date_local) over (partition by source_system order by date_local) as previous_date
    from known_days
    group by source_system, date_local

),

quiet_days as (

    select
        feed_days.source_system,
        max(
            {{ day_number('feed_days.date_local') }} - {{ day_number('feed_days.previous_date') }}
        ) as longest_step
    from feed_days
    where
        exists (
            select 1
            from file_days
            where
                file_days.source_system = feed_days.source_system
                and file_days.first_date <= feed_days.previous_date
                and file_days.last_date >= feed_days.date_local
        )
    group by feed_days.source_system

),

reached as (

    select
        *,
        max(last_date) over (
            partition by source_system
            order by first_date, last_date, load_id
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from file_days

),

stretches as (

    select
        reached.*,
        sum(
            case
                when
                    {{ day_number('reached.first_date') }}
                    - {{ day_number('reached.covered_until') }}
                    <= coalesce(quiet_days.longest_step, 1)
                    then 0
                else 1
            end
        ) over (
            partition by reached.source_system
            order by reached.first_date, reached.last_date, reached.load_id
            rows unbounded preceding
        ) as window_number
    from reached
    left join quiet_days on reached.source_system = quiet_days.source_system

),

final as (

    select
        source_system,
        cast(window_number as bigint) as window_number,
        min(first_date) as first_date_local,
        max(last_date) as last_date_local
    from stretches
    group by source_system, window_number

)

select * from final
