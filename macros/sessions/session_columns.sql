{#- The columns of a located session, for the models that pass them on. -#}
{% macro session_columns(relation=none) -%}
    {%- for name in [
        'row_id', 'source_system', 'source_file', 'source_line', 'load_id', 'exported_on',
        'parse_error', 'raw_bytes', 'raw_hash', 'record_kind',
        'native_record_id', 'credited_record_id', 'native_session_id',
        'native_charger_id', 'native_port_id', 'native_connector_id', 'station_id', 'port_id',
        'connector_id', 'rated_kw', 'time_zone', 'started_at_utc', 'ended_at_utc',
        'charging_ended_at_utc', 'end_is_charging_end', 'reserved_seconds', 'energy_kwh',
        'energy_export_kwh', 'revenue_amount',
        'tax_amount', 'currency', 'payment_method', 'driver_key', 'vehicle', 'stop_reason',
        'last_updated_utc', 'received_at_utc',
    ] -%}
    {{ relation ~ '.' if relation }}{{ name }}{{ ',\n        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
