{#- Stations and connectors as a feed declares them: names, order and types, in one place. -#}
{% macro canonical_station_columns() -%}
    {{ return(declaration_columns() + [
        ('native_station_id', 'string'),
        ('station_name', 'string'),
        ('station_address', 'string'),
        ('site_type', 'string'),
        ('city', 'string'),
        ('region', 'string'),
        ('country_code', 'string'),
        ('latitude', 'decimal(9, 6)'),
        ('longitude', 'decimal(9, 6)'),
        ('time_zone', 'string'),
        ('grid_zone', 'string'),
        ('opened_on', 'date'),
        ('closed_on', 'date'),
        ('last_updated_utc', 'timestamp'),
    ]) }}
{%- endmacro %}

{% macro canonical_connector_columns() -%}
    {{ return(declaration_columns() + [
        ('native_connector_id', 'string'),
        ('native_port_id', 'string'),
        ('native_charger_id', 'string'),
        ('native_station_id', 'string'),
        ('connector_standard', 'string'),
        ('power_type', 'string'),
        ('rated_kw', 'decimal(9, 3)'),
        ('last_updated_utc', 'timestamp'),
    ]) }}
{%- endmacro %}

{% macro declaration_columns() -%}
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
    ]) }}
{%- endmacro %}

{% macro canonical_station(mapping) -%}
    {{ return(canonical_row(canonical_station_columns(), mapping)) }}
{%- endmacro %}

{% macro canonical_connector(mapping) -%}
    {{ return(canonical_row(canonical_connector_columns(), mapping)) }}
{%- endmacro %}
