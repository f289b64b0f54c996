{%- set spans = [1, 3, 6, 12, 24, 168, 672] -%}

with demand as (

    select * from {{ ref('int_forecasting__hourly_demand') }}

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
        source_system,
        level,
        hour_start_utc,
        day_number,
        origin_ts_utc,
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
        ) as hidden_{{ hours }}h,
        {%- endfor %}
        count(*) as hidden_hours
    from unknown_energy
    group by origin_ts_utc, series_id

),

under_way as (

    select
        origin_ts_utc,
        station_id,
        {{ seconds_between('started_at_utc', 'origin_ts_utc') }} as open_seconds
    from unknown_sessions

),

-- A transaction that nobody closed stays open for months; after three days it tells nothing.
open_sessions as (

    select
        under_way.origin_ts_utc,
        members.series_id,
        cast(count(*) as bigint) as open_sessions,
        sum(under_way.open_seconds) as open_seconds
    from under_way
    inner join members on under_way.station_id = members.station_id
    where under_way.open_seconds <= {{ 3 * 86400 }}
    group by under_way.origin_ts_utc, members.series_id

),

series as (

    select distinct
        series_id,
        rated_kw
    from members

),

instants as (

    select distinct
        source_system,
        origin_ts_utc
    from demand
    where origin_ts_utc is not null

),

-- Every zone's midnight looks at the whole network, not at the network's own midnight only.
network_rolling as (

    select
        source_system,
        series_id,
        hour_start_utc,
        sum(energy_kwh) over last_day as day_sum,
        count(energy_kwh) over last_day as day_known_hours,
        sum(energy_kwh) over last_28_days as month_sum,
        count(energy_kwh) over last_28_days as month_known_hours
    from demand
    where level = 'network'
    window
        last_day as (
            partition by series_id
            order by hour_start_utc
            rows between 24 preceding and 1 preceding
        ),
        last_28_days as (
            partition by series_id
            order by hour_start_utc
            rows between 672 preceding and 1 preceding
        )

),

network_hidden as (

    select
        origin_ts_utc,
        series_id,
        sum(
            case
                when {{ seconds_between('hour_start_utc', 'origin_ts_utc') }} <= 24 * 3600
                    then energy_kwh
                else 0
            end
        ) as day_hidden,
        sum(
            case
                when {{ seconds_between('hour_start_utc', 'origin_ts_utc') }} <= 672 * 3600
                    then energy_kwh
                else 0
            end
        ) as month_hidden
    from unknown_energy
    group by origin_ts_utc, series_id

),

networks as (

    select
        instants.source_system,
        instants.origin_ts_utc,
        {{ to_double('network_rolling.day_sum - coalesce(network_hidden.day_hidden, 0)') }}
        / nullif(network_rolling.day_known_hours, 0) as network_mean_24h_kwh,
        {{ to_double('network_rolling.month_sum - coalesce(network_hidden.month_hidden, 0)') }}
        / nullif(network_rolling.month_known_hours, 0) as network_mean_672h_kwh
    from instants
    inner join network_rolling
        on
            instants.source_system = network_rolling.source_system
            and instants.origin_ts_utc = network_rolling.hour_start_utc
    left join network_hidden
        on
            network_rolling.series_id = network_hidden.series_id
            and instants.origin_ts_utc = network_hidden.origin_ts_utc

),

final as (

    select
        rolling.series_id,
        rolling.source_system,
        rolling.level,
        rolling.origin_ts_utc,
        rolling.day_number,
        {%- for hours in spans %}
        {{ to_double('rolling.sum_' ~ hours ~ 'h - coalesce(hidden.hidden_' ~ hours ~ 'h, 0)') }}
        / nullif(rolling.known_hours_{{ hours }}h, 0) as mean_{{ hours }}h_kwh,
        {%- endfor %}
        rolling.known_hours_672h,
        rolling.history_hours,
        {{ add_seconds('rolling.last_known_hour_utc', 3600) }} as data_cutoff_ts_utc,
        networks.network_mean_24h_kwh,
        networks.network_mean_672h_kwh,
        series.rated_kw,
        coalesce(open_sessions.open_sessions, 0) as open_sessions,
        {{ to_double('coalesce(open_sessions.open_seconds, 0)') }} / 3600 as open_session_hours
    from rolling
    inner join series on rolling.series_id = series.series_id
    left join hidden
        on
            rolling.series_id = hidden.series_id
            and rolling.origin_ts_utc = hidden.origin_ts_utc
    left join open_sessions
        on
            rolling.series_id = open_sessions.series_id
            and rolling.origin_ts_utc = open_sessions.origin_ts_utc
    left join networks
        on
            rolling.source_system = networks.source_system
            and rolling.origin_ts_utc = networks.origin_ts_utc
    where rolling.hour_start_utc = rolling.origin_ts_utc

)

select * from final
