{%- set columns = canonical_station_columns() | map(attribute=0) | join(',\n        ') -%}
-- Stations as their feeds declare them: of several declarations of one, the last word counts,
-- whatever the order of arrival.
with native as (

    select * from {{ ref('stg_native__stations') }}

),

generic_csv as (

    select
        {{ columns }}
    from {{ ref('stg_generic_csv__stations') }}

),

ocpp as (

    select
        {{ columns }}
    from {{ ref('int_ocpp__stations') }}

),

ocpi as (

    select
        {{ columns }}
    from {{ ref('int_ocpi__stations') }}

),

unioned as (

    select * from native
    union all
    select * from ocpi
    union all
    select * from ocpp
    union all
    select * from generic_csv

),

ranked as (

    select
        *,
        row_number() over (
            partition by source_system, native_station_id
            order by
                last_updated_utc desc nulls last,
                exported_on desc nulls last,
                {{ surrogate_key([
                    'station_name', 'station_address', 'site_type', 'city', 'region',
                    'country_code', 'latitude', 'longitude', 'time_zone', 'grid_zone', 'opened_on',
                    'closed_on',
                ]) }}
        ) as recency
    from unioned
    where native_station_id is not null

),

final as (

    select
        source_system,
        native_station_id,
        station_name,
        station_address,
        site_type,
        city,
        region,
        country_code,
        latitude,
        longitude,
        time_zone,
        grid_zone,
        -- One of two dates that contradict each other is wrong, and nothing says which.
        case when closed_on < opened_on then null else opened_on end as opened_on,
        case when closed_on < opened_on then null else closed_on end as closed_on
    from ranked
    where recency = 1

)

select * from final
