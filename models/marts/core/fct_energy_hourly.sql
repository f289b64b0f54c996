{%- set on_days = [
    ('fct_energy_15min', 'interval_start_utc'),
    ('int_energy__active_hours', 'hour_start_utc'),
    ('int_stations__service_hours', 'hour_start_utc'),
] -%}
{{ config(materialized=restated(), meta={'restated': {
    'key': {'station_id': 'station_id', 'day_utc': 'cast(hour_start_utc as date)'},
    'touched': days_of_changes(on_days, 'day_utc'),
    'narrows': narrowed_to_days('fct_energy_hourly', on_days, 'day_utc'),
}}) }}
with service_hours as (

    select * from {{ ref('int_stations__service_hours') }}

),

quarter_hours as (

    select * from {{ ref('fct_energy_15min') }}

),

active_hours as (

    select * from {{ ref('int_energy__active_hours') }}

),

sums as (

    select
        station_id,
        cast(sum(energy_kwh) as decimal(18, 6)) as energy_kwh,
        cast(sum(measured_energy_kwh) as decimal(18, 6)) as measured_energy_kwh,
        cast(sum(sessions_started) as bigint) as sessions_started,
        {{ truncated('hour', 'interval_start_utc') }} as hour_start_utc,
        max(energy_kwh) * 4 as peak_kw,
        sum(connected_seconds) as connected_seconds
    from quarter_hours
    group by station_id, {{ truncated('hour', 'interval_start_utc') }}

),

final as (

    select
        service_hours.station_id,
        service_hours.hour_start_utc,
        coalesce(sums.energy_kwh, 0) as energy_kwh,
        coalesce(sums.measured_energy_kwh, 0) as measured_energy_kwh,
        {{ measured_peak('sums.peak_kw', 'sums.measured_energy_kwh', 'sums.energy_kwh') }}
            as peak_15min_kw,
        {{ minutes('coalesce(sums.connected_seconds, 0)') }} as connected_minutes,
        coalesce(active_hours.active_sessions, 0) as active_sessions,
        coalesce(sums.sessions_started, 0) as sessions_started,
        service_hours.is_feed_complete
    from service_hours
    left join sums
        on
            service_hours.station_id = sums.station_id
            and service_hours.hour_start_utc = sums.hour_start_utc
    left join active_hours
        on
            service_hours.station_id = active_hours.station_id
            and service_hours.hour_start_utc = active_hours.hour_start_utc

)

select * from final
