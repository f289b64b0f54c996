with forecasts as (

    select * from {{ ref('fct_demand_forecast') }}

),

demand as (

    select * from {{ ref('int_forecasting__hourly_demand') }}

),

models as (

    select * from {{ ref('dim_forecast_models') }}

),

-- Below the model stands what was issued in its place.
served as (

    select
        forecasts.*,
        row_number() over (
            partition by forecasts.series_id, forecasts.target_hour_utc
            order by
                forecasts.origin_ts_utc desc, forecasts.issued_at desc, forecasts.model_id asc
        ) as recency
    from forecasts
    inner join models on forecasts.model_id = models.model_id
    where
        forecasts.days_ahead = 0
        and (
            forecasts.algorithm = 'fallback'
            or (models.promoted and forecasts.algorithm = 'hist_gradient_boosting')
        )

),

week_before as (

    select
        series_id,
        origin_ts_utc,
        target_hour_utc,
        p50_kwh
    from forecasts
    where algorithm = 'naive_week'

),

final as (

    select
        served.series_id,
        served.level,
        served.target_hour_utc,
        served.origin_ts_utc,
        served.model_id,
        served.rung,
        demand.energy_kwh as actual_kwh,
        served.p50_kwh as forecast_kwh,
        served.mean_kwh,
        served.p10_kwh,
        served.p90_kwh,
        week_before.p50_kwh as naive_kwh
    from served
    inner join demand
        on
            served.series_id = demand.series_id
            and served.target_hour_utc = demand.hour_start_utc
    left join week_before
        on
            served.series_id = week_before.series_id
            and served.origin_ts_utc = week_before.origin_ts_utc
            and served.target_hour_utc = week_before.target_hour_utc
    where served.recency = 1

)

select * from final
