{%- set week = [1, 2, 3, 4, 5, 6, 7] -%}

with levels as (

    select * from {{ ref('int_forecasting__origin_levels') }}

),

same_hour as (

    select * from {{ ref('int_forecasting__same_hour_levels') }}

),

final as (

    select
        levels.source_system,
        levels.series_id,
        levels.level,
        levels.origin_ts_utc,
        same_hour.target_hour_utc,
        cast(
            {{ integer_divide(
                seconds_between('levels.origin_ts_utc', 'same_hour.target_hour_utc'), 3600
            ) }} + 1 as integer
        ) as horizon_hours,
        same_hour.date_local,
        same_hour.day_number,
        same_hour.hour_of_day,
        cast(date_part('isodow', same_hour.date_local) as integer) as day_of_week,
        same_hour.day_type,
        cast(date_part('month', same_hour.date_local) as integer) as month_of_year,
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
        levels.network_mean_24h_kwh,
        levels.network_mean_672h_kwh,
        levels.open_sessions,
        levels.open_session_hours,
        levels.rated_kw,
        levels.known_hours_672h,
        levels.history_hours,
        levels.data_cutoff_ts_utc,
        same_hour.is_future,
        same_hour.energy_kwh
    from levels
    inner join same_hour
        on
            levels.series_id = same_hour.series_id
            and levels.day_number = same_hour.day_number

)

select * from final
