{%- set columns = [
    'connector_id', 'port_id', 'charger_id', 'station_id', 'connector_standard', 'power_type',
    'rated_kw',
] -%}
with landed as (

    {{ native_rows('connectors', columns) }}

),

final as (

    select
        source_file,
        source_line,
        load_id,
        arrival_seq,
        parse_error,
        raw_bytes,
        raw_hash,
        connector_id as native_connector_id,
        port_id as native_port_id,
        charger_id as native_charger_id,
        station_id as native_station_id,
        connector_standard,
        power_type,
        {{ try_to_decimal('rated_kw', 9, 3) }} as rated_kw
    from landed

)

select * from final
