{%- set columns = [
    'ocpi_version', 'schema_errors', 'country_code', 'party_id', 'location_id', 'location_name',
    'address', 'city', 'region', 'country', 'latitude', 'longitude', 'site_type', 'time_zone',
    'evses', 'last_updated',
] -%}
with landed as (

    {{ landed_rows('ocpi', 'locations', columns) }}

),

final as (

    select
        {{ canonical_station({
            'native_station_id': ocpi_key('location_id'),
            'station_name': 'location_name',
            'station_address': 'address',
            'site_type': "case site_type when 'ALONG_MOTORWAY' then 'highway' "
                ~ "when 'ON_DRIVEWAY' then 'residential' end",
            'city': 'city',
            'region': "case when " ~ full_match('region', '[A-Z0-9]{1,3}') ~ " then region end",
            'latitude': try_to_decimal('latitude', 9, 6),
            'longitude': try_to_decimal('longitude', 9, 6),
            'time_zone': known_zone('time_zone'),
            'last_updated_utc': moment_to_utc('last_updated'),
        }) }},
        ocpi_version,
        schema_errors,
        country as country_alpha_3,
        upper(country_code) as owner_country_code,
        upper(party_id) as owner_party_id,
        evses
    from landed

)

select * from final
