with stations as (

    select * from {{ ref('dim_stations') }}

),

-- Without a zone there is no local midnight to forecast from.
placed as (

    select
        station_id,
        source_system,
        city
    from stations
    where time_zone is not null

),

members as (

    select
        station_id as series_id,
        'station' as level,
        source_system,
        station_id
    from placed

    union all

    select
        source_system || ':city:' || {{ slug('city') }} as series_id,
        'city' as level,
        source_system,
        station_id
    from placed
    where {{ slug('city') }} != ''

    union all

    select
        source_system || ':network' as series_id,
        'network' as level,
        source_system,
        station_id
    from placed

),

final as (

    select
        series_id,
        level,
        source_system,
        station_id
    from members

)

select * from final
