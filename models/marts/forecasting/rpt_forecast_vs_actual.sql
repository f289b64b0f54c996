with scored as (

    select * from {{ ref('int_forecasting__scored') }}

),

models as (

    select * from {{ ref('dim_forecast_models') }}

),

promoted as (

    select
        scored.*,
        row_number() over (
            partition by scored.series_id, scored.target_hour_utc
            order by scored.origin_ts_utc desc, scored.issued_at desc, scored.model_id asc
        ) as recency
    from scored
    inner join models on scored.model_id = models.model_id
    where
        models.promoted
        and scored.algorithm = 'hist_gradient_boosting'
        and scored.horizon_hours <= 25

),

week_before as (

    select
        series_id,
        origin_ts_utc,
        target_hour_utc,
        p50_kwh
    from scored
    where algorithm = 'naive_week'

),

final as (

    select
        promoted.series_id,
        promoted.level,
        promoted.target_hour_utc,
        promoted.origin_ts_utc,
        promoted.model_id,
        promoted.actual_kwh,
        promoted.p50_kwh as forecast_kwh,
        promoted.mean_kwh,
        promoted.p10_kwh,
        promoted.p90_kwh,
        week_before.p50_kwh as naive_kwh
    from promoted
    left join week_before
        on
            promoted.series_id = week_before.series_id
            and promoted.origin_ts_utc = week_before.origin_ts_utc
            and promoted.target_hour_utc = week_before.target_hour_utc
    where promoted.recency = 1

)

select * from final
