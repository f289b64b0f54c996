-- Formulas: location-based emissions, sum of kWh x g/kWh over the hours of use; the petrol car for
-- the same kWh, kWh x mi/kWh / mpg x kg/gallon (EPA). Only energy in covered hours counts.
with quarter_hours as (

    select * from {{ ref('fct_energy_15min') }}

),

stations as (

    select * from {{ ref('dim_stations') }}

),

clock as (

    select * from {{ ref('int_calendar__zone_quarter_hours') }}

),

factors as (

    select * from {{ ref('int_grid__hourly_factors') }}

),

baselines as (

    select
        baseline_id,
        cast(miles_per_kwh / miles_per_gallon * kg_co2_per_gallon as decimal(12, 6))
            as kg_co2_per_kwh
    from {{ ref('petrol_baselines') }}
    where baseline_id = '{{ var("ecocharge_petrol_baseline") }}'

),

by_quarter_hour as (

    select
        quarter_hours.station_id,
        cast(date_trunc('month', clock.date_local) as date) as month,
        quarter_hours.energy_kwh,
        factors.factor_method,
        case when factors.grid_zone is not null then quarter_hours.energy_kwh end as covered_kwh,
        quarter_hours.energy_kwh * factors.renewable_ratio as renewable_kwh,
        case when factors.renewable_ratio is not null then quarter_hours.energy_kwh end
            as share_known_kwh,
        quarter_hours.energy_kwh * factors.g_co2_per_kwh as grid_g_co2
    from quarter_hours
    inner join stations on quarter_hours.station_id = stations.station_id
    inner join clock
        on
            stations.time_zone = clock.time_zone
            and quarter_hours.interval_start_utc = clock.interval_start_utc
    left join factors
        on
            stations.grid_zone = factors.grid_zone
            and date_trunc('hour', quarter_hours.interval_start_utc) = factors.hour_start_utc

),

monthly as (

    select
        station_id,
        month,
        cast(sum(energy_kwh) as decimal(18, 6)) as energy_kwh,
        cast(coalesce(sum(covered_kwh), 0) as decimal(18, 6)) as covered_kwh,
        cast(sum(renewable_kwh) as decimal(18, 6)) as renewable_kwh,
        sum(share_known_kwh) as share_known_kwh,
        cast(sum(grid_g_co2) / 1000 as decimal(18, 6)) as grid_kg_co2,
        {{ sorted_text_list('factor_method') }} as factor_method
    from by_quarter_hour
    group by station_id, month

),

compared as (

    select
        monthly.*,
        baselines.baseline_id,
        case
            when monthly.covered_kwh > 0
                then cast(
                    monthly.covered_kwh * baselines.kg_co2_per_kwh as decimal(18, 6)
                )
        end as petrol_kg_co2
    from monthly
    cross join baselines

),

final as (

    select
        station_id,
        month,
        energy_kwh,
        covered_kwh,
        renewable_kwh,
        grid_kg_co2,
        petrol_kg_co2,
        cast(petrol_kg_co2 - grid_kg_co2 as decimal(18, 6)) as avoided_kg_co2,
        {{ ratio('grid_kg_co2 * 1000', 'covered_kwh') }} as grid_g_co2_per_kwh,
        {{ ratio('renewable_kwh', 'share_known_kwh') }} as renewable_ratio,
        {{ ratio('covered_kwh', 'energy_kwh') }} as factor_coverage_ratio,
        coalesce(factor_method, 'NONE') as factor_method,
        baseline_id
    from compared

)

select * from final
