with issued as (

    select * from {{ ref('int_forecasting__issued') }}

),

final as (

    select
        origin_ts_utc,
        series_id,
        source_system,
        level,
        target_hour_utc,
        horizon_hours,
        algorithm,
        model_id,
        issued_at,
        data_cutoff_ts_utc,
        run_kind,
        p50_kwh,
        mean_kwh,
        p2_5_kwh,
        p10_kwh,
        p90_kwh,
        p97_5_kwh,
        quality
    from issued

)

select * from final
