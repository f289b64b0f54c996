"""What the pandas peer reads, and its decimals: text to whole numbers, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

MICRO = pa.decimal128(18, 6)
MONEY = pa.decimal128(18, 4)
_TEXTS = ["currency", "payment_method", "driver_key", "stop_reason"]

Integers = npt.NDArray[np.int64]


def _read(landing: Path, name: str, columns: list[str]) -> pa.Table:
    return pq.read_table(landing / f"native_{name}", columns=columns)


def _units(numbers: pa.ChunkedArray, kind: pa.DataType) -> Integers:
    """Decimal text as whole numbers of the decimal's last place."""
    decimals = numbers.cast(kind).combine_chunks()
    # 16 bytes each, the low half first; these numbers need no more.
    words: Integers = np.frombuffer(decimals.buffers()[1], np.int64)[::2]
    return words[decimals.offset : decimals.offset + len(decimals)]


def decimals(units: Integers, kind: pa.DataType) -> Any:
    """The other way round."""
    words = np.column_stack([units, units >> 63])
    return pa.Array.from_buffers(kind, len(units), [None, pa.py_buffer(words)])


def _by_zone(times: pd.Series[Any], zones: pd.Series[Any]) -> pd.Series[Any]:
    """Local time of UTC times without zone, zone by zone."""
    return times.groupby(zones, group_keys=False, observed=True).transform(
        lambda part: part.dt.tz_localize("UTC").dt.tz_convert(part.name).dt.tz_localize(None)
    )


def read_sessions(landing: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sessions with their connector, unfinished ones, too; and the stations."""
    stations = _read(landing, "stations", ["station_id", "time_zone", "opened_on", "closed_on"])
    connectors = _read(
        landing, "connectors", ["connector_id", "port_id", "station_id", "rated_kw"]
    ).to_pandas()
    connectors["watts"] = (connectors.pop("rated_kw").astype(float) * 1_000).round().astype(int)
    moments = ["started_at_utc", "ended_at_utc", "charging_ended_at_utc"]
    numbers = ["energy_kwh", "revenue_amount", "tax_amount"]
    keys = ["session_id", "connector_id"]
    raw = _read(landing, "sessions", [*keys, *moments, *numbers, *_TEXTS])
    sessions = raw.select([*keys, *_TEXTS]).to_pandas(categories=["connector_id", *_TEXTS])
    for name in moments:
        utc = raw[name].cast(pa.timestamp("s", "UTC")).cast(pa.timestamp("s"))
        sessions[name] = utc.to_numpy()
    sessions["micro"] = _units(raw["energy_kwh"], MICRO)
    sessions["revenue"] = _units(raw["revenue_amount"], MONEY)
    sessions["tax"] = _units(raw["tax_amount"], MONEY)
    places = connectors.merge(stations.to_pandas(), on="station_id").astype(
        {"connector_id": sessions["connector_id"].dtype}
    )
    for name in ("port_id", "station_id", "time_zone"):
        places[name] = places[name].astype("category")
    sessions = sessions.merge(places.drop(columns=["opened_on", "closed_on"]), on="connector_id")
    sessions["started_at_local"] = _by_zone(sessions["started_at_utc"], sessions["time_zone"])
    return sessions, stations.to_pandas()
