{%- set columns = [
    'station_id', 'station_name', 'site_type', 'address', 'city', 'region', 'country_code',
    'latitude', 'longitude', 'time_zone', 'grid_zone', 'opened_on', 'closed_on',
] -%}
with landed as (

    {{ native_rows('stations', columns) }}

),

final as (

    select
        {{ canonical_station({
            'native_station_id': 'station_id',
            'station_name': 'station_name',
            'station_address': 'address',
            'site_type': 'site_type',
            'city': 'city',
            'region': 'region',
            'country_code': 'country_code',
            'latitude': try_to_decimal('latitude', 9, 6),
            'longitude': try_to_decimal('longitude', 9, 6),
            'time_zone': 'time_zone',
            'grid_zone': 'grid_zone',
            'opened_on': try_to_date('opened_on'),
            'closed_on': try_to_date('closed_on'),
        }) }}
    from landed

)

select * from final
