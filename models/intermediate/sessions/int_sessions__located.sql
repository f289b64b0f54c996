{%- set among = among_touched('int_sessions__located', 'load_id') -%}
{{ config(materialized=restated(), meta={'restated': {
    'key': ['source_system', 'load_id'],
    'touched': touched_loads(),
    'narrows': {'landed_rows': among, 'int_ocpi__records': among, 'int_ocpp__sessions': among},
}}) }}
-- depends_on: {{ ref('int_sources__landed_loads') }}
-- Puts each row at its station and on the UTC line. A wall clock that a clock change repeats is
-- read as the later instant, unless only the earlier one lets the session end after it starts.
with sessions as (

    select * from {{ ref('int_sessions__unioned') }}

),

connectors as (

    select * from {{ ref('int_stations__connectors') }}

),

chargers as (

    select * from {{ ref('int_stations__chargers') }}

),

stations as (

    select * from {{ ref('int_stations__unioned') }}

),

placed as (

    select
        sessions.*,
        connectors.connector_id,
        connectors.port_id,
        connectors.rated_kw as connector_rated_kw,
        coalesce(
            connectors.station_id,
            sessions.source_system || ':' || chargers.native_station_id,
            sessions.source_system || ':' || sessions.native_station_id,
            sessions.source_system || ':UNKNOWN'
        ) as named_station_id
    from sessions
    left join connectors
        on
            sessions.source_system = connectors.source_system
            and sessions.native_connector_id = connectors.native_connector_id
    left join chargers
        on
            sessions.source_system = chargers.source_system
            and sessions.native_charger_id = chargers.native_charger_id

),

zoned as (

    select
        placed.*,
        coalesce(stations.station_id, placed.source_system || ':UNKNOWN') as station_id,
        coalesce(stations.time_zone, 'UTC') as station_time_zone
    from placed
    left join stations on placed.named_station_id = stations.station_id

),

on_utc as (

    select
        *,
        coalesce(started_at_utc, {{ local_to_utc('started_at_local', 'station_time_zone') }})
            as start_utc,
        coalesce(
            started_at_utc, {{ local_to_utc_earlier('started_at_local', 'station_time_zone') }}
        ) as earlier_start_utc,
        coalesce(ended_at_utc, {{ local_to_utc('ended_at_local', 'station_time_zone') }})
            as end_utc,
        coalesce(
            charging_ended_at_utc,
            {{ local_to_utc('charging_ended_at_local', 'station_time_zone') }}
        ) as charging_end_utc
    from zoned

),

final as (

    select
        row_id,
        source_system,
        source_file,
        source_line,
        load_id,
        exported_on,
        parse_error,
        raw_bytes,
        raw_hash,
        unreadable_fields,
        adapter_rules,
        record_kind,
        native_record_id,
        credited_record_id,
        native_session_id,
        native_charger_id,
        native_port_id,
        native_connector_id,
        station_id,
        port_id,
        connector_id,
        coalesce(connector_rated_kw, rated_kw) as rated_kw,
        station_time_zone as time_zone,
        case when end_utc < start_utc then earlier_start_utc else start_utc end as started_at_utc,
        end_utc as ended_at_utc,
        charging_end_utc as charging_ended_at_utc,
        end_is_charging_end,
        coalesce(
            {{ utc_to_local('start_utc', 'station_time_zone') }} <> started_at_local
            or {{ utc_to_local('end_utc', 'station_time_zone') }} <> ended_at_local,
            false
        ) as has_skipped_local_time,
        coalesce(
            started_at_local is not null and start_utc <> earlier_start_utc, false
        ) as has_repeated_local_time,
        reserved_seconds,
        energy_kwh,
        energy_export_kwh,
        revenue_amount,
        tax_amount,
        currency,
        payment_method,
        driver_key,
        vehicle,
        stop_reason,
        last_updated_utc,
        received_at_utc
    from on_utc

)

select * from final
