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
        clock.date_local,
        quarter_hours.energy_kwh,
        factors.factor_method,
        case when factors.grid_zone is not null then quarter_hours.energy_kwh end as covered_kwh,
        quarter_hours.energy_kwh * factors.renewable_ratio as renewable_kwh,
        case when factors.renewable_ratio is not null then quarter_hours.energy_kwh end
            as renewable_known_kwh,
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
            and {{ truncated('hour', 'quarter_hours.interval_start_utc') }} = factors.hour_start_utc

),

daily as (

    select
        station_id,
        date_local,
        cast(sum(energy_kwh) as decimal(18, 6)) as energy_kwh,
        cast(coalesce(sum(covered_kwh), 0) as decimal(18, 6)) as covered_kwh,
        cast(sum(renewable_kwh) as decimal(18, 6)) as renewable_kwh,
        cast(sum(renewable_known_kwh) as decimal(18, 6)) as renewable_known_kwh,
        -- Exact: as a floating-point quotient it would be rounded as each engine likes.
        cast(
            cast(sum(grid_g_co2) as decimal(30, 9)) * cast(0.001 as decimal(4, 3))
            as decimal(18, 6)
        ) as grid_kg_co2,
        {{ sorted_text_list('factor_method') }} as factor_method
    from by_quarter_hour
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
