with factors as (

    select * from {{ ref('stg_native__grid_factors') }}

),

factor_sets as (

    select * from {{ ref('grid_factor_sets') }}

),

ranked as (

    select
        factors.grid_zone,
        factors.hour_start_utc,
        factors.g_co2_per_kwh,
        factors.renewable_ratio,
        factors.factor_set_id,
        factor_sets.factor_source,
        cast(factor_sets.factor_vintage as varchar) as factor_vintage,
        factor_sets.factor_method,
        row_number() over (
            partition by factors.grid_zone, factors.hour_start_utc
            order by factor_sets.factor_vintage desc, factors.factor_set_id asc
        ) as preference
    from factors
    inner join factor_sets on factors.factor_set_id = factor_sets.factor_set_id
    where factors.hour_start_utc is not null and factors.g_co2_per_kwh >= 0

),

final as (

    select
        grid_zone,
        hour_start_utc,
        g_co2_per_kwh,
        renewable_ratio,
        factor_set_id,
        factor_source,
        factor_vintage,
        factor_method
    from ranked
    where preference = 1

)

select * from final
