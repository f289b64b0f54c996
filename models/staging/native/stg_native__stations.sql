{%- set columns = [
    'station_id', 'station_name', 'site_type', 'address', 'city', 'region', 'country_code',
    'latitude', 'longitude', 'time_zone', 'grid_zone', 'opened_on', 'closed_on',
] -%}
with landed as (

    {{ native_rows('stations', columns) }}

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
        station_id as native_station_id,
        station_name,
        site_type,
        address as station_address,
        city,
        region,
        country_code,
        time_zone,
        grid_zone,
        {{ try_to_decimal('latitude', 9, 6) }} as latitude,
        {{ try_to_decimal('longitude', 9, 6) }} as longitude,
        {{ try_to_date('opened_on') }} as opened_on,
        {{ try_to_date('closed_on') }} as closed_on
    from landed

)

select * from final
