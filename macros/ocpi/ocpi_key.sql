{#- An id in the terms of its owner: OCPI ids are unique within a country and party only, and are
    compared without regard to case. NULL for a missing id and for `#NA`, which stands for none. -#}
{% macro ocpi_key(id) -%}
    case
        when {{ id }} <> '#NA' then upper(
            {{ joined('*', 'country_code, party_id, ' ~ id) }}
        )
    end
{%- endmacro %}

{#- Ids of where a record took place; OCPI knows no post, so that the EVSE stands for it. -#}
{% macro ocpi_place() -%}
    {{ return({
        'native_station_id': ocpi_key('location_id'),
        'station_name': 'location_name',
        'station_address': 'address',
        'station_city': 'city',
        'latitude': try_to_decimal('latitude', 9, 6),
        'longitude': try_to_decimal('longitude', 9, 6),
        'time_zone': known_zone('time_zone'),
        'native_charger_id': ocpi_key('evse_uid'),
        'native_port_id': ocpi_key('evse_uid'),
        'native_connector_id': ocpi_key("nullif(evse_uid, '#NA') || '*' || connector_id"),
        'connector_standard': 'connector_standard',
        'power_type': 'power_type',
    }) }}
{%- endmacro %}
