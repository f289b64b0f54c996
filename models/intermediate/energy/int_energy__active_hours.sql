-- A session is active in every hour that it touches; one in no time, in that of its start.
with sessions as (

    select * from {{ ref('int_sessions__accepted') }}

),

touched as (

    {{ rows_per_step(
        'sessions',
        truncated('hour', 'started_at_utc'),
        truncated('hour', 'greatest(started_at_utc, ended_at_utc - interval 1 second)'),
        '1 hour',
        'hour_start_utc',
        columns=['station_id']
    ) }}

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
