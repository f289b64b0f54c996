{%- set columns = [
    'connector_id', 'port_id', 'charger_id', 'station_id', 'connector_standard', 'power_type',
    'rated_kw',
] -%}
with landed as (

    {{ native_rows('connectors', columns) }}

),

final as (

    select
        {{ canonical_connector({
            'native_connector_id': 'connector_id',
            'native_port_id': 'port_id',
            'native_charger_id': 'charger_id',
            'native_station_id': 'station_id',
            'connector_standard': 'connector_standard',
            'power_type': 'power_type',
            'rated_kw': try_to_decimal('rated_kw', 9, 3),
        }) }}
    from landed

)

select * from final
