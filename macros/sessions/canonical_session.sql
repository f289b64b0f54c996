{#- The canonical session: names, order and types, in one place for every adapter. -#}
{% macro canonical_session_columns() -%}
    {{ return([
        ('source_system', 'string'),
        ('source_file', 'string'),
        ('source_line', 'bigint'),
        ('load_id', 'string'),
        ('arrival_seq', 'bigint'),
        ('exported_on', 'date'),
        ('parse_error', 'string'),
        ('raw_bytes', 'bigint'),
        ('raw_hash', 'string'),
        ('masked_record', 'string'),
        ('unreadable_fields', 'string'),
        ('adapter_rules', 'string'),
        ('record_kind', 'string'),
        ('native_record_id', 'string'),
        ('credited_record_id', 'string'),
        ('native_session_id', 'string'),
        ('native_station_id', 'string'),
        ('station_name', 'string'),
        ('station_address', 'string'),
        ('station_city', 'string'),
        ('station_country_code', 'string'),
        ('latitude', 'decimal(9, 6)'),
        ('longitude', 'decimal(9, 6)'),
        ('time_zone', 'string'),
        ('native_charger_id', 'string'),
        ('native_port_id', 'string'),
        ('native_connector_id', 'string'),
        ('charger_model', 'string'),
        ('connector_standard', 'string'),
        ('power_type', 'string'),
        ('rated_kw', 'decimal(9, 3)'),
        ('started_at_local', 'timestamp'),
        ('ended_at_local', 'timestamp'),
        ('charging_ended_at_local', 'timestamp'),
        ('started_at_utc', 'timestamp'),
        ('ended_at_utc', 'timestamp'),
        ('charging_ended_at_utc', 'timestamp'),
        ('started_at_swapped', 'timestamp'),
        ('ended_at_swapped', 'timestamp'),
        ('charging_ended_at_swapped', 'timestamp'),
        ('date_order_is_stated', 'boolean'),
        ('end_is_charging_end', 'boolean'),
        ('reserved_seconds', 'bigint'),
        ('energy_kwh', 'decimal(18, 6)'),
        ('energy_export_kwh', 'decimal(18, 6)'),
        ('revenue_amount', 'decimal(18, 4)'),
        ('tax_amount', 'decimal(18, 4)'),
        ('currency', 'string'),
        ('payment_method', 'string'),
        ('driver_key', 'string'),
        ('vehicle', 'string'),
        ('stop_reason', 'string'),
        ('last_updated_utc', 'timestamp'),
        ('received_at_utc', 'timestamp'),
    ]) }}
{%- endmacro %}

{#- The select list of an adapter: lineage is carried over, and what else it does not map is NULL of
    the right type. -#}
{% macro canonical_session(mapping) -%}
    {{ return(canonical_row(canonical_session_columns(), mapping)) }}
{%- endmacro %}

{#- Names the columns that hold text which could not be read: pairs of label and (raw, typed). -#}
{% macro unreadable(fields) -%}
    nullif({% call joined(',') %}
        {%- for label, raw, typed in fields %}
        case
            when {{ raw }} is not null and {{ typed }} is null then '{{ label }}'
        end{{ ',' if not loop.last }}
        {%- endfor %}
    {% endcall %}, '')
{%- endmacro %}
