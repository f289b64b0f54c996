with issued as (

    select * from {{ ref('int_forecasting__issued') }}

),

fits as (

    select * from {{ ref('int_forecasting__fits') }}

),

final as (

    select
        issued.origin_ts_utc,
        issued.series_id,
        issued.source_system,
        issued.level,
        issued.target_hour_utc,
        issued.horizon_hours,
        issued.algorithm,
        issued.model_id,
        issued.issued_at,
        issued.data_cutoff_ts_utc,
        issued.run_kind,
        issued.p50_kwh,
        issued.mean_kwh,
        issued.p2_5_kwh,
        issued.p10_kwh,
        issued.p90_kwh,
        issued.p97_5_kwh,
        issued.quality,
        -- Before there were rungs, only the model's own were forecast.
        coalesce(issued.rung, 'model') as rung,
        cast(
            {{ integer_divide(
                seconds_between('fits.trained_at', 'issued.origin_ts_utc'), 86400
            ) }} as integer
        ) as model_age_days,
        -- Before weeks were forecast, every forecast was of the day at hand.
        coalesce(issued.days_ahead, 0) as days_ahead,
        case
            when issued.horizon_hours <= 6 then '1-6'
            when issued.horizon_hours <= 12 then '7-12'
            -- The day of an autumn clock change has a twenty-fifth hour.
            when coalesce(issued.days_ahead, 0) = 0 then '13-24'
            when issued.horizon_hours <= 72 then '25-72'
            else '73-168'
        end as horizon_band
    from issued
    left join fits on issued.model_id = fits.model_id

)

select * from final
