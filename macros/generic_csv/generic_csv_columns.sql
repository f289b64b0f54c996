{#- What the mapping of a feed can name, as landed; the order of landing/adapters/generic_csv.py. -#}

{% macro generic_csv_fields(entity) -%}
    {{ return({
        'sessions': [
            'session_id', 'station_id', 'station_name', 'station_address', 'station_city',
            'latitude', 'longitude', 'point', 'time_zone', 'charger_id', 'port_id',
            'connector_id', 'charger_model', 'connector_standard', 'power_type', 'rated_power',
            'started_at', 'started_at_clock', 'ended_at', 'ended_at_clock', 'charging_ended_at',
            'charging_ended_at_clock', 'connected', 'charging', 'energy', 'revenue', 'tax',
            'currency', 'payment_method', 'driver', 'vehicle', 'stop_reason', 'last_updated',
            'last_updated_clock', 'received_at', 'received_at_clock',
        ],
        'stations': [
            'station_id', 'charger_id', 'port_id', 'connector_id', 'station_name', 'site_type',
            'address', 'city', 'region', 'country_code', 'latitude', 'longitude', 'time_zone',
            'grid_zone', 'connector_standard', 'power_type', 'rated_kw', 'opened_on',
            'closed_on',
        ],
        'session_estimates': ['session_id', 'driver', 'charging', 'idle'],
        'driver_estimates': ['driver', 'charging_power', 'battery'],
    }[entity]) }}
{%- endmacro %}

{% macro generic_csv_settings(entity) -%}
    {{ return({
        'sessions': [
            'rated_power_unit', 'started_at_format', 'started_at_zone', 'ended_at_format',
            'ended_at_zone', 'charging_ended_at_format', 'charging_ended_at_zone',
            'connected_unit', 'charging_unit', 'energy_unit', 'last_updated_format',
            'last_updated_zone', 'received_at_format', 'received_at_zone', 'decimal_mark',
            'thousands_mark', 'null_words', 'year_offset',
        ],
        'stations': ['rated_kw_unit', 'decimal_mark', 'thousands_mark', 'null_words'],
        'session_estimates': [
            'charging_unit', 'idle_unit', 'decimal_mark', 'thousands_mark', 'null_words',
        ],
        'driver_estimates': [
            'charging_power_unit', 'battery_unit', 'decimal_mark', 'thousands_mark',
            'null_words',
        ],
    }[entity]) }}
{%- endmacro %}
