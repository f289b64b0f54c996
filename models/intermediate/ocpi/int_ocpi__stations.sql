{%- set kept = canonical_station_columns() | map(attribute=0)
    | reject('in', ['country_code', 'latitude', 'longitude']) | join(',\n        ') -%}
-- Locations as declared stations, their coordinates put right: swapped ones change places, those
-- that lie in no country are dropped.
with locations as (

    select * from {{ ref('stg_ocpi__locations') }}

),

countries as (

    select * from {{ ref('countries') }}

),

misplaced as (

    select * from {{ ref('int_ocpi__misplaced_coordinates') }}

),

judged as (

    select
        locations.*,
        countries.country_code as stated_country_code,
        {{ put_right('locations', 'misplaced', 'latitude') }} as true_latitude,
        {{ put_right('locations', 'misplaced', 'longitude') }} as true_longitude
    from locations
    left join countries on upper(locations.country_alpha_3) = countries.country_alpha_3
    left join misplaced
        on
            countries.country_code = misplaced.country_code
            and locations.latitude = cast(misplaced.latitude as decimal(9, 6))
            and locations.longitude = cast(misplaced.longitude as decimal(9, 6))

),

final as (

    select
        {{ kept }},
        stated_country_code as country_code,
        true_latitude as latitude,
        true_longitude as longitude
    from judged

)

select * from final
