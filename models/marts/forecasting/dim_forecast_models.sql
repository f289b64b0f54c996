with issued as (

    select * from {{ ref('int_forecasting__issued') }}

),

fits as (

    select * from {{ ref('int_forecasting__fits') }}

),

models as (

    select distinct
        model_id,
        algorithm
    from issued

),

final as (

    select
        models.model_id,
        models.algorithm,
        fits.source_system,
        fits.scope,
        fits.trained_at,
        fits.train_start,
        fits.train_end,
        fits.n_rows,
        fits.feature_hash,
        fits.parameters,
        fits.seed,
        fits.library_versions,
        fits.validation,
        coalesce(fits.promoted, false) as promoted
    from models
    left join fits on models.model_id = fits.model_id

)

select * from final
