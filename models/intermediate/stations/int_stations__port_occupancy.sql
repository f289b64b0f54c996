{{ config(materialized=restated(), meta={'restated': {
    'key': ['port_id', 'date_local'],
    'touched': days_spanned(
        'changes.int_sessions__accepted', 'port_id', 'started_at_utc', 'ended_at_utc',
        'date_local', 1
    ),
    'narrows': {
        'int_sessions__accepted': on_touched_days(
            'int_stations__port_occupancy', 'int_sessions__accepted', 'started_at_utc',
            'ended_at_utc', 'date_local', 1, 'port_id'
        ),
    },
}}) }}
-- The time that a port is plugged in, cut at local midnights; no minute counts twice where plug-ins
-- overlap: each has what comes after the end of all before it.
with sessions as (

    select * from {{ ref('int_sessions__accepted') }}

),

plug_ins as (

    select
        station_id,
        port_id,
        time_zone,
        started_at_utc,
        ended_at_utc,
        max(ended_at_utc) over (
            partition by port_id
            order by started_at_utc, ended_at_utc
            rows between unbounded preceding and 1 preceding
        ) as busy_until_utc
    from sessions
    where port_id is not null and ended_at_utc > started_at_utc

),

stretches as (

    select
        station_id,
        port_id,
        time_zone,
        ended_at_utc as busy_to_utc,
        greatest(started_at_utc, coalesce(busy_until_utc, started_at_utc)) as busy_from_utc
    from plug_ins
    where ended_at_utc > coalesce(busy_until_utc, started_at_utc)

),

by_day as (

    {{ rows_per_day(
        'stretches',
        utc_to_local('busy_from_utc', 'time_zone'),
        utc_to_local('(busy_to_utc - interval 1 second)', 'time_zone'),
        'date_local'
    ) }}

),

cut as (

    select
        station_id,
        port_id,
        date_local,
        {{ seconds_between(
            'greatest(busy_from_utc, '
                ~ local_to_utc('cast(date_local as timestamp)', 'time_zone') ~ ')',
            'least(busy_to_utc, '
                ~ local_to_utc("cast(date_local + interval 1 day as timestamp)", 'time_zone')
                ~ ')'
        ) }} as occupied_seconds
    from by_day

),

final as (

    select
        station_id,
        port_id,
        date_local,
        cast(sum(occupied_seconds) as bigint) as occupied_seconds
    from cut
    group by station_id, port_id, date_local

)

select * from final
