{%- set columns = ['charge_point_id', 'location_id', 'commissioned_at', 'decommissioned_at'] -%}
-- Charge points as the operator declares them. Their location is the station.
with landed as (

    {{ landed_rows('ocpp', 'charge_points', columns) }}

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
        location_id,
        {{ moment_to_utc('commissioned_at') }} as commissioned_at_utc,
        {{ moment_to_utc('decommissioned_at') }} as decommissioned_at_utc
    from landed

)

select * from final
