{{ config(
    materialized='incremental',
    incremental_strategy='append',
    database='state',
    schema='forecasting',
    full_refresh=false,
    on_schema_change='append_new_columns',
) }}

with predictions as (

    select * from {{ ref('int_forecasting__predictions') }}
    where trained_at is not null and drivers is not null

),

final as (

    select distinct
        model_id,
        source_system,
        scope,
        algorithm,
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
        drivers,
        current_model_id,
        gate_hours,
        gate_abs_error_kwh,
        current_abs_error_kwh,
        cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as timestamp) as recorded_at
    from predictions
    {%- if is_incremental() %}
    where
        not exists (
            select 1
            from {{ this }} as fits
            where fits.model_id = predictions.model_id
        )
    {%- endif %}

)

select * from final
