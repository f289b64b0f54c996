{{ config(materialized=restated(), meta={'restated': {
    'key': {'station_id': 'station_id', 'day_utc': 'cast(hour_start_utc as date)'},
    'touched': days_spanned(
        'changes.int_sessions__accepted', 'station_id', 'started_at_utc', 'ended_at_utc', 'day_utc'
    ),
    'narrows': {
        'int_sessions__accepted': on_touched_days(
            'int_energy__active_hours', 'int_sessions__accepted', 'started_at_utc',
            'ended_at_utc', 'day_utc'
        ),
    },
}}) }}
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
