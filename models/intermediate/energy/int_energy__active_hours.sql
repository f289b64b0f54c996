-- A session is active in every hour that it touches; one in no time, in that of its start.
with sessions as (

    select * from {{ ref('int_sessions__accepted') }}

),

touched as (

    select
        station_id,
        {{ unnest_steps(
            "date_trunc('hour', started_at_utc)",
            "date_trunc('hour', greatest(started_at_utc, ended_at_utc - interval '1 second'))",
            '1 hour'
        ) }} as hour_start_utc
    from sessions

),

final as (

    select
        station_id,
        hour_start_utc,
        count(*) as active_sessions
    from touched
    group by station_id, hour_start_utc

)

select * from final
