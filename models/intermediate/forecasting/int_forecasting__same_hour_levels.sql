{%- set day_lags = range(1, 15) | list + [21, 28] -%}

with demand as (

    select * from {{ ref('int_forecasting__hourly_demand') }}

),

unknown_energy as (

    select * from {{ ref('int_forecasting__unknown_energy') }}

),

-- Ranges over day numbers, not rows: a gap in the feed shortens no lag, and the repeated hour
-- of a clock change is two rows of one day.
lagged as (

    select
        series_id,
        hour_start_utc,
        date_local,
        day_number,
        hour_of_day,
        day_type,
        is_future,
        energy_kwh,
        is_outage,
        is_flat_line,
        {%- for days in day_lags %}
        sum(energy_kwh) over day_{{ days }} as sum_{{ days }}d,
        count(energy_kwh) over day_{{ days }} as known_{{ days }}d,
        {%- endfor %}
        sum(energy_kwh) over last_28_days as sum_28_days,
        count(energy_kwh) over last_28_days as known_28_days,
        count(case when energy_kwh > 0 then 1 end) over last_28_days as active_28_days,
        sum(case when day_type = 'weekday' then energy_kwh end) over last_28_days
            as sum_28_weekdays,
        count(case when day_type = 'weekday' then energy_kwh end) over last_28_days
            as known_28_weekdays
    from demand
    window
        {%- for days in day_lags %}
        day_{{ days }} as (
            partition by series_id, hour_of_day
            order by day_number
            range between {{ days }} preceding and {{ days }} preceding
        ),
        {%- endfor %}
        last_28_days as (
            partition by series_id, hour_of_day
            order by day_number
            range between 28 preceding and 1 preceding
        )

),

origins as (

    select distinct
        series_id,
        origin_ts_utc,
        day_number
    from demand
    where origin_ts_utc is not null

),

hidden as (

    select
        origins.series_id,
        origins.day_number,
        unknown_energy.hour_of_day,
        {%- for days in day_lags %}
        sum(
            case
                when origins.day_number - unknown_energy.day_number = {{ days }}
                    then unknown_energy.energy_kwh
                else 0
            end
        ) as hidden_{{ days }}d,
        {%- endfor %}
        sum(unknown_energy.energy_kwh) as hidden_28_days,
        sum(
            case when unknown_energy.day_type = 'weekday' then unknown_energy.energy_kwh else 0 end
        ) as hidden_28_weekdays,
        sum(unknown_energy.hidden_active_hours) as hidden_active_28_days
    from unknown_energy
    inner join origins
        on
            unknown_energy.series_id = origins.series_id
            and unknown_energy.origin_ts_utc = origins.origin_ts_utc
    where origins.day_number - unknown_energy.day_number <= 28
    group by origins.series_id, origins.day_number, unknown_energy.hour_of_day

),

known as (

    select
        lagged.series_id,
        lagged.hour_start_utc,
        lagged.date_local,
        lagged.day_number,
        lagged.hour_of_day,
        lagged.day_type,
        lagged.is_future,
        lagged.energy_kwh,
        lagged.is_outage,
        lagged.is_flat_line,
        {%- for days in day_lags %}
        {{ to_double('lagged.sum_' ~ days ~ 'd - coalesce(hidden.hidden_' ~ days ~ 'd, 0)') }}
        / nullif(lagged.known_{{ days }}d, 0) as lag_{{ days }}d_kwh,
        {%- endfor %}
        {{ to_double('lagged.sum_28_days - coalesce(hidden.hidden_28_days, 0)') }} as sum_28_days,
        lagged.known_28_days,
        {{ to_double(
            'lagged.active_28_days - coalesce(hidden.hidden_active_28_days, 0)'
        ) }} as active_28_days,
        {{ to_double(
            'coalesce(lagged.sum_28_weekdays, 0) - coalesce(hidden.hidden_28_weekdays, 0)'
        ) }} as sum_28_weekdays,
        lagged.known_28_weekdays
    from lagged
    left join hidden
        on
            lagged.series_id = hidden.series_id
            and lagged.day_number = hidden.day_number
            and lagged.hour_of_day = hidden.hour_of_day

),

final as (

    select
        series_id,
        hour_start_utc as target_hour_utc,
        date_local,
        day_number,
        hour_of_day,
        day_type,
        is_future,
        energy_kwh,
        is_outage,
        is_flat_line,
        {%- for days in day_lags %}
        lag_{{ days }}d_kwh,
        {%- endfor %}
        sum_28_days / nullif(known_28_days, 0) as hour_mean_28d_kwh,
        active_28_days / nullif(known_28_days, 0) as hour_active_share_28d,
        sum_28_weekdays / nullif(known_28_weekdays, 0) as hour_weekday_mean_28d_kwh,
        (sum_28_days - sum_28_weekdays) / nullif(known_28_days - known_28_weekdays, 0)
            as hour_free_day_mean_28d_kwh
    from known

)

select * from final
