{%- set week = [1, 2, 3, 4, 5, 6, 7] -%}

with origins as (

    select * from {{ ref('int_forecasting__origins') }}

),

series as (

    select * from {{ ref('int_forecasting__series') }}

),

demand as (

    select * from {{ ref('int_forecasting__hourly_demand') }}

),

levels as (

    select * from {{ ref('int_forecasting__origin_levels') }}

),

same_hour as (

    select * from {{ ref('int_forecasting__same_hour_levels') }}

),

networks as (

    select * from {{ ref('int_forecasting__networks_at_origin') }}

),

final as (

    select
        origins.source_system,
        origins.series_id,
        origins.level,
        origins.origin_ts_utc,
        demand.hour_start_utc as target_hour_utc,
        cast(
            {{ integer_divide(
                seconds_between('origins.origin_ts_utc', 'demand.hour_start_utc'), 3600
            ) }} + 1 as integer
        ) as horizon_hours,
        demand.date_local,
        demand.day_number,
        demand.hour_of_day,
        cast(extract('isodow' from demand.date_local) as integer) as day_of_week,
        demand.day_type,
        cast(extract('month' from demand.date_local) as integer) as month_of_year,
        {%- for lag in week + [14, 21, 28] %}
        same_hour.lag_{{ lag }}d_kwh,
        {%- endfor %}
        (
            {%- for lag in week %}
            coalesce(same_hour.lag_{{ lag }}d_kwh, 0){{ ' +' if not loop.last }}
            {%- endfor %}
        ) / nullif(
            {%- for lag in week %}
            case when same_hour.lag_{{ lag }}d_kwh is null then 0 else 1 end
            {{- ' +' if not loop.last }}
            {%- endfor %},
            0
        ) as hour_mean_7d_kwh,
        same_hour.hour_mean_28d_kwh,
        same_hour.hour_day_type_mean_28d_kwh,
        same_hour.hour_active_share_28d,
        levels.mean_1h_kwh as last_value_kwh,
        levels.mean_3h_kwh,
        levels.mean_6h_kwh,
        levels.mean_12h_kwh,
        levels.mean_24h_kwh,
        levels.mean_168h_kwh,
        levels.mean_672h_kwh,
        networks.network_mean_24h_kwh,
        networks.network_mean_672h_kwh,
        levels.open_sessions,
        levels.open_session_hours,
        series.rated_kw,
        levels.known_hours_672h,
        levels.history_hours,
        levels.data_cutoff_ts_utc,
        demand.is_future,
        demand.energy_kwh
    from origins
    inner join series on origins.series_id = series.series_id
    inner join demand
        on
            origins.series_id = demand.series_id
            and origins.day_number = demand.day_number
    inner join levels
        on
            origins.series_id = levels.series_id
            and origins.origin_ts_utc = levels.origin_ts_utc
    inner join same_hour
        on
            demand.series_id = same_hour.series_id
            and demand.hour_start_utc = same_hour.target_hour_utc
    left join networks
        on
            origins.source_system = networks.source_system
            and origins.origin_ts_utc = networks.origin_ts_utc

)

select * from final
