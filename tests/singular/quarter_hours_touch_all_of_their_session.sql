-- Protects the count of quarter hours: a session has one for each that it touches, none twice and
-- none left out.
with sessions as (

    select
        session_id,
        {{ seconds_between(
            quarter_hour_start('started_at_utc'),
            quarter_hour_start("greatest(started_at_utc, ended_at_utc - interval '1 second')")
        ) }} / 900 + 1 as expected_count
    from {{ ref('int_sessions__accepted') }}

),

quarter_hours as (

    select
        session_id,
        count(*) as actual_count
    from {{ ref('int_energy__session_quarter_hours') }}
    group by session_id

),

final as (

    select
        sessions.session_id,
        sessions.expected_count,
        quarter_hours.actual_count
    from sessions
    left join quarter_hours on sessions.session_id = quarter_hours.session_id
    where sessions.expected_count <> coalesce(quarter_hours.actual_count, 0)

)

select * from final
