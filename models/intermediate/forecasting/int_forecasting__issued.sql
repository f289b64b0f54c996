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

),

final as (

    select
        origin_ts_utc,
        series_id,
        source_system,
        level,
        target_hour_utc,
        horizon_hours,
        days_ahead,
        algorithm,
        model_id,
        cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as timestamp) as issued_at,
        data_cutoff_ts_utc,
        run_kind,
        {{ double_to_decimal('p50_kwh') }} as p50_kwh,
        {{ double_to_decimal('mean_kwh') }} as mean_kwh,
        {{ double_to_decimal('p2_5_kwh') }} as p2_5_kwh,
        {{ double_to_decimal('p10_kwh') }} as p10_kwh,
        {{ double_to_decimal('p90_kwh') }} as p90_kwh,
        {{ double_to_decimal('p97_5_kwh') }} as p97_5_kwh,
        bias_factor,
        quality,
        rung
    from predictions
    {%- if is_incremental() %}
    -- An origin that was forecast once is never forecast again, whatever has been learned since.
    where
        not exists (
            select 1
            from {{ this }} as issued
            where
                issued.series_id = predictions.series_id
                and issued.origin_ts_utc = predictions.origin_ts_utc
                and issued.algorithm = predictions.algorithm
        )
    {%- endif %}

)

select * from final
