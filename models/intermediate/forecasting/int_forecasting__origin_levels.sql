{%- set spans = [1, 3, 6, 12, 24, 168, 672] -%}

with demand as (

    select * from {{ ref('int_forecasting__hourly_demand') }}

),

origins as (

    select * from {{ ref('int_forecasting__origins') }}

),

unknown_energy as (

    select * from {{ ref('int_forecasting__unknown_energy') }}

),

unknown_sessions as (

    select * from {{ ref('int_forecasting__unknown_sessions') }}

),

members as (

    select * from {{ ref('int_forecasting__series_members') }}

),

-- The spine has every hour, so rows are hours.
rolling as (

    select
        series_id,
        hour_start_utc,
        {%- for hours in spans %}
        sum(energy_kwh) over last_{{ hours }}h as sum_{{ hours }}h,
        count(energy_kwh) over last_{{ hours }}h as known_hours_{{ hours }}h,
        {%- endfor %}
        count(energy_kwh) over all_before as history_hours,
        max(case when energy_kwh is not null then hour_start_utc end) over all_before
            as last_known_hour_utc
    from demand
    window
        {%- for hours in spans %}
        last_{{ hours }}h as (
            partition by series_id
            order by hour_start_utc
            rows between {{ hours }} preceding and 1 preceding
        ),
        {%- endfor %}
        all_before as (
            partition by series_id
            order by hour_start_utc
            rows between unbounded preceding and 1 preceding
        )

),

hidden as (

    select
        origin_ts_utc,
        series_id,
        {%- for hours in spans %}
        sum(
            case
                when
                    {{ seconds_between('hour_start_utc', 'origin_ts_utc') }}
                    <= {{ hours * 3600 }}
                    then energy_kwh
                else 0
            end
        ) as hidden_{{ hours }}h{{ ',' if not loop.last }}
        {%- endfor %}
    from unknown_energy
    group by origin_ts_utc, series_id

),

-- A transaction that nobody closed stays open for months; after three days it tells nothing.
open_sessions as (

    select
        unknown_sessions.origin_ts_utc,
        members.series_id,
        cast(count(*) as bigint) as open_sessions,
        sum(
            {{ seconds_between('unknown_sessions.started_at_utc', 'unknown_sessions.origin_ts_utc') }}
        ) as open_seconds
    from unknown_sessions
    inner join members on unknown_sessions.station_id = members.station_id
    where
        {{ seconds_between('unknown_sessions.started_at_utc', 'unknown_sessions.origin_ts_utc') }}
        <= {{ 3 * 86400 }}
    group by unknown_sessions.origin_ts_utc, members.series_id

),

final as (

    select
        origins.series_id,
        origins.origin_ts_utc,
        {%- for hours in spans %}
        cast(rolling.sum_{{ hours }}h - coalesce(hidden.hidden_{{ hours }}h, 0) as double)
        / nullif(rolling.known_hours_{{ hours }}h, 0) as mean_{{ hours }}h_kwh,
        {%- endfor %}
        rolling.known_hours_672h,
        rolling.history_hours,
        {{ add_seconds('rolling.last_known_hour_utc', 3600) }} as data_cutoff_ts_utc,
        coalesce(open_sessions.open_sessions, 0) as open_sessions,
        cast(coalesce(open_sessions.open_seconds, 0) as double) / 3600 as open_session_hours
    from origins
    inner join rolling
        on
            origins.series_id = rolling.series_id
            and origins.origin_ts_utc = rolling.hour_start_utc
    left join hidden
        on
            origins.series_id = hidden.series_id
            and origins.origin_ts_utc = hidden.origin_ts_utc
    left join open_sessions
        on
            origins.series_id = open_sessions.series_id
            and origins.origin_ts_utc = open_sessions.origin_ts_utc

)

select * from final
