"""Clean sessions, ready for faults: the text as generated, and the numbers in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ecocharge.faults.text import KWH_PLACES, UNKNOWN
from ecocharge.generator.randomness import Ints

STAMPS = ("started_at_utc", "ended_at_utc", "charging_ended_at_utc", "last_updated_utc")
COLUMNS = (
    "session_id",
    "connector_id",
    "started_at_utc",
    "ended_at_utc",
    "charging_ended_at_utc",
    "energy_kwh",
    "driver_key",
    "payment_method",
    "stop_reason",
    "revenue_amount",
    "tax_amount",
    "currency",
    "last_updated_utc",
)
"""The text columns of a session, as the native feed names them."""

Text = Mapping[str, Sequence[str] | pa.Array | pa.ChunkedArray]
"""Columns of text by name, all of one length; an empty text is unknown."""


@dataclass(frozen=True)
class Batch:
    """The sessions of some stations, all of each one's, station by station and then by update.

    Attributes:
        text: `COLUMNS` as Arrow text, an empty text where unknown.
        numbers: the same rows as whole numbers: `STAMPS` in epoch seconds and `energy_wh`, both
            `UNKNOWN` where not given; `connector`, `station` and `bank` as codes, of which `bank`
            is the same for connectors that stand side by side.
    """

    text: pa.Table
    numbers: pd.DataFrame

    def __len__(self) -> int:
        return len(self.numbers)


def batch_of(sessions: Text, connectors: Text) -> Batch:
    """Sessions with the numbers that their text means.

    Args:
        sessions: columns of the native feed's sessions.
        connectors: columns of its connectors, at least those of the sessions.
    """
    text = plain_text({name: sessions[name] for name in COLUMNS})
    known = {name: _column(connectors[name]) for name in ("connector_id", "station_id", "rated_kw")}
    banks = pc.binary_join_element_wise(known["station_id"], known["rated_kw"], "/")
    place = pc.index_in(text["connector_id"], known["connector_id"])
    at = np.asarray(place.combine_chunks()).astype(np.int64)
    numbers: dict[str, Any] = {name: seconds_of(text[name]) for name in STAMPS}
    numbers["energy_wh"] = _thousandths(text["energy_kwh"])
    numbers["connector"] = at
    numbers["station"] = _codes(known["station_id"])[at]
    numbers["bank"] = _codes(banks)[at]
    order = np.lexsort((numbers["last_updated_utc"], numbers["station"]))
    frame = pd.DataFrame({name: values[order] for name, values in numbers.items()})
    return Batch(text.take(order), frame)


def frame_of(batch: Batch) -> pd.DataFrame:
    """The batch as one frame: text, except that stamps are numbers; by update, then by id."""
    frame: pd.DataFrame = batch.text.to_pandas()
    for name in (*STAMPS, "energy_wh"):
        frame[name] = batch.numbers[name]
    return frame.sort_values(["last_updated_utc", "session_id"], ignore_index=True)


def plain_text(columns: Text) -> pa.Table:
    """Columns as Arrow text, an empty text where unknown."""
    return pa.table({name: _column(values) for name, values in columns.items()})


def _column(values: Sequence[str] | pa.Array | pa.ChunkedArray) -> pa.Array:
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if not isinstance(values, pa.Array):
        return pa.array(values, pa.string())
    return pc.fill_null(values.cast(pa.string()), "")


def _codes(names: pa.Array) -> Ints:
    codes: Ints = np.asarray(names.dictionary_encode().indices).astype(np.int64)
    return codes


def _known(text: pa.ChunkedArray) -> pa.Array:
    column = text.combine_chunks()
    return pc.if_else(pc.equal(column, ""), None, column)


def seconds_of(text: pa.ChunkedArray) -> Ints:
    """Epoch seconds of ISO stamps, `UNKNOWN` where the text is empty."""
    stamps = _known(text).cast(pa.timestamp("s", "UTC")).cast(pa.int64())
    seconds: Ints = np.asarray(pc.fill_null(stamps, UNKNOWN))
    return seconds


def _thousandths(text: pa.ChunkedArray) -> Ints:
    number = _known(text).cast(pa.float64())
    units = np.rint(np.asarray(pc.fill_null(number, 0.0)) * 10**KWH_PLACES).astype(np.int64)
    return np.where(np.asarray(number.is_null()), UNKNOWN, units)
