{#- Stations and connectors as a feed declares them: names, order and types, in one place. -#}
{% macro canonical_station_columns() -%}
    {{ return(declaration_columns() + [
        ('native_station_id', 'varchar'),
        ('station_name', 'varchar'),
        ('station_address', 'varchar'),
        ('site_type', 'varchar'),
        ('city', 'varchar'),
        ('region', 'varchar'),
        ('country_code', 'varchar'),
        ('latitude', 'decimal(9, 6)'),
        ('longitude', 'decimal(9, 6)'),
        ('time_zone', 'varchar'),
        ('grid_zone', 'varchar'),
        ('opened_on', 'date'),
        ('closed_on', 'date'),
        ('last_updated_utc', 'timestamp'),
    ]) }}
{%- endmacro %}

{% macro canonical_connector_columns() -%}
    {{ return(declaration_columns() + [
        ('native_connector_id', 'varchar'),
        ('native_port_id', 'varchar'),
        ('native_charger_id', 'varchar'),
        ('native_station_id', 'varchar'),
        ('connector_standard', 'varchar'),
        ('power_type', 'varchar'),
        ('rated_kw', 'decimal(9, 3)'),
        ('last_updated_utc', 'timestamp'),
    ]) }}
{%- endmacro %}

{% macro declaration_columns() -%}
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
    ]) }}
{%- endmacro %}

{% macro canonical_station(mapping) -%}
    {{ return(canonical_row(canonical_station_columns(), mapping)) }}
{%- endmacro %}

{% macro canonical_connector(mapping) -%}
    {{ return(canonical_row(canonical_connector_columns(), mapping)) }}
{%- endmacro %}
