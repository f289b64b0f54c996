{{ config(materialized=restated(), meta={'restated': {
    'key': {'station_id': 'station_id', 'day_utc': 'cast(interval_start_utc as date)'},
    'touched':
        days_spanned(
            changed_splits(), 'station_id', 'started_at_utc', 'ended_at_utc', 'day_utc'
        ) ~ " union " ~ days_of_changes(
            [('int_energy__measured_quarter_hours', 'interval_start_utc')], 'day_utc'
        ),
    'narrows': {
        'int_sessions__accepted': on_touched_days(
            'fct_energy_15min', 'int_sessions__accepted', 'started_at_utc', 'ended_at_utc',
            'day_utc'
        ),
        'int_energy__measured_quarter_hours': on_one_of_touched_days(
            'fct_energy_15min', 'int_energy__measured_quarter_hours', 'interval_start_utc',
            'day_utc'
        ),
    },
}}) }}
with session_quarter_hours as (

    select * from {{ ref('int_energy__session_quarter_hours') }}

),

sums as (

    select
        station_id,
        interval_start_utc,
        {{ from_micro_kwh('sum(micro_kwh)') }} as energy_kwh,
        {{ from_micro_kwh('sum(case when is_measured then micro_kwh else 0 end)') }}
            as measured_energy_kwh,
        cast(sum(connected_seconds) as bigint) as connected_seconds,
        cast(sum(charging_seconds) as bigint) as charging_seconds,
        cast(sum(idle_seconds) as bigint) as idle_seconds,
        cast(
            sum(case when idle_seconds is not null then connected_seconds else 0 end) as bigint
        ) as charging_known_seconds,
        count(*) as active_sessions,
        count(outcome_of_start) as sessions_started,
        count(case when outcome_of_start = 'NO_ENERGY' then 1 end) as zero_energy_sessions
    from session_quarter_hours
    group by station_id, interval_start_utc

),

final as (

    select
        station_id,
        interval_start_utc,
        energy_kwh,
        measured_energy_kwh,
        {{ minutes('connected_seconds') }} as connected_minutes,
        active_sessions,
        sessions_started,
        zero_energy_sessions,
        connected_seconds,
        charging_seconds,
        idle_seconds,
        charging_known_seconds
    from sums

)

select * from final
