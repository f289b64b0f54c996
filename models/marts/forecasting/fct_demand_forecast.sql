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
        quality,
        -- Before weeks were forecast, every forecast was of the day at hand.
        coalesce(days_ahead, 0) as days_ahead,
        case
            when horizon_hours <= 6 then '1-6'
            when horizon_hours <= 12 then '7-12'
            -- The day of an autumn clock change has a twenty-fifth hour.
            when coalesce(days_ahead, 0) = 0 then '13-24'
            when horizon_hours <= 72 then '25-72'
            else '73-168'
        end as horizon_band
    from issued

)

select * from final
