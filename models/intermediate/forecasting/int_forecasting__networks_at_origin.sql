{%- set spans = [24, 672] -%}

with demand as (

    select * from {{ ref('int_forecasting__hourly_demand') }}

),

origins as (

    select * from {{ ref('int_forecasting__origins') }}

),

unknown_energy as (

    select * from {{ ref('int_forecasting__unknown_energy') }}

),

instants as (

    select distinct
        source_system,
        origin_ts_utc
    from origins

),

-- Every zone's midnight looks at the whole network, not at the network's own midnight only.
rolling as (

    select
        source_system,
        series_id,
        hour_start_utc,
        {%- for hours in spans %}
        sum(energy_kwh) over last_{{ hours }}h as sum_{{ hours }}h,
        count(energy_kwh) over last_{{ hours }}h as known_hours_{{ hours }}h
        {{- ',' if not loop.last }}
        {%- endfor %}
    from demand
    where level = 'network'
    window
        {%- for hours in spans %}
        last_{{ hours }}h as (
            partition by series_id
            order by hour_start_utc
            rows between {{ hours }} preceding and 1 preceding
        ){{ ',' if not loop.last }}
        {%- endfor %}

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

final as (

    select
        instants.source_system,
        instants.origin_ts_utc,
        {%- for hours in spans %}
        cast(rolling.sum_{{ hours }}h - coalesce(hidden.hidden_{{ hours }}h, 0) as double)
        / nullif(rolling.known_hours_{{ hours }}h, 0) as network_mean_{{ hours }}h_kwh
        {{- ',' if not loop.last }}
        {%- endfor %}
    from instants
    inner join rolling
        on
            instants.source_system = rolling.source_system
            and instants.origin_ts_utc = rolling.hour_start_utc
    left join hidden
        on
            rolling.series_id = hidden.series_id
            and instants.origin_ts_utc = hidden.origin_ts_utc

)

select * from final
