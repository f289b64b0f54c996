{%- set on_days = [
    ('fct_energy_hourly_local', 'date_local'), ('int_stations__port_occupancy', 'date_local'),
] -%}
{{ config(materialized=restated(), meta={'restated': {
    'key': ['station_id', 'date_local'],
    'touched': days_of_changes(on_days, 'date_local')
        ~ " union " ~ days_of_changed_stations('operations.rpt_station_efficiency'),
    'narrows': narrowed_to_days('rpt_station_efficiency', on_days, 'date_local'),
}}) }}
with local_hours as (

    select * from {{ ref('fct_energy_hourly_local') }}

),

stations as (

    select * from {{ ref('dim_stations') }}

),

port_occupancy as (

    select * from {{ ref('int_stations__port_occupancy') }}

),

daily as (

    select
        station_id,
        date_local,
        cast(sum(energy_kwh) as decimal(18, 6)) as energy_kwh,
        cast(sum(sessions_started) as bigint) as sessions_started,
        cast(sum(zero_energy_sessions) as bigint) as zero_energy_sessions,
        {{ all_true('is_feed_complete') }} as is_feed_complete,
        sum(minutes_in_service) as minutes_in_service,
        sum(measured_energy_kwh) as measured_energy_kwh,
        max(max_quarter_hour_kwh) * 4 as peak_kw,
        sum(case when connected_seconds = 0 then 0 else charging_seconds end) as charging_seconds,
        sum(case when connected_seconds = 0 then 0 else idle_seconds end) as idle_seconds,
        sum(charging_known_seconds) as charging_known_seconds
    from local_hours
    group by station_id, date_local

),

occupied as (

    select
        station_id,
        date_local,
        sum(occupied_seconds) as occupied_seconds
    from port_occupancy
    group by station_id, date_local

),

parts as (

    select
        daily.station_id,
        daily.date_local,
        daily.is_feed_complete,
        daily.energy_kwh,
        daily.sessions_started,
        daily.zero_energy_sessions,
        daily.minutes_in_service,
        cast(daily.minutes_in_service * stations.port_count as bigint)
            as port_minutes_in_service,
        case
            when stations.port_count > 0
                then {{ minutes('coalesce(occupied.occupied_seconds, 0)') }}
        end as occupied_minutes,
        {{ minutes('daily.charging_seconds') }} as charging_minutes,
        {{ minutes('daily.idle_seconds') }} as idle_minutes,
        {{ minutes('coalesce(daily.charging_known_seconds, 0)') }} as charging_known_minutes,
        cast(stations.rated_kw * daily.minutes_in_service / 60 as decimal(18, 6))
            as capacity_kwh,
        {{ measured_peak('daily.peak_kw', 'daily.measured_energy_kwh', 'daily.energy_kwh') }}
            as peak_15min_kw
    from daily
    inner join stations on daily.station_id = stations.station_id
    left join occupied
        on
            daily.station_id = occupied.station_id
            and daily.date_local = occupied.date_local

),

final as (

    select
        station_id,
        date_local,
        port_minutes_in_service,
        occupied_minutes,
        charging_minutes,
        idle_minutes,
        charging_known_minutes,
        capacity_kwh,
        energy_kwh,
        sessions_started,
        zero_energy_sessions,
        peak_15min_kw,
        {{ ratio('occupied_minutes', 'port_minutes_in_service') }} as occupancy_ratio,
        {{ ratio('charging_minutes', 'port_minutes_in_service') }} as charging_ratio,
        {{ ratio('idle_minutes', 'charging_known_minutes') }} as idle_ratio,
        {{ ratio('energy_kwh', 'capacity_kwh') }} as energy_utilisation,
        {{ ratio('energy_kwh * 1440', 'port_minutes_in_service') }} as kwh_per_port_day,
        {{ ratio('energy_kwh * 60', 'peak_15min_kw * minutes_in_service') }} as load_factor,
        occupied_minutes is not null as occupancy_is_known,
        is_feed_complete
    from parts

)

select * from final
