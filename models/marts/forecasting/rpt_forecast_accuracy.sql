with forecasts as (

    select * from {{ ref('fct_demand_forecast') }}

),

demand as (

    select * from {{ ref('int_forecasting__hourly_demand') }}

),

scored as (

    select
        forecasts.*,
        demand.energy_kwh as actual_kwh
    from forecasts
    inner join demand
        on
            forecasts.series_id = demand.series_id
            and forecasts.target_hour_utc = demand.hour_start_utc

),

first_origins as (

    select
        series_id,
        min(origin_ts_utc) as first_origin_utc
    from scored
    group by series_id

),

-- The yardstick of MASE: how far a week's repetition is off before the first forecast.
yardsticks as (

    select
        demand.series_id,
        {{ ratio(
            'sum(abs(demand.energy_kwh - week_before.energy_kwh))',
            'count(demand.energy_kwh - week_before.energy_kwh)'
        ) }} as week_naive_abs_error
    from demand
    inner join first_origins
        on
            demand.series_id = first_origins.series_id
            and demand.hour_start_utc < first_origins.first_origin_utc
    inner join demand as week_before
        on
            demand.series_id = week_before.series_id
            and demand.hour_start_utc = {{ add_seconds('week_before.hour_start_utc', 7 * 86400) }}
    group by demand.series_id

),

hours as (

    select
        *,
        cast(
            {{ ratio('sum(actual_kwh) over same_set', 'count(*) over same_set') }}
            as decimal(18, 6)
        ) as mean_actual_kwh
    from scored
    where actual_kwh is not null
    window same_set as (partition by model_id, algorithm, series_id, horizon_band)

),

sums as (

    select
        model_id,
        algorithm,
        series_id,
        level,
        horizon_band,
        cast(count(*) as bigint) as n,
        cast(sum(abs(p50_kwh - actual_kwh)) as decimal(18, 6)) as sum_abs_error,
        cast(sum(actual_kwh) as decimal(18, 6)) as sum_actual,
        cast(sum(mean_kwh - actual_kwh) as decimal(18, 6)) as sum_error,
        {{ to_double(
            'sum((mean_kwh - actual_kwh) * (mean_kwh - actual_kwh))'
        ) }} as sum_squared_error,
        cast(count(p90_kwh) as bigint) as n_with_interval,
        cast(
            count(case when actual_kwh between p10_kwh and p90_kwh then 1 end) as bigint
        ) as n_inside,
        sum(abs(actual_kwh - mean_actual_kwh)) as sum_abs_deviation
    from hours
    group by model_id, algorithm, series_id, level, horizon_band

),

final as (

    select
        sums.model_id,
        sums.algorithm,
        sums.series_id,
        sums.level,
        sums.horizon_band,
        sums.n,
        sums.sum_abs_error,
        sums.sum_actual,
        case when sums.n_with_interval > 0 then sums.n_inside end as n_covered_80,
        {{ ratio('sums.sum_abs_error', 'sums.sum_actual') }} as wape,
        {{ ratio('sums.sum_abs_error', 'sums.sum_abs_deviation') }} as rae,
        {{ ratio('sums.sum_abs_error', 'sums.n * yardsticks.week_naive_abs_error') }} as mase,
        {{ ratio('sums.sum_error', 'sums.sum_actual') }} as bias,
        {{ ratio('sums.n_inside', 'sums.n_with_interval') }} as coverage_80,
        sqrt({{ ratio('sums.sum_squared_error', 'sums.n') }}) as rmse
    from sums
    left join yardsticks on sums.series_id = yardsticks.series_id

)

select * from final
