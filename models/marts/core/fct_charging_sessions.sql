{%- set among = among_touched('fct_charging_sessions', 'session_id') -%}
{%- set read = split_inputs() + ['int_energy__measured_quarter_hours'] -%}
{{ config(materialized=restated(), meta={'restated': {
    'key': ['session_id'],
    'touched': keys_of_changes(['session_id'], read),
    'narrows': dict.fromkeys(read, among),
}}) }}
with sessions as (

    select * from {{ ref('int_energy__splits') }}

),

peaks as (

    select
        session_id,
        {{ from_micro_kwh('max(micro_kwh)') }} * 4 as peak_kw
    from {{ ref('int_energy__measured_quarter_hours') }}
    group by session_id

),

meter_mismatches as (

    select distinct session_id
    from {{ ref('int_energy__meter_stretches') }}
    where not is_usable

),

final as (

    select
        sessions.session_id,
        sessions.source_system,
        sessions.native_session_id,
        sessions.station_id,
        sessions.port_id,
        sessions.connector_id,
        sessions.started_at_utc,
        sessions.ended_at_utc,
        sessions.charging_ended_at_utc,
        sessions.known_at_utc,
        {{ utc_to_local('sessions.started_at_utc', 'sessions.time_zone') }} as started_at_local,
        cast(
            {{ utc_to_local('sessions.started_at_utc', 'sessions.time_zone') }} as date
        ) as date_local,
        sessions.energy_kwh,
        sessions.energy_export_kwh,
        {{ minutes('sessions.connected_seconds') }} as connected_minutes,
        {{ minutes('sessions.charging_seconds') }} as charging_minutes,
        {{ minutes('sessions.idle_seconds') }} as idle_minutes,
        {{ minutes('sessions.reserved_seconds') }} as reserved_minutes,
        cast(peaks.peak_kw as decimal(14, 6)) as peak_kw,
        sessions.revenue_amount,
        sessions.tax_amount,
        sessions.currency,
        sessions.payment_method,
        sessions.driver_key,
        sessions.outcome,
        sessions.stop_reason,
        sessions.split_method,
        {{ sort_text_list(
            "nullif(" ~ joined(
                ',',
                "sessions.broken_rules, case when meter_mismatches.session_id is not null "
                "then 'METER_MISMATCH' end"
            ) ~ ", '')"
        ) }} as quality_flags,
        sessions.source_file,
        sessions.source_line,
        sessions.load_id
    from sessions
    left join peaks on sessions.session_id = peaks.session_id
    left join meter_mismatches on sessions.session_id = meter_mismatches.session_id

)

select * from final
