{%- set on_days = [('int_grid__hourly_emissions', 'date_local')] -%}
{{ config(materialized=restated(), meta={'restated': {
    'key': ['station_id', 'date_local'],
    'touched': days_of_changes(on_days, 'date_local'),
    'narrows': narrowed_to_days('fct_emissions_daily', on_days, 'date_local'),
}}) }}
-- Formula: the petrol car for the same kWh, kWh x mi/kWh / mpg x kg/gallon (EPA). Only energy in
-- covered hours counts.
with hours as (

    select * from {{ ref('int_grid__hourly_emissions') }}

),

baselines as (

    select
        baseline_id,
        cast(miles_per_kwh / miles_per_gallon * kg_co2_per_gallon as decimal(12, 6))
            as kg_co2_per_kwh
    from {{ ref('petrol_baselines') }}
    where baseline_id = '{{ var("ecocharge_petrol_baseline") }}'

),

daily as (

    select
        station_id,
        date_local,
        cast(sum(energy_kwh) as decimal(18, 6)) as energy_kwh,
        cast(sum(covered_kwh) as decimal(18, 6)) as covered_kwh,
        cast(sum(renewable_kwh) as decimal(18, 6)) as renewable_kwh,
        cast(sum(renewable_known_kwh) as decimal(18, 6)) as renewable_known_kwh,
        cast(sum(grid_kg_co2) as decimal(18, 6)) as grid_kg_co2,
        {{ sort_text_list("string_agg(distinct factor_method, ',')") }} as factor_method
    from hours
    group by station_id, date_local

),

compared as (

    select
        daily.*,
        baselines.baseline_id,
        case
            when daily.covered_kwh > 0
                then cast(daily.covered_kwh * baselines.kg_co2_per_kwh as decimal(18, 6))
        end as petrol_kg_co2
    from daily
    cross join baselines

),

final as (

    select
        station_id,
        date_local,
        energy_kwh,
        covered_kwh,
        renewable_kwh,
        renewable_known_kwh,
        grid_kg_co2,
        petrol_kg_co2,
        baseline_id,
        cast(petrol_kg_co2 - grid_kg_co2 as decimal(18, 6)) as avoided_kg_co2,
        coalesce(factor_method, 'NONE') as factor_method
    from compared

)

select * from final
