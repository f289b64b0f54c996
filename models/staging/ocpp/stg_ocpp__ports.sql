{%- set columns = ['charge_point_id', 'port_id'] -%}
with landed as (

    {{ landed_rows('ocpp', 'ports', columns) }}

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
        port_id
    from landed

)

select * from final
