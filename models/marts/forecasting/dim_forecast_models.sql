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

-- Without a fit: the naives, and what stands in for a model.
unfitted as (

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
        model_id,
        algorithm,
        source_system,
        scope,
        trained_at,
        train_start,
        train_end,
        n_rows,
        feature_hash,
        parameters,
        seed,
        library_versions,
        validation,
        promoted,
        current_model_id,
        gate_hours,
        gate_abs_error_kwh,
        current_abs_error_kwh,
        is_current,
        age_days,
        age_days > {{ stale_days }} as is_stale
    from aged

    union all

    select
        model_id,
        algorithm,
        null as source_system,
        null as scope,
        null as trained_at,
        null as train_start,
        null as train_end,
        null as n_rows,
        null as feature_hash,
        null as parameters,
        null as seed,
        null as library_versions,
        null as validation,
        false as promoted,
        null as current_model_id,
        null as gate_hours,
        null as gate_abs_error_kwh,
        null as current_abs_error_kwh,
        false as is_current,
        null as age_days,
        null as is_stale
    from unfitted

)

select * from final
