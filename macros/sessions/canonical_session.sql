{#- The canonical session: names, order and types, in one place for every adapter. -#}
{% macro canonical_session_columns() -%}
    {{ return([
        ('source_system', 'varchar'),
        ('source_file', 'varchar'),
        ('source_line', 'bigint'),
        ('load_id', 'varchar'),
        ('arrival_seq', 'bigint'),
        ('exported_on', 'date'),
        ('parse_error', 'varchar'),
        ('raw_bytes', 'bigint'),
        ('raw_hash', 'varchar'),
        ('masked_record', 'varchar'),
        ('unreadable_fields', 'varchar'),
        ('adapter_rules', 'varchar'),
        ('record_kind', 'varchar'),
        ('native_record_id', 'varchar'),
        ('credited_record_id', 'varchar'),
        ('native_session_id', 'varchar'),
        ('native_station_id', 'varchar'),
        ('station_name', 'varchar'),
        ('station_address', 'varchar'),
        ('station_city', 'varchar'),
        ('station_country_code', 'varchar'),
        ('latitude', 'decimal(9, 6)'),
        ('longitude', 'decimal(9, 6)'),
        ('time_zone', 'varchar'),
        ('native_charger_id', 'varchar'),
        ('native_port_id', 'varchar'),
        ('native_connector_id', 'varchar'),
        ('charger_model', 'varchar'),
        ('connector_standard', 'varchar'),
        ('power_type', 'varchar'),
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
        ('currency', 'varchar'),
        ('payment_method', 'varchar'),
        ('driver_key', 'varchar'),
        ('vehicle', 'varchar'),
        ('stop_reason', 'varchar'),
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
    nullif(concat_ws(
        ','
        {%- for label, raw, typed in fields %},
        case when {{ raw }} is not null and {{ typed }} is null then '{{ label }}' end
        {%- endfor %}
    ), '')
{%- endmacro %}
