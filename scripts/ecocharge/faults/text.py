"""Numbers as the text that files hold, whole columns at a time."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecocharge.generator.randomness import Bools, Ints

UNKNOWN = np.iinfo(np.int64).min
"""Stands for a time or an energy that is not given."""

KWH_PLACES = 3
_DIGITS = 19
_DATE = 10


def _unless_unknown(text: pa.Array, known: Bools) -> pa.Array:
    return pc.if_else(pa.array(known), text, "")


def utc_column(seconds: Ints) -> pa.Array:
    """ISO stamps ending in Z as a text column; an empty text where unknown."""
    known = seconds != UNKNOWN
    stamps = pa.array(np.where(known, seconds, 0).astype("datetime64[s]")).cast(pa.string())
    text = pc.binary_replace_slice(stamps, start=_DATE, stop=_DATE + 1, replacement="T")
    return _unless_unknown(pc.binary_join_element_wise(text, "Z", ""), known)


def decimal_column(units: Ints, places: int = KWH_PLACES) -> pa.Array:
    """Whole units of 10**-places as decimal text; an empty text where unknown."""
    known = units != UNKNOWN
    words = np.empty((len(units), 2), dtype=np.int64)
    words[:, 0] = np.where(known, units, 0)
    # A decimal of 128 bits is two words, the upper one repeating the sign.
    words[:, 1] = words[:, 0] >> 63
    buffers = [None, pa.py_buffer(words)]
    decimals = pa.Array.from_buffers(pa.decimal128(_DIGITS, places), len(units), buffers)
    return _unless_unknown(decimals.cast(pa.string()), known)


def utc_text(seconds: Ints) -> list[str]:
    """ISO stamps ending in Z; an empty text where unknown."""
    text: list[str] = utc_column(seconds).to_pylist()
    return text


def decimal_text(units: Ints, places: int = KWH_PLACES) -> list[str]:
    """Whole units of 10**-places as decimal text; an empty text where unknown."""
    text: list[str] = decimal_column(units, places).to_pylist()
    return text
