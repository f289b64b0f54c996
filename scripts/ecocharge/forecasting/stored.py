"""What earlier builds have issued, read from the durable state."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pandas as pd

from ecocharge.forecasting.issue import SCHEMA

_COLUMNS = [
    "source_system",
    "series_id",
    "algorithm",
    "origin_ts_utc",
    "target_hour_utc",
    "days_ahead",
    "p50_kwh",
    "mean_kwh",
    "bias_factor",
]


def stored_forecasts(
    connection: duckdb.DuckDBPyConnection, series_ids: Iterable[str]
) -> pd.DataFrame:
    """Forecasts that earlier builds issued for these series.

    It reads the state itself, not the model that appends to it: the forecasts to come depend on
    the forecasts already made, and a graph of models has no such circle.

    Args:
        connection: has the state attached as `state`.
        series_ids: the series of this build; others may be in the state.

    Returns:
        source_system, series_id, algorithm, origin_ts_utc, target_hour_utc, days_ahead, p50_kwh,
        mean_kwh and bias_factor, in no order; no rows before the first build.
    """
    is_stored = connection.execute(
        "select count(*) from duckdb_tables() where database_name = 'state'"
        " and schema_name = 'forecasting' and table_name = 'int_forecasting__issued'"
    ).fetchall()
    if is_stored == [(0,)]:
        nothing: pd.DataFrame = SCHEMA.empty_table().select(_COLUMNS).to_pandas()
        return nothing
    found = connection.execute(
        "select columns(lambda name: list_contains(?, name))"
        " from state.forecasting.int_forecasting__issued where list_contains(?, series_id)",
        [_COLUMNS, list(series_ids)],
    ).df()
    # Before weeks were forecast, every forecast was of the day at hand.
    if "days_ahead" not in found:
        found["days_ahead"] = 0
    found["days_ahead"] = found["days_ahead"].fillna(0).astype("int64")
    return found[_COLUMNS]
