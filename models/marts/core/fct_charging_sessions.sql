with sessions as (

    select * from {{ ref('int_sessions__accepted') }}

),

quarter_hours as (

    select * from {{ ref('int_energy__session_quarter_hours') }}

),

meter_mismatches as (

    select distinct session_id
    from {{ ref('int_energy__meter_stretches') }}
    where not is_usable

),

splits as (

    select
        session_id,
        min(split_method) as split_method,
        max(case when is_measured then energy_kwh * 4 end) as peak_kw
    from quarter_hours
    group by session_id

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
        cast(splits.peak_kw as decimal(14, 6)) as peak_kw,
        sessions.revenue_amount,
        sessions.tax_amount,
        sessions.currency,
        sessions.payment_method,
        sessions.driver_key,
        sessions.outcome,
        sessions.stop_reason,
        splits.split_method,
        {{ sort_text_list(
            "nullif(concat_ws(',', sessions.broken_rules, case when "
            ~ "meter_mismatches.session_id is not null then 'METER_MISMATCH' end), '')"
        ) }} as quality_flags,
        sessions.source_file,
        sessions.source_line,
        sessions.load_id
    from sessions
    left join splits on sessions.session_id = splits.session_id
    left join meter_mismatches on sessions.session_id = meter_mismatches.session_id

)

select * from final
