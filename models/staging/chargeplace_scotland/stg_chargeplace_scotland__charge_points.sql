{%- set columns = [
    'latitude', 'longitude', 'location', 'cp_id', 'charger_type', 'address',
    'location_short_description', 'charging_cards_accepted', 'open_24_hours', 'times',
] -%}
with landed as (

    {{ landed_rows('chargeplace_scotland', 'charge_points', columns) }}

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
        nullif(regexp_replace(cp_id, '^SCO', ''), 'Unknown') as native_charger_id,
        location as station_name,
        address as station_address,
        charger_type,
        charging_cards_accepted,
        open_24_hours as opening_hours,
        times as access_note,
        {{ try_to_decimal('latitude', 9, 6) }} as latitude,
        {{ try_to_decimal('longitude', 9, 6) }} as longitude
    from landed

)

select * from final
