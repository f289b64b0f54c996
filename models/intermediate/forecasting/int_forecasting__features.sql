{%- set week = [1, 2, 3, 4, 5, 6, 7] -%}

with levels as (

    select * from {{ ref('int_forecasting__origin_levels') }}

),

same_hour_levels as (

    select * from {{ ref('int_forecasting__same_hour_levels') }}

),

-- Of the hour that the clock of an autumn night shows twice, what was known before is the same.
same_hour as (

    select *
    from same_hour_levels
    qualify row_number() over (
        partition by series_id, day_number, hour_of_day
        order by target_hour_utc
    ) = 1

),

-- Every midnight looks a day ahead; the newest one and those of Mondays look a week ahead. (Days
-- are counted from a Saturday.)
origins as (

    select
        *,
        mod(day_number, 7) = 2
        or day_number = max(day_number) over (partition by series_id) as looks_a_week_ahead
    from levels

),

targets as (

    select
        origins.*,
        demand.target_hour_utc,
        demand.date_local as target_date_local,
        demand.day_number as target_day_number,
        demand.hour_of_day,
        demand.day_type,
        demand.is_future,
        demand.energy_kwh,
        demand.is_outage,
        demand.is_flat_line,
        demand.day_number - origins.day_number as days_ahead
    from origins
    inner join same_hour_levels as demand
        on
            origins.series_id = demand.series_id
            and origins.day_number <= demand.day_number
            and origins.day_number
            + case when origins.looks_a_week_ahead then 6 else 0 end >= demand.day_number

),

final as (

    select
        targets.source_system,
        targets.series_id,
        targets.level,
        targets.origin_ts_utc,
        targets.target_hour_utc,
        cast(
            {{ integer_divide(
                seconds_between('targets.origin_ts_utc', 'targets.target_hour_utc'), 3600
            ) }} + 1 as integer
        ) as horizon_hours,
        cast(targets.days_ahead as integer) as days_ahead,
        targets.target_date_local as date_local,
        targets.day_number,
        targets.hour_of_day,
        cast({{ iso_weekday('targets.target_date_local') }} as integer) as day_of_week,
        targets.day_type,
        cast({{ month_number('targets.target_date_local') }} as integer) as month_of_year,
        {%- for lag in week %}
        same_hour.lag_{{ lag }}d_kwh,
        {%- endfor %}
        {%- for weeks in [1, 2] %}
        case targets.days_ahead
            {%- for days in range(7) %}
            when {{ days }} then same_hour.lag_{{ 7 * weeks - days }}d_kwh
            {%- endfor %}
        end as weekday_lag_{{ weeks }}w_kwh,
        {%- endfor %}
        case when targets.days_ahead = 0 then same_hour.lag_21d_kwh end as weekday_lag_3w_kwh,
        case when targets.days_ahead = 0 then same_hour.lag_28d_kwh end as weekday_lag_4w_kwh,
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
        case
            when targets.day_type = 'weekday' then same_hour.hour_weekday_mean_28d_kwh
            else same_hour.hour_free_day_mean_28d_kwh
        end as hour_day_type_mean_28d_kwh,
        same_hour.hour_active_share_28d,
        targets.mean_1h_kwh as last_value_kwh,
        targets.mean_3h_kwh,
        targets.mean_6h_kwh,
        targets.mean_12h_kwh,
        targets.mean_24h_kwh,
        targets.mean_168h_kwh,
        targets.mean_672h_kwh,
        targets.network_mean_24h_kwh,
        targets.network_mean_672h_kwh,
        targets.open_sessions,
        targets.open_session_hours,
        targets.rated_kw,
        targets.known_hours_672h,
        targets.history_hours,
        targets.data_cutoff_ts_utc,
        targets.is_future,
        targets.energy_kwh,
        targets.is_outage,
        targets.is_flat_line
    from targets
    -- The clock of a spring day lacks an hour that the days after it have.
    left join same_hour
        on
            targets.series_id = same_hour.series_id
            and targets.day_number = same_hour.day_number
            and targets.hour_of_day = same_hour.hour_of_day

)

select * from final
