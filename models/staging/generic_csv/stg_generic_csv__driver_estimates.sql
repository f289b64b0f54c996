{%- set entity = 'driver_estimates' -%}
{%- set landed = generic_csv_fields(entity) + generic_csv_settings(entity) -%}
-- What somebody's model says of a driver's car. Nothing here is measured.
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
        source_system,
        source_file,
        source_line,
        load_id,
        arrival_seq,
        {{ try_to_date('exported_on') }} as exported_on,
        parse_error,
        raw_bytes,
        raw_hash,
        driver as driver_key,
        {{ declared_power('charging_power') }} as charging_kw,
        {{ declared_energy('battery') }} as battery_kwh
    from declared

)

select * from final
