"""Every metric of the semantic layer equals plain SQL over the marts, group by group."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
from project import ROOT, Project

_QUERIES = Path(__file__).with_name("metric_queries.py")


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

Answers = dict[str, list[dict[str, Any]]]


def _answers(project: Project, folder: Path) -> Answers:
    """What MetricFlow says, by mart; it looks for dbt's artifacts beside `dbt_project.yml`."""
    for name in ("dbt_project.yml", "profiles.yml"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "target").symlink_to(project.target)
    queries = [{"metrics": list(mart.metrics), "group_by": list(mart.group_by)} for mart in MARTS]
    done = subprocess.run(
        [sys.executable, str(_QUERIES)],
        cwd=folder,
        env=os.environ
        | {
            "ECOCHARGE_WAREHOUSE": str(project.warehouse),
            "ECOCHARGE_STATE": str(project.state),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        },
        input=json.dumps(queries),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    found = json.loads(done.stdout)
    return {mart.table: rows for mart, rows in zip(MARTS, found, strict=True)}


@pytest.fixture(scope="module")
def answers(demo_project: Project, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    return _answers(demo_project, tmp_path_factory.mktemp("metrics"))


@pytest.fixture(scope="module")
def marts(demo_project: Project, answers: Answers) -> Iterator[duckdb.DuckDBPyConnection]:
    assert answers
    with closing(demo_project.open()) as connection:
        yield connection


def _by_group(mart: Mart, rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {tuple(row[name] for name in mart.group_by): row for row in rows}


def _same(told: float | None, wanted: float | None) -> bool:
    if told is None or wanted is None:
        return told is wanted
    return told == pytest.approx(float(wanted), rel=1e-9)


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.table)
def test_metrics_equal_sql(mart: Mart, answers: Answers, marts: duckdb.DuckDBPyConnection) -> None:
    groups = [f'{sql} as "{name}"' for name, sql in mart.group_by.items()]
    values = [f'{sql} as "{name}"' for name, sql in mart.metrics.items()]
    has_station = "station__city" in mart.group_by
    stations = "left join core.dim_stations as stations using (station_id)" if has_station else ""
    found = marts.execute(
        f"select {', '.join(groups + values)} from {mart.table} {stations} group by all"
    )
    names = [column[0] for column in found.description or []]
    expected = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    for row in expected:
        row[names[0]] = row[names[0]].isoformat()
    wanted, told = _by_group(mart, expected), _by_group(mart, answers[mart.table])
    assert told.keys() == wanted.keys()
    assert len(wanted) > 1
    for group, row in wanted.items():
        for name in mart.metrics:
            assert _same(told[group][name], row[name]), (group, name)


def test_no_metric_is_without_its_sql(demo_project: Project) -> None:
    manifest = json.loads((demo_project.target / "manifest.json").read_text(encoding="utf-8"))
    known = {metric["name"] for metric in manifest["metrics"].values()}
    assert known == {name for mart in MARTS for name in mart.metrics}
    assert all(metric["description"] for metric in manifest["metrics"].values())


def test_a_wrong_expression_would_be_found(
    answers: Answers, marts: duckdb.DuckDBPyConnection
) -> None:
    """A mean of ratios is not the ratio of sums: the comparison must tell them apart."""
    mart = next(mart for mart in MARTS if "occupancy" in mart.metrics)
    wrong = Mart(mart.table, mart.group_by, {"occupancy": "avg(occupancy_ratio)"})
    with pytest.raises(AssertionError):
        test_metrics_equal_sql(wrong, answers, marts)
