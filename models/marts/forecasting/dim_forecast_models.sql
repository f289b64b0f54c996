{#- Days after which a model should have been fitted anew. -#}
{%- set stale_days = 14 -%}

with issued as (

    select * from {{ ref('int_forecasting__issued') }}

),

fits as (

    select * from {{ ref('int_forecasting__fits') }}

),

newest_origins as (

    select
        source_system,
        max(origin_ts_utc) as newest_origin_utc
    from issued
    group by source_system

),

-- The naives, and what stands in for a model, have no fit.
models as (

    select
        model_id,
        algorithm
    from fits
    union all
    select distinct
        issued.model_id,
        issued.algorithm
    from issued
    left join fits on issued.model_id = fits.model_id
    where fits.model_id is null

),

aged as (

    select
        fits.*,
        cast(
            {{ integer_divide(
                seconds_between('fits.trained_at', 'newest_origins.newest_origin_utc'), 86400
            ) }} as integer
        ) as age_days,
        fits.promoted and row_number() over (
            partition by fits.source_system, fits.scope, fits.algorithm, fits.promoted
            order by fits.trained_at desc, fits.recorded_at desc, fits.model_id asc
        ) = 1 as is_current
    from fits
    left join newest_origins on fits.source_system = newest_origins.source_system

),

final as (

    select
        models.model_id,
        models.algorithm,
        aged.source_system,
        aged.scope,
        aged.trained_at,
        aged.train_start,
        aged.train_end,
        aged.n_rows,
        aged.feature_hash,
        aged.parameters,
        aged.seed,
        aged.library_versions,
        aged.validation,
        aged.current_model_id,
        aged.gate_hours,
        aged.gate_abs_error_kwh,
        aged.current_abs_error_kwh,
        aged.age_days,
        coalesce(aged.promoted, false) as promoted,
        coalesce(aged.is_current, false) as is_current,
        aged.age_days > {{ stale_days }} as is_stale
    from models
    left join aged on models.model_id = aged.model_id

)

select * from final
