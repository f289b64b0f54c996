{#- Above this, kW a port, a car leaves within the hour. -#}
{%- set fast_kw = 22 -%}

with stations as (

    select * from {{ ref('int_stations__unioned') }}

),

energy as (

    select * from {{ ref('fct_energy_hourly') }}

),

observed_stations as (

    select distinct station_id
    from energy
    where is_feed_complete

),

-- A station whose demand was never known (the UNKNOWN member) would hide its network's; one whose
-- opening is on record is forecast before it has reported.
placed as (

    select
        stations.*,
        observed_stations.station_id is not null as is_observed
    from stations
    left join observed_stations on stations.station_id = observed_stations.station_id
    where
        stations.time_zone is not null
        and (observed_stations.station_id is not null or stations.opened_on is not null)

),

members as (

    select
        *,
        'station' as level,
        station_id as series_id
    from placed

    union all

    select
        *,
        'city' as level,
        source_system || ':city:' || {{ slug('city') }} as series_id
    from placed
    where is_observed and {{ slug('city') }} != ''

    union all

    select
        *,
        'network' as level,
        source_system || ':network' as series_id
    from placed
    where is_observed

),

sized as (

    select
        *,
        {{ to_double('sum(rated_kw) over (partition by series_id)') }} as series_rated_kw,
        cast(sum(port_count) over (partition by series_id) as bigint) as series_port_count,
        count(closed_on) over (partition by series_id) = count(*) over (partition by series_id)
            as is_closed,
        max(closed_on) over (partition by series_id) as last_closed_on,
        count(*) over (partition by series_id, time_zone) as zone_station_count,
        count(*) over (partition by series_id, time_zone, country_code, region)
            as place_station_count
    from members

),

-- A series keeps the zone of most of its stations, and the place of most stations inside that
-- zone; ties go by name.
final as (

    select
        series_id,
        level,
        source_system,
        station_id,
        series_rated_kw as rated_kw,
        series_port_count as port_count,
        case when level = 'station' then opened_on end as opened_on,
        case when is_closed then last_closed_on end as closed_on,
        case when level = 'station' then site_type end as site_type,
        case
            when level != 'station' or not series_port_count > 0 then null
            when series_rated_kw / series_port_count > {{ fast_kw }} then 'fast'
            when series_rated_kw is not null then 'slow'
        end as power_class,
        first_value(time_zone) over by_size as time_zone,
        first_value(country_code) over by_size as country_code,
        first_value(region) over by_size as region
    from sized
    window
        by_size as (
            partition by series_id
            order by
                zone_station_count desc,
                time_zone asc,
                place_station_count desc,
                country_code asc,
                region asc
        )

)

select * from final
