{{ config(materialized=restated(), meta={'restated': {
    'key': ['station_id', 'month'],
    'touched': months_of_changes('int_grid__hourly_emissions')
        ~ " union " ~ months_of_changed_stations('sustainability.rpt_emissions_by_hour_location'),
    'narrows': {'int_grid__hourly_emissions': in_touched_months('rpt_emissions_by_hour_location')},
}}) }}
with hours as (

    select * from {{ ref('int_grid__hourly_emissions') }}

),

stations as (

    select * from {{ ref('dim_stations') }}

),

holidays as (

    select * from {{ ref('int_calendar__holidays') }}

),

placed as (

    select
        hours.*,
        stations.station_name,
        stations.city,
        cast({{ truncated('month', 'hours.date_local') }} as date) as month,
        {{ season('hours.date_local', 'stations.latitude') }} as season,
        {{ day_type('hours.date_local', 'holidays.holiday_name') }} as day_type
    from hours
    inner join stations on hours.station_id = stations.station_id
    left join holidays
        on
            stations.country_code = holidays.country_code
            and coalesce(stations.region, '') = holidays.region
            and hours.date_local = holidays.date_local

),

summed as (

    select
        station_id,
        station_name,
        city,
        month,
        season,
        day_type,
        hour_of_day,
        cast(sum(energy_kwh) as decimal(18, 6)) as energy_kwh,
        cast(sum(covered_kwh) as decimal(18, 6)) as covered_kwh,
        cast(sum(renewable_kwh) as decimal(18, 6)) as renewable_kwh,
        cast(sum(renewable_known_kwh) as decimal(18, 6)) as renewable_known_kwh,
        cast(sum(grid_kg_co2) as decimal(18, 6)) as grid_kg_co2
    from placed
    group by station_id, station_name, city, month, season, day_type, hour_of_day

),

final as (

    select
        *,
        {{ ratio('grid_kg_co2 * 1000', 'covered_kwh') }} as grid_g_co2_per_kwh
    from summed

)

select * from final
