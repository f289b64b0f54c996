-- Coordinates as records and Locations state them, with the country that is stated beside them.
with records as (

    select * from {{ ref('int_ocpi__records') }}

),

locations as (

    select * from {{ ref('stg_ocpi__locations') }}

),

countries as (

    select * from {{ ref('countries') }}

),

stated as (

    select
        latitude,
        longitude,
        country_alpha_3
    from records
    union distinct
    select
        latitude,
        longitude,
        country_alpha_3
    from locations

),

final as (

    select distinct
        stated.latitude,
        stated.longitude,
        countries.country_code
    from stated
    inner join countries on upper(stated.country_alpha_3) = countries.country_alpha_3
    where stated.latitude is not null and stated.longitude is not null

)

select * from final
