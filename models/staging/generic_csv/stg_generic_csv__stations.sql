{%- set entity = 'stations' -%}
{%- set landed = generic_csv_fields(entity) + generic_csv_settings(entity) -%}
{%- set columns = canonical_station_columns() + [
    ('native_connector_id', 'string'),
    ('native_port_id', 'string'),
    ('native_charger_id', 'string'),
    ('connector_standard', 'string'),
    ('power_type', 'string'),
    ('rated_kw', 'decimal(9, 3)'),
] -%}
-- One row per connector, which tells its station again: both are declared from here.
with landed as (

    {{ landed_rows('generic_csv', entity, landed) }}

),

declared as (

    select
        {{ declared_columns(entity) }}
    from landed

),

final as (

    select
        {{ canonical_row(columns, {
            'exported_on': try_to_date('exported_on'),
            'native_station_id': 'station_id',
            'station_name': 'station_name',
            'station_address': 'address',
            'site_type': 'site_type',
            'city': 'city',
            'region': 'region',
            'country_code': 'country_code',
            'latitude': declared_number('latitude', 9, 6),
            'longitude': declared_number('longitude', 9, 6),
            'time_zone': known_zone('time_zone'),
            'grid_zone': 'grid_zone',
            'opened_on': try_to_date('opened_on'),
            'closed_on': try_to_date('closed_on'),
            'native_connector_id': 'coalesce(connector_id, port_id)',
            'native_port_id': 'coalesce(port_id, connector_id)',
            'native_charger_id': 'coalesce(charger_id, port_id, connector_id, station_id)',
            'connector_standard': 'connector_standard',
            'power_type': 'power_type',
            'rated_kw': declared_power('rated_kw'),
        }) }}
    from declared

)

select * from final
