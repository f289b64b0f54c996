"""What a forecast is as a table: its columns, and how a frame becomes one."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

_TIME = pa.timestamp("us")

SCHEMA = pa.schema(
    [
        ("source_system", pa.string()),
        ("series_id", pa.string()),
        ("level", pa.string()),
        ("algorithm", pa.string()),
        ("model_id", pa.string()),
        ("rung", pa.string()),
        ("origin_ts_utc", _TIME),
        ("target_hour_utc", _TIME),
        ("horizon_hours", pa.int32()),
        ("days_ahead", pa.int32()),
        ("data_cutoff_ts_utc", _TIME),
        ("run_kind", pa.string()),
        ("p50_kwh", pa.float64()),
        ("mean_kwh", pa.float64()),
        ("p2_5_kwh", pa.float64()),
        ("p10_kwh", pa.float64()),
        ("p90_kwh", pa.float64()),
        ("p97_5_kwh", pa.float64()),
        ("bias_factor", pa.float64()),
        ("quality", pa.string()),
        ("scope", pa.string()),
        ("trained_at", _TIME),
        ("train_start", _TIME),
        ("train_end", _TIME),
        ("n_rows", pa.int64()),
        ("feature_hash", pa.string()),
        ("parameters", pa.string()),
        ("seed", pa.int64()),
        ("library_versions", pa.string()),
        ("validation", pa.string()),
        ("drivers", pa.string()),
        ("current_model_id", pa.string()),
        ("gate_hours", pa.int64()),
        ("gate_abs_error_kwh", pa.float64()),
        ("current_abs_error_kwh", pa.float64()),
        ("promoted", pa.bool_()),
    ]
)
"""One row per origin, series, target hour and algorithm; the fit's registry row repeats on it."""

CARRIED = [
    "source_system",
    "series_id",
    "level",
    "origin_ts_utc",
    "target_hour_utc",
    "horizon_hours",
    "days_ahead",
    "data_cutoff_ts_utc",
]
"""Columns that a forecast takes over from the feature row it was made from."""

ORDER = ["series_id", "origin_ts_utc", "target_hour_utc"]


def run_kind(due: pd.DataFrame) -> list[str]:
    """`live` where nothing is known about the target hour yet, else `backtest`."""
    return ["live" if future else "backtest" for future in due["is_future"]]


def to_table(forecast: pd.DataFrame) -> pa.Table:
    """A frame with some of the columns of `SCHEMA` as a table with all of them."""
    present = {
        name: pa.array(forecast[name], type=SCHEMA.field(name).type, from_pandas=True)
        if name in forecast
        else pa.nulls(len(forecast), SCHEMA.field(name).type)
        for name in SCHEMA.names
    }
    return pa.table(present, schema=SCHEMA)
