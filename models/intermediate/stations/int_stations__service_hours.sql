{{ config(materialized=restated(), meta={'restated': {
    'key': {'station_id': 'station_id', 'day_utc': 'cast(hour_start_utc as date)'},
    'touched': days_of_changes([('int_energy__active_hours', 'hour_start_utc')], 'day_utc')
        ~ " union " ~ days_of_changed_spans(),
    'narrows': {
        'int_stations__service_spans': spans_on_touched_days('int_stations__service_hours'),
        'int_energy__active_hours': on_one_of_touched_days(
            'int_stations__service_hours', 'int_energy__active_hours', 'hour_start_utc', 'day_utc'
        ),
    },
}}) }}
-- Zero or unknown: the one place that says so. An hour listed here with a complete feed is zero
-- when nothing happened; an hour that is not listed, or whose feed is incomplete, is unknown.
with service_spans as (

    select * from {{ ref('int_stations__service_spans') }}

),

active_hours as (

    select * from {{ ref('int_energy__active_hours') }}

),

complete as (

    {{ rows_per_step(
        'service_spans',
        'first_hour_utc',
        'last_hour_utc',
        '1 hour',
        'hour_start_utc',
        columns=['station_id'],
        where='first_hour_utc <= last_hour_utc'
    ) }}

),

-- Vehicles charge at times when nothing says that the feed is complete.
outside as (

    select
        active_hours.station_id,
        active_hours.hour_start_utc
    from active_hours
    where
        not exists (
            select 1
            from service_spans
            where
                service_spans.station_id = active_hours.station_id
                and active_hours.hour_start_utc
                between service_spans.first_hour_utc and service_spans.last_hour_utc
        )

),

final as (

    select
        station_id,
        hour_start_utc,
        true as is_feed_complete
    from complete
    union all
    select
        station_id,
        hour_start_utc,
        false as is_feed_complete
    from outside

)

select * from final
