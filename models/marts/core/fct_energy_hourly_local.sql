{%- set on_days = [
    ('fct_energy_15min', 'interval_start_utc'), ('int_stations__service_hours', 'hour_start_utc'),
] -%}
{{ config(materialized=restated(), meta={'restated': {
    'key': ['station_id', 'date_local'],
    'touched': days_of_changes(on_days, 'date_local', 1)
        ~ " union " ~ days_of_changed_stations('core.fct_energy_hourly_local'),
    'narrows': narrowed_to_days('fct_energy_hourly_local', on_days, 'date_local', 1),
}}) }}
with whole_hours as (

    select * from {{ ref('int_energy__whole_local_hours') }}

),

parted_hours as (

    select * from {{ ref('int_energy__parted_local_hours') }}

),

holidays as (

    select * from {{ ref('int_calendar__holidays') }}

),

local_hours as (

    select * from whole_hours
    union all
    select * from parted_hours

),

final as (

    select
        local_hours.station_id,
        local_hours.hour_start_local,
        local_hours.utc_offset_minutes,
        local_hours.date_local,
        local_hours.hour_of_day,
        cast(coalesce(local_hours.energy_kwh, 0) as decimal(18, 6)) as energy_kwh,
        cast(coalesce(local_hours.measured_energy_kwh, 0) as decimal(18, 6))
            as measured_energy_kwh,
        cast(coalesce(local_hours.sessions_started, 0) as bigint) as sessions_started,
        cast(coalesce(local_hours.zero_energy_sessions, 0) as bigint) as zero_energy_sessions,
        cast(coalesce(local_hours.connected_seconds, 0) as bigint) as connected_seconds,
        cast(coalesce(local_hours.charging_known_seconds, 0) as bigint) as charging_known_seconds,
        cast(local_hours.charging_seconds as bigint) as charging_seconds,
        cast(local_hours.idle_seconds as bigint) as idle_seconds,
        local_hours.max_quarter_hour_kwh,
        local_hours.is_feed_complete,
        cast(local_hours.minutes_in_service as bigint) as minutes_in_service,
        {{ day_type('local_hours.date_local', 'holidays.holiday_name') }} as day_type,
        {{ season('local_hours.date_local', 'local_hours.latitude') }} as season,
        {{ minutes('coalesce(local_hours.connected_seconds, 0)') }} as connected_minutes
    from local_hours
    left join holidays
        on
            local_hours.country_code = holidays.country_code
            and coalesce(local_hours.region, '') = holidays.region
            and local_hours.date_local = holidays.date_local

)

select * from final
