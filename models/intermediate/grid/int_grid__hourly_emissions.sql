{%- set on_days = [('fct_energy_15min', 'interval_start_utc')] -%}
{{ config(materialized=restated(), meta={'restated': {
    'key': ['station_id', 'date_local'],
    'touched': days_of_changes(on_days, 'date_local', 1)
        ~ " union " ~ days_of_changed_stations('intermediate.int_grid__hourly_emissions')
        ~ " union " ~ days_of_changed_factors(),
    'narrows': narrowed_to_days('int_grid__hourly_emissions', on_days, 'date_local', 1),
}}) }}
-- Formula: location-based emissions, the sum of kWh x g/kWh over the hours of use. Kept by the
-- station's own hour, the finest that a mart tells: all that is added up from it agrees to the last
-- digit. The UTC hours of a local one may differ in their factor, so quarter hours carry it.
with quarter_hours as (

    select * from {{ ref('fct_energy_15min') }}

),

stations as (

    select * from {{ ref('int_stations__unioned') }}

),

clock as (

    select * from {{ ref('int_calendar__zone_quarter_hours') }}

),

factors as (

    select * from {{ ref('int_grid__hourly_factors') }}

),

by_quarter_hour as (

    select
        quarter_hours.station_id,
        clock.date_local,
        clock.hour_of_day,
        quarter_hours.energy_kwh,
        factors.factor_method,
        case when factors.grid_zone is not null then quarter_hours.energy_kwh end as covered_kwh,
        quarter_hours.energy_kwh * factors.renewable_ratio as renewable_kwh,
        case when factors.renewable_ratio is not null then quarter_hours.energy_kwh end
            as renewable_known_kwh,
        quarter_hours.energy_kwh * factors.g_co2_per_kwh as grid_g_co2
    from quarter_hours
    inner join stations on quarter_hours.station_id = stations.station_id
    inner join clock
        on
            stations.time_zone = clock.time_zone
            and quarter_hours.interval_start_utc = clock.interval_start_utc
    left join factors
        on
            stations.grid_zone = factors.grid_zone
            and {{ truncated('hour', 'quarter_hours.interval_start_utc') }} = factors.hour_start_utc

),

final as (

    select
        station_id,
        date_local,
        hour_of_day,
        cast(sum(energy_kwh) as decimal(18, 6)) as energy_kwh,
        cast(coalesce(sum(covered_kwh), 0) as decimal(18, 6)) as covered_kwh,
        cast(sum(renewable_kwh) as decimal(18, 6)) as renewable_kwh,
        cast(sum(renewable_known_kwh) as decimal(18, 6)) as renewable_known_kwh,
        -- Exact: as a floating-point quotient it would be rounded as each engine likes.
        cast(
            cast(sum(grid_g_co2) as decimal(30, 9)) * cast(0.001 as decimal(4, 3))
            as decimal(18, 6)
        ) as grid_kg_co2,
        {{ sorted_text_list('factor_method') }} as factor_method
    from by_quarter_hour
    group by station_id, date_local, hour_of_day

)

select * from final
