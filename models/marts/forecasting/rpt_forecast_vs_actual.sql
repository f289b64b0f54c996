with forecasts as (

    select * from {{ ref('fct_demand_forecast') }}

),

demand as (

    select * from {{ ref('int_forecasting__hourly_demand') }}

),

models as (

    select * from {{ ref('dim_forecast_models') }}

),

promoted as (

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
        models.promoted
        and forecasts.algorithm = 'hist_gradient_boosting'
        and forecasts.days_ahead = 0

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
        promoted.series_id,
        promoted.level,
        promoted.target_hour_utc,
        promoted.origin_ts_utc,
        promoted.model_id,
        demand.energy_kwh as actual_kwh,
        promoted.p50_kwh as forecast_kwh,
        promoted.mean_kwh,
        promoted.p10_kwh,
        promoted.p90_kwh,
        week_before.p50_kwh as naive_kwh
    from promoted
    inner join demand
        on
            promoted.series_id = demand.series_id
            and promoted.target_hour_utc = demand.hour_start_utc
    left join week_before
        on
            promoted.series_id = week_before.series_id
            and promoted.origin_ts_utc = week_before.origin_ts_utc
            and promoted.target_hour_utc = week_before.target_hour_utc
    where promoted.recency = 1

)

select * from final
