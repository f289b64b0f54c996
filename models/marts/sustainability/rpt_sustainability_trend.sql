with emissions as (

    select * from {{ ref('fct_emissions_daily') }}

),

monthly as (

    select
        station_id,
        cast({{ truncated('month', 'date_local') }} as date) as month,
        cast(sum(energy_kwh) as decimal(18, 6)) as energy_kwh,
        cast(sum(covered_kwh) as decimal(18, 6)) as covered_kwh,
        cast(sum(renewable_kwh) as decimal(18, 6)) as renewable_kwh,
        sum(renewable_known_kwh) as renewable_known_kwh,
        cast(sum(grid_kg_co2) as decimal(18, 6)) as grid_kg_co2,
        cast(sum(petrol_kg_co2) as decimal(18, 6)) as petrol_kg_co2,
        cast(sum(avoided_kg_co2) as decimal(18, 6)) as avoided_kg_co2,
        {{ sort_text_list(
            "string_agg(nullif(factor_method, 'NONE'), ',')"
        ) }} as factor_method,
        min(baseline_id) as baseline_id
    from emissions
    group by station_id, {{ truncated('month', 'date_local') }}

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
        avoided_kg_co2,
        {{ ratio('grid_kg_co2 * 1000', 'covered_kwh') }} as grid_g_co2_per_kwh,
        {{ ratio('renewable_kwh', 'renewable_known_kwh') }} as renewable_ratio,
        {{ ratio('covered_kwh', 'energy_kwh') }} as factor_coverage_ratio,
        coalesce(factor_method, 'NONE') as factor_method,
        baseline_id
    from monthly

)

select * from final
