"""What earlier builds have issued, read from the durable state.

It reads the state itself, not the models that append to it: the forecasts to come depend on the
forecasts already made, and a graph of models has no such circle.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pandas as pd

from ecocharge.forecasting.ladder import MODEL
from ecocharge.forecasting.schema import SCHEMA

_ISSUED = (
    "source_system",
    "series_id",
    "algorithm",
    "model_id",
    "rung",
    "origin_ts_utc",
    "target_hour_utc",
    "days_ahead",
    "p50_kwh",
    "mean_kwh",
    "bias_factor",
)
SCHEMA_NAME = "forecasting"
TABLES = ("int_forecasting__issued", "int_forecasting__fits")
"""What earlier builds issued, and by which fits: tables of the durable state."""

_FITS = (
    "source_system",
    "scope",
    "algorithm",
    "model_id",
    "trained_at",
    "parameters",
    "feature_hash",
    "promoted",
)


def issued(
    connection: duckdb.DuckDBPyConnection, series_ids: Sequence[str], since: pd.Timestamp
) -> pd.DataFrame:
    """Forecasts that earlier builds issued for these series from origins since then.

    Args:
        connection: has the state attached as `state`.
        series_ids: others may be in the state.
        since: UTC.

    Returns:
        Columns of `SCHEMA`, in no order: what was forecast, on which rung, and whether its model
        was promoted; no rows before the first build.
    """
    if not _is_stored(connection):
        return _nothing((*_ISSUED, "promoted"))
    found = connection.execute(
        "select issued.* from (select columns(lambda name: list_contains(?, name))"
        " from state.forecasting.int_forecasting__issued) as issued"
        " where list_contains(?, series_id) and origin_ts_utc >= ?",
        [list(_ISSUED), list(series_ids), since],
    ).df()
    # Before weeks were forecast, every forecast was of the day at hand, and none but the model's.
    if "days_ahead" not in found:
        found["days_ahead"] = 0
    found["days_ahead"] = found["days_ahead"].fillna(0).astype("int64")
    if "rung" not in found:
        found["rung"] = MODEL
    found["rung"] = found["rung"].fillna(MODEL)
    promoted = connection.execute(
        "select model_id, promoted from state.forecasting.int_forecasting__fits"
    ).df()
    return found.merge(promoted, how="left", on="model_id")[[*_ISSUED, "promoted"]]


def fits(connection: duckdb.DuckDBPyConnection, source_system: str) -> pd.DataFrame:
    """The registry of a network's fits: how each was made, and whether it was promoted.

    Args:
        connection: has the state attached as `state`.
        source_system: whose fits.

    Returns:
        Columns of `SCHEMA`, in no order; no rows before the first build.
    """
    if not _is_stored(connection):
        return _nothing(_FITS)
    return connection.execute(
        f"select {', '.join(_FITS)} from state.forecasting.int_forecasting__fits"
        " where source_system = ?",
        [source_system],
    ).df()


def origins_done(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
    """The origins that were forecast: series_id, origin_ts_utc and is_done, which is true."""
    if not _is_stored(connection):
        return connection.query(
            "select '' as series_id, timestamp '1970-01-01' as origin_ts_utc, true as is_done"
            " where false"
        )
    return connection.query(
        "select distinct series_id, origin_ts_utc, true as is_done"
        " from state.forecasting.int_forecasting__issued"
    )


def _is_stored(connection: duckdb.DuckDBPyConnection) -> bool:
    found = connection.execute(
        "select count(*) from duckdb_tables() where database_name = 'state'"
        " and schema_name = 'forecasting' and table_name like 'int_forecasting__%'"
    ).fetchall()
    return found == [(2,)]


def _nothing(columns: Sequence[str]) -> pd.DataFrame:
    empty: pd.DataFrame = SCHEMA.empty_table().select(list(columns)).to_pandas()
    return empty
