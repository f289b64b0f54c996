{%- set columns = [
    'factor_set_id', 'grid_zone', 'hour_start_utc', 'g_co2_per_kwh', 'renewable_ratio',
] -%}
with landed as (

    {{ native_rows('grid_factors', columns) }}

),

final as (

    select
        source_system,
        source_file,
        source_line,
        load_id,
        arrival_seq,
        parse_error,
        raw_bytes,
        raw_hash,
        factor_set_id,
        grid_zone,
        {{ iso_utc_to_timestamp('hour_start_utc') }} as hour_start_utc,
        {{ try_to_decimal('g_co2_per_kwh', 9, 3) }} as g_co2_per_kwh,
        {{ try_to_decimal('renewable_ratio', 9, 6) }} as renewable_ratio
    from landed

)

select * from final
