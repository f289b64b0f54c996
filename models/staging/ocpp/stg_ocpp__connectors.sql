{%- set columns = [
    'charge_point_id', 'port_id', 'connector_id', 'connector_type', 'power_type', 'rated_kw',
] -%}
with landed as (

    {{ landed_rows('ocpp', 'connectors', columns) }}

),

final as (

    select
        source_system,
        source_file,
        source_line,
        load_id,
        arrival_seq,
        exported_on,
        parse_error,
        raw_bytes,
        raw_hash,
        charge_point_id,
        port_id,
        connector_id,
        connector_type,
        power_type,
        {{ try_to_decimal('rated_kw', 9, 3) }} as rated_kw
    from landed

)

select * from final
