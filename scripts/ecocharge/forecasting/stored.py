"""What earlier builds have issued, read from the durable state."""

from __future__ import annotations

from collections.abc import Iterable

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
_FITS = ("trained_at", "parameters", "feature_hash", "promoted")


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
        Columns of `SCHEMA`, in no order: what was forecast, on which rung, and the registry's
        trained_at, parameters, feature_hash and promoted of its model; no rows before the first
        build.
    """
    is_stored = connection.execute(
        "select count(*) from duckdb_tables() where database_name = 'state'"
        " and schema_name = 'forecasting' and table_name like 'int_forecasting__%'"
    ).fetchall()
    if is_stored != [(2,)]:
        nothing: pd.DataFrame = SCHEMA.empty_table().select([*_ISSUED, *_FITS]).to_pandas()
        return nothing
    found = connection.execute(
        "select issued.* from (select columns(lambda name: list_contains(?, name))"
        " from state.forecasting.int_forecasting__issued) as issued"
        " where list_contains(?, series_id)",
        [list(_ISSUED), list(series_ids)],
    ).df()
    # Before weeks were forecast, every forecast was of the day at hand, and none but the model's.
    if "days_ahead" not in found:
        found["days_ahead"] = 0
    found["days_ahead"] = found["days_ahead"].fillna(0).astype("int64")
    if "rung" not in found:
        found["rung"] = MODEL
    found["rung"] = found["rung"].fillna(MODEL)
    fits = connection.execute(
        f"select model_id, {', '.join(_FITS)} from state.forecasting.int_forecasting__fits"
    ).df()
    return found.merge(fits, how="left", on="model_id")[[*_ISSUED, *_FITS]]
