"""The SQL behind the page, one query per picture; sums only, so that ratios can follow filters."""

from __future__ import annotations

FORECAST_DAYS = 28
FORECAST_STATIONS = 40

STATIONS = """
with used as (
    select
        station_id,
        any_value(source_system) as source_system,
    from core.fct_charging_sessions
    group by station_id
)
select
    station_id,
    coalesce(stations.station_name, station_id) as station_name,
    coalesce(stations.city, 'unknown') as city,
    coalesce(stations.source_system, used.source_system) as source_system,
    not ends_with(station_id, ':UNKNOWN') as is_known,
    coalesce(stations.latitude < 0, false) as is_southern,
    stations.region,
    stations.country_code,
    nullif(stations.site_type, 'unknown') as site_type,
    stations.time_zone,
    stations.time_zone_inferred,
    stations.port_count,
    stations.rated_kw,
    cast(stations.in_service_from as varchar) as in_service_from,
    cast(stations.in_service_to as varchar) as in_service_to,
from core.dim_stations as stations
full join used using (station_id)
order by source_system, city, station_name, station_id
"""

# An hour that the autumn clock change repeats is one cell; so is a day's kind, which a place has
# one of. The hours of a broken feed count, but no mean may rest on them.
HOURS = """
select
    station_id,
    date_local,
    hour_of_day,
    cast(sum(energy_kwh) * 1000000 as bigint) as micro_kwh,
    sum(sessions_started) as sessions,
    bool_and(is_feed_complete) as is_complete,
    min(list_position(['weekday', 'weekend', 'holiday'], day_type)) - 1 as day_type,
from core.fct_energy_hourly_local
group by all
order by all
"""

DAYS = """
with emissions as (select * from sustainability.fct_emissions_daily)
select
    station_id,
    date_local,
    days.port_minutes_in_service,
    days.occupied_minutes,
    days.idle_minutes,
    days.charging_known_minutes,
    days.capacity_kwh,
    days.energy_kwh,
    days.peak_15min_kw,
    emissions.energy_kwh as used_kwh,
    emissions.covered_kwh,
    emissions.grid_kg_co2,
    emissions.petrol_kg_co2,
    emissions.avoided_kg_co2,
from operations.rpt_station_efficiency as days
full join emissions using (station_id, date_local)
order by all
"""

EMISSIONS = """
select
    station_id,
    12 * (year(month) - 1970) + month(month) - 1 as months_since_1970,
    list_position(['weekday', 'weekend', 'holiday'], day_type) - 1 as day_type,
    hour_of_day,
    covered_kwh,
    grid_kg_co2,
from sustainability.rpt_emissions_by_hour_location
where covered_kwh > 0
order by all
"""

SPAN = """
select
    min(date_local),
    max(date_local),
from core.fct_energy_hourly_local
"""

METHODS = """
select
    list_sort(list_distinct(flatten(list(string_split(factor_method, ','))))),
    list_sort(list_distinct(list(baseline_id))),
from sustainability.fct_emissions_daily
where covered_kwh > 0
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

SCORES = """
select
    series_id,
    level,
    cast(target_hour_utc as date) as day,
    count(*) as hours,
    sum(actual_kwh) as actual_kwh,
    sum(abs(forecast_kwh - actual_kwh)) as abs_error_kwh,
    sum(mean_kwh - actual_kwh) as error_kwh,
    count(*) filter (actual_kwh between p10_kwh and p90_kwh) as inside_80,
    sum(actual_kwh) filter (naive_kwh is not null) as naive_actual_kwh,
    sum(abs(naive_kwh - actual_kwh)) as naive_abs_error_kwh,
from forecasting.rpt_forecast_vs_actual
where actual_kwh is not null
group by all
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
