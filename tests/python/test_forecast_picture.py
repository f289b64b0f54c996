"""The forecast's report: its picture needs nothing but itself, and its tables name the rungs."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from ecocharge.errors import EcoChargeError
from ecocharge.forecasting.picture import draw
from ecocharge.forecasting.served import print_models, print_rungs

_WAREHOUSE = """
create schema forecasting;
create schema intermediate;
create table forecasting.fct_demand_forecast as
select
    't' as source_system, level || '-1' as series_id, level, 0 as days_ahead,
    timestamp '2025-01-01' as origin_ts_utc,
    timestamp '2025-01-01' + to_hours(cast(hour as integer)) as target_hour_utc,
    case when hour < 20 then 'hist_gradient_boosting' else 'fallback' end as algorithm,
    case when hour < 20 then 'm' else 'fallback' end as model_id,
    case when hour < 20 then 'model' else 'silent' end as rung,
    5.0 as p50_kwh, 0.0 as p2_5_kwh, 1.0 as p10_kwh, 9.0 as p90_kwh, 12.0 as p97_5_kwh
from range(24) hours(hour), (values ('station'), ('network')) levels(level);
create table intermediate.int_forecasting__hourly_demand as
select series_id, target_hour_utc as hour_start_utc, hour(target_hour_utc) as hour_of_day,
    4.0 + hour(target_hour_utc) % 3 as energy_kwh
from forecasting.fct_demand_forecast;
create table forecasting.rpt_forecast_vs_actual as
select *, 4.0 as actual_kwh, p50_kwh as forecast_kwh from forecasting.fct_demand_forecast;
create table forecasting.rpt_forecast_accuracy as
select 'station' as level, '1-6' as horizon_band, 'ridge' as algorithm,
    2.0 as sum_abs_error, 4.0 as sum_actual;
create table forecasting.dim_forecast_models as
select 'm' as model_id, 'hist_gradient_boosting' as algorithm, 't' as source_system,
    'stations' as scope, timestamp '2024-12-01' as trained_at, 31 as age_days, true as is_stale,
    true as is_current, true as promoted, 9.0 as gate_abs_error_kwh, 10.0 as current_abs_error_kwh
union all by name
select 'fallback' as model_id, 'fallback' as algorithm, false as promoted, false as is_current;
create table forecasting.rpt_forecast_drivers as
select 'm' as model_id, 'hist_gradient_boosting' as algorithm, 't' as source_system,
    'stations' as scope, 'lag_1d_kwh' as feature, 0.5 as rae_lost, 1 as importance_rank,
    'Yesterday, same hour' as words;
"""


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(_WAREHOUSE)
    return connection


def test_the_picture_needs_nothing_else(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = tmp_path / "site" / "forecast.svg"
    assert draw(warehouse, file)
    text = file.read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert "href" not in text
    assert "<script" not in text
    for said in ("network-1", "Yesterday, same hour", "station, fallback", "local hour of day"):
        assert said in text
    with pytest.raises(EcoChargeError, match="svg"):
        draw(warehouse, tmp_path / "forecast.pdf")


def test_without_a_forecast_there_is_no_picture(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    warehouse.execute("truncate forecasting.rpt_forecast_vs_actual")
    assert not draw(warehouse, tmp_path / "forecast.svg")
    assert not list(tmp_path.iterdir())


def test_the_tables_name_rungs_and_age(warehouse: duckdb.DuckDBPyConnection) -> None:
    console = Console(record=True, width=160)
    print_rungs(warehouse, console)
    print_models(warehouse, console)
    rows = [line.split("│")[1:-1] for line in console.export_text().splitlines() if "│" in line]
    cells = [[cell.strip() for cell in row] for row in rows]
    # Of 6, 4, 5 and 6 kWh, five were forecast: 3 off, of 21, and 3 off their mean of 5.25.
    assert ["t", "station", "silent", "1", "4", "16.7%", "1.000", "0.143", "100.0%"] in cells
    assert ["t", "stations", "m", "2024-12-01", "31 days, stale", "0.900"] in cells
    assert ["t", "0.500", "Yesterday, same hour"] in cells
