"""The SQL behind the page, one query per picture; sums only, so that ratios can follow filters."""

from __future__ import annotations

FORECAST_DAYS = 28
FORECAST_STATIONS = 40

STATIONS = """
with sessions as (select * from core.fct_charging_sessions),
stations as (select * from core.dim_stations),
totals as (
    select
        station_id,
        any_value(source_system) as source_system,
        count(*) as sessions,
        sum(energy_kwh) as energy_kwh,
    from sessions
    group by all
)
select
    station_id,
    coalesce(stations.station_name, station_id) as station_name,
    coalesce(stations.city, 'unknown') as city,
    coalesce(stations.source_system, totals.source_system) as source_system,
    not ends_with(station_id, ':UNKNOWN') as is_known,
    coalesce(totals.sessions, 0) as sessions,
    coalesce(totals.energy_kwh, 0) as energy_kwh,
from stations
full join totals using (station_id)
order by source_system, city, station_name, station_id
"""

# The mart's energy counts days with a broken feed too; its mean does not, and the map needs both
# sides of a ratio over the same days.
HOURS = """
select
    station_id,
    left(cast(month as varchar), 7) as month,
    day_type,
    hour_of_day,
    round(sum(mean_kwh_per_day * days_observed), 6) as observed_kwh,
    sum(days_observed) as days_observed,
from operations.rpt_energy_by_hour_location
group by all
order by all
"""

EFFICIENCY = """
select
    station_id,
    strftime(date_local, '%Y-%m') as month,
    sum(port_minutes_in_service) filter (energy_kwh is not null) as energy_of_minutes,
    sum(port_minutes_in_service) filter (occupied_minutes is not null) as occupied_of_minutes,
    sum(occupied_minutes) as occupied_minutes,
    sum(charging_known_minutes) filter (idle_minutes is not null) as idle_of_minutes,
    sum(idle_minutes) as idle_minutes,
    sum(capacity_kwh) filter (energy_kwh is not null) as capacity_kwh,
    sum(energy_kwh) filter (capacity_kwh is not null) as energy_of_capacity_kwh,
    sum(energy_kwh) as energy_kwh,
from operations.rpt_station_efficiency
group by all
order by all
"""

PERIOD = """
select
    cast(min(date_local) as varchar),
    cast(max(date_local) as varchar),
    min(date_local) > date_trunc('month', min(date_local)),
    max(date_local) < last_day(max(date_local)),
from operations.rpt_station_efficiency
"""

SUSTAINABILITY = """
select
    station_id,
    left(cast(month as varchar), 7) as month,
    sum(energy_kwh) as energy_kwh,
    sum(covered_kwh) as covered_kwh,
    sum(grid_kg_co2) as grid_kg_co2,
    sum(petrol_kg_co2) as petrol_kg_co2,
    sum(avoided_kg_co2) as avoided_kg_co2,
from sustainability.rpt_sustainability_trend
group by all
order by all
"""

METHODS = """
select
    list_sort(list_distinct(list(factor_method) filter (covered_kwh > 0))),
    list_sort(list_distinct(list(baseline_id) filter (covered_kwh > 0))),
from sustainability.rpt_sustainability_trend
"""

SERIES = f"""
with hours as (select * from forecasting.rpt_forecast_vs_actual),
stations as (select * from core.dim_stations),
ranked as (
    select
        hours.series_id,
        hours.level,
        coalesce(any_value(stations.station_name), hours.series_id) as series_name,
        row_number() over (
            partition by hours.level order by sum(hours.actual_kwh) desc nulls last, hours.series_id
        ) as place,
    from hours
    left join stations on hours.level = 'station' and hours.series_id = stations.station_id
    group by hours.series_id, hours.level
)
select
    series_id,
    level,
    series_name,
from ranked
where level != 'station' or place <= {FORECAST_STATIONS}
order by array_position(['network', 'city', 'station'], level), place
"""

FORECAST = f"""
with hours as (select * from forecasting.rpt_forecast_vs_actual),
ends as (select series_id, max(target_hour_utc) as last_hour from hours group by all)
select
    hours.series_id,
    cast(epoch(hours.target_hour_utc) / 3600 as bigint) as hour,
    hours.actual_kwh,
    round(hours.forecast_kwh, 3) as forecast_kwh,
    round(hours.p10_kwh, 3) as p10_kwh,
    round(hours.p90_kwh, 3) as p90_kwh,
    round(hours.naive_kwh, 3) as naive_kwh,
from hours
inner join ends using (series_id)
where hours.target_hour_utc > ends.last_hour - interval {FORECAST_DAYS} day
order by all
"""

ACCURACY = """
select
    series_id,
    level,
    algorithm,
    sum(n) as hours,
    sum(sum_abs_error) as abs_error_kwh,
    sum(sum_actual) as actual_kwh,
    sum(bias * sum_actual) as error_kwh,
    sum(case when coverage_80 > 0 then round(n_covered_80 / coverage_80) else n end)
        filter (n_covered_80 is not null) as interval_hours,
    sum(n_covered_80) as covered_hours,
from forecasting.rpt_forecast_accuracy
group by all
order by all
"""

BANDS = "select distinct horizon_band from forecasting.rpt_forecast_accuracy order by all"

ROW_CLASSES = (
    "accepted",
    "quarantined",
    "exact_duplicates",
    "natural_duplicates",
    "superseded",
    "credited",
    "not_final",
    "supporting_records",
)

RECONCILIATION = f"""
select
    source_system,
    count(*) as files,
    sum(rows_in) as rows_in,
    {", ".join(f"sum({each}) as {each}" for each in ROW_CLASSES)},
    sum(energy_in_kwh) as energy_in_kwh,
    sum(energy_accepted_kwh) as energy_accepted_kwh,
    sum(energy_quarantined_kwh) as energy_quarantined_kwh,
    sum(energy_duplicate_kwh) as energy_duplicate_kwh,
from quality.rpt_reconciliation
group by all
order by all
"""
