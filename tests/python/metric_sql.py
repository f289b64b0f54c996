"""Every metric in plain SQL over the marts, for all that says it in other words."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mart:
    """A mart, how its metrics are grouped, and each metric as SQL.

    Attributes:
        group_by: MetricFlow's name of a dimension and the same in SQL.
    """

    table: str
    group_by: dict[str, str]
    metrics: dict[str, str] = field(default_factory=dict)


_CITY = {"station__city": "stations.city"}

MARTS = (
    Mart(
        "core.fct_charging_sessions",
        {"metric_time__month": "date_trunc('month', started_at_local)"} | _CITY,
        {
            "sessions": "count(*)",
            "active_stations": "count(distinct station_id)",
            "session_energy": "sum(energy_kwh)",
            "session_connected_minutes": "sum(connected_minutes)",
            "kwh_per_session": "avg(energy_kwh)",
            "hours_per_session": "avg(connected_minutes) / 60",
        },
    ),
    Mart(
        "core.fct_energy_hourly_local",
        {"metric_time__day": "date_trunc('day', hour_start_local)"} | _CITY,
        {"energy_kwh": "sum(energy_kwh)"},
    ),
    Mart(
        "operations.rpt_station_efficiency",
        {"metric_time__month": "date_trunc('month', date_local)"} | _CITY,
        {
            "occupied_minutes": "sum(occupied_minutes)",
            "port_minutes_of_occupancy": "sum(port_minutes_in_service)"
            " filter (occupied_minutes is not null)",
            "port_minutes_of_energy": "sum(port_minutes_in_service)"
            " filter (energy_kwh is not null)",
            "idle_minutes": "sum(idle_minutes)",
            "minutes_with_known_idle": "sum(charging_known_minutes)"
            " filter (idle_minutes is not null)",
            "energy_of_capacity": "sum(energy_kwh) filter (capacity_kwh is not null)",
            "capacity_of_energy": "sum(capacity_kwh) filter (energy_kwh is not null)",
            "station_day_energy": "sum(energy_kwh)",
            "day_sessions_started": "sum(sessions_started)",
            "zero_energy_sessions": "sum(zero_energy_sessions)",
            "peak_15min_kw": "max(peak_15min_kw)",
            "occupancy": "sum(occupied_minutes)"
            " / sum(port_minutes_in_service) filter (occupied_minutes is not null)",
            "idle_ratio": "sum(idle_minutes)"
            " / sum(charging_known_minutes) filter (idle_minutes is not null)",
            "energy_utilisation": "sum(energy_kwh) filter (capacity_kwh is not null)"
            " / sum(capacity_kwh) filter (energy_kwh is not null)",
            "kwh_per_port_day": "sum(energy_kwh)"
            " / (sum(port_minutes_in_service) filter (energy_kwh is not null) / 1440)",
            "zero_energy_share": "sum(zero_energy_sessions) / sum(sessions_started)",
        },
    ),
    Mart(
        "operations.fct_revenue_daily",
        {
            "metric_time__month": "date_trunc('month', date_local)",
            "station_currency_day__currency": "currency",
        },
        {
            "revenue": "sum(revenue_amount)",
            "billed_energy": "sum(energy_kwh)",
            "revenue_per_kwh": "sum(revenue_amount) / sum(energy_kwh)",
        },
    ),
    Mart(
        "sustainability.fct_emissions_daily",
        {"metric_time__month": "date_trunc('month', date_local)"} | _CITY,
        {
            "emission_energy": "sum(energy_kwh)",
            "renewable_known_energy": "sum(renewable_known_kwh)",
            "covered_energy": "sum(covered_kwh)",
            "renewable_energy": "sum(renewable_kwh)",
            "grid_kg_co2": "sum(grid_kg_co2)",
            "avoided_kg_co2": "sum(avoided_kg_co2)",
            "kg_co2_per_kwh": "sum(grid_kg_co2) / sum(covered_kwh)",
            "renewable_ratio": "sum(renewable_kwh) / sum(renewable_known_kwh)",
            "factor_coverage": "sum(covered_kwh) / sum(energy_kwh)",
        },
    ),
    Mart(
        "forecasting.rpt_forecast_vs_actual",
        {"metric_time__month": "date_trunc('month', target_hour_utc)"},
        {
            "absolute_forecast_error": "sum(abs(actual_kwh - forecast_kwh))",
            "scored_energy": "sum(actual_kwh)",
            "expected_energy": "sum(mean_kwh)",
            "forecast_error": "sum(mean_kwh - actual_kwh)",
            "absolute_naive_error": "sum(abs(actual_kwh - naive_kwh))",
            "energy_of_naive": "sum(actual_kwh) filter (naive_kwh is not null)",
            "station_wape": "sum(abs(actual_kwh - forecast_kwh)) filter (level = 'station')"
            " / sum(actual_kwh) filter (level = 'station')",
            "network_wape": "sum(abs(actual_kwh - forecast_kwh)) filter (level = 'network')"
            " / sum(actual_kwh) filter (level = 'network')",
            "naive_station_wape": "sum(abs(actual_kwh - naive_kwh)) filter (level = 'station')"
            " / sum(actual_kwh) filter (level = 'station' and naive_kwh is not null)",
            "network_bias": "sum(mean_kwh - actual_kwh) filter (level = 'network')"
            " / sum(actual_kwh) filter (level = 'network')",
        },
    ),
)
