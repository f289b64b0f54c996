"""Numbers as Arrow columns, many at a time: stamps, decimals and ids, mostly as text.

Nothing is formatted row by row: stamps and numbers are put together from tables of four letters,
and of decimals each is put together once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ecocharge.generator.randomness import Bools, Ints

Letters = npt.NDArray[np.uint32]
"""Four letters of ASCII each."""

_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60
_STAMP_LETTERS = 20
_MOST_DIGITS = 12
_DECIMAL_DIGITS = 9
_DIGITS = 4


def _letters(texts: Sequence[str]) -> Letters:
    return np.frombuffer("".join(texts).encode("ascii"), dtype=np.uint32)


@lru_cache(maxsize=1)
def _clock() -> tuple[Letters, Letters]:
    """The middle and the end of a stamp: by minute of the day, and by second of the minute."""
    minutes = [f"{m // 60 % 10}:{m % 60:02d}" for m in range(_DAY // _MINUTE)]
    return _letters(minutes), _letters([f":{s:02d}Z" for s in range(_MINUTE)])


@lru_cache(maxsize=64)
def _dates(first: int, end: int) -> tuple[Letters, Letters, Letters]:
    """The beginnings of a stamp by day, and by day and tens of hours; days since 1970."""
    days = np.arange(first, end).astype("datetime64[D]").astype(str).tolist()
    tens = [f"{day[8:]}T{ten}" for day in days for ten in range(3)]
    return _letters([d[:4] for d in days]), _letters([d[4:8] for d in days]), _letters(tens)


def _known(unknown: Bools | None) -> pa.Buffer | None:
    """Arrow's map of the values that are there."""
    if unknown is None or not unknown.any():
        return None
    return pa.py_buffer(np.packbits(~unknown, bitorder="little"))


def whole(numbers: Ints) -> pa.Array:
    """Numbers of 64 bits. (`pa.array` would import pandas, which costs 60 MB.)"""
    data = pa.py_buffer(np.ascontiguousarray(numbers, dtype=np.int64))
    return pa.Array.from_buffers(pa.int64(), len(numbers), [None, data])


def instants(seconds: Ints) -> pa.Array:
    """Instants in UTC, to the millisecond as Parquet has it; null where the second is negative."""
    data = pa.py_buffer(seconds * 1000)
    kind = pa.timestamp("ms", "UTC")
    return pa.Array.from_buffers(kind, len(seconds), [_known(seconds < 0), data])


def typed_decimals(units: Ints, places: int) -> pa.Array:
    """Decimal numbers of 32 bits from whole units of 10**-places; null where negative."""
    data = pa.py_buffer(np.ascontiguousarray(units, dtype=np.int32))
    kind = pa.decimal32(_DECIMAL_DIGITS, places)
    return pa.Array.from_buffers(kind, len(units), [_known(units < 0), data])


def texts(values: Sequence[str]) -> pa.Array:
    """Text from a list; an empty one is null."""
    encoded = [value.encode() for value in values]
    lengths = np.fromiter(map(len, encoded), dtype=np.int32, count=len(encoded))
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    buffers = [_known(lengths == 0), pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(encoded), buffers)


def fixed_text(letters: npt.NDArray[np.uint8], unknown: Bools | None = None) -> pa.Array:
    """Text of one length, from letters of shape (n, length)."""
    count, length = letters.shape
    offsets = np.arange(0, (count + 1) * length, length, dtype=np.int32)
    buffers = [pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(letters))]
    return pa.Array.from_buffers(pa.string(), count, [_known(unknown), *buffers])


def stamps(seconds: Ints) -> pa.Array:
    """ISO stamps in UTC, ending in Z; null where the second is negative."""
    if not len(seconds):
        return texts([])
    unknown = seconds < 0
    some = bool(unknown.any())
    known = np.where(unknown, seconds.max(), seconds) if some else seconds
    if some and known[0] < 0:
        return pa.nulls(len(seconds), pa.string())
    day = known // _DAY
    second = (known - day * _DAY).astype(np.int32)
    first = int(day.min())
    years, months, tens = _dates(first, int(day.max()) + 1)
    minutes, ends = _clock()
    day = (day - first).astype(np.int32)
    minute = second // _MINUTE
    text = np.empty((len(known), 5), dtype=np.uint32)
    text[:, 0] = years[day]
    text[:, 1] = months[day]
    text[:, 2] = tens[day * 3 + second // (10 * _HOUR)]
    text[:, 3] = minutes[minute]
    text[:, 4] = ends[second - minute * _MINUTE]
    letters = text.view(np.uint8).reshape(len(known), _STAMP_LETTERS)
    return fixed_text(letters, unknown if some else None)


def _pointed(digits: npt.NDArray[np.uint8], places: int) -> npt.NDArray[np.uint8]:
    """Digits with a point before the last `places`."""
    count, length = digits.shape
    pointed = np.empty((count, length + 1), dtype=np.uint8)
    pointed[:, : length - places] = digits[:, : length - places]
    pointed[:, length - places] = ord(".")
    pointed[:, length - places + 1 :] = digits[:, length - places :]
    return pointed


def decimals(units: Ints, places: int) -> pa.Array:
    """Whole units of 10**-places as decimal text, dictionary-encoded; null where negative."""
    unknown = units < 0
    some = bool(unknown.any())
    known = np.where(unknown, 0, units) if some else units
    size = int(known.max(initial=0)) + 1
    seen = np.zeros(size, dtype=np.bool_)
    seen[known] = True
    values = np.flatnonzero(seen)
    codes = (np.cumsum(seen, dtype=np.int32) - 1)[known]
    pieces = [_pointed(piece, places) for piece in numbered("", values, places + 1)]
    return coded(codes, joined(pieces), unknown if some else None)


def coded(
    codes: npt.NDArray[np.integer], values: pa.Array, unknown: Bools | None = None
) -> pa.DictionaryArray:
    """A dictionary-encoded column from positions in its values."""
    data = pa.py_buffer(np.ascontiguousarray(codes, dtype=np.int32))
    indices = pa.Array.from_buffers(pa.int32(), len(codes), [_known(unknown), data])
    return pa.DictionaryArray.from_arrays(indices, values, safe=False)


def constant(value: str, count: int) -> pa.DictionaryArray:
    """The same text in each row."""
    return coded(np.zeros(count, dtype=np.int32), texts([value]))


@lru_cache(maxsize=4)
def _digits(width: int) -> npt.NDArray[Any]:
    """All numbers of so many digits, with leading zeros, as letters."""
    numbers = [f"{n:0{width}d}" for n in range(10**width)]
    return _letters(numbers) if width == _DIGITS else np.array(numbers, dtype=f"S{width}")


def numbered(prefix: str, numbers: Ints, least_digits: int) -> list[npt.NDArray[np.uint8]]:
    """Letters of prefix and number, in pieces of one length each; the numbers ascend."""
    edges = [10**digits for digits in range(least_digits, _MOST_DIGITS)]
    cuts = [0, *np.searchsorted(numbers, edges).tolist(), len(numbers)]
    pieces = []
    for extra, (low, high) in enumerate(pairwise(cuts)):
        if high == low:
            continue
        digits = least_digits + extra
        widths = [digits % _DIGITS, *[_DIGITS] * (digits // _DIGITS)]
        kinds = [(str(n), _digits(width).dtype) for n, width in enumerate(widths) if width]
        text = np.empty(high - low, dtype=[("prefix", f"S{len(prefix) or 1}"), *kinds])
        text["prefix"] = prefix.encode("ascii")
        rest = numbers[low:high]
        for name, kind in reversed(kinds[1:]):
            width = kind.itemsize
            higher = rest // 10**width
            text[name] = _digits(width).take(rest - higher * 10**width)
            rest = higher
        text[kinds[0][0]] = _digits(kinds[0][1].itemsize).take(rest)
        letters = text.view(np.uint8).reshape(high - low, -1)
        pieces.append(letters if prefix else letters[:, 1:])
    return pieces


def joined(pieces: Sequence[npt.NDArray[np.uint8]]) -> pa.Array:
    """Pieces of text of one length each, one below the other."""
    if not pieces:
        return texts([])
    ends = np.cumsum([piece.size for piece in pieces]).tolist()
    begins = [0, *ends[:-1]]
    offsets = [
        np.arange(begin, end, piece.shape[1], dtype=np.int32)
        for begin, end, piece in zip(begins, ends, pieces, strict=True)
    ]
    offsets.append(np.array(ends[-1:], dtype=np.int32))
    data = np.concatenate([piece.ravel() for piece in pieces])
    buffers = [None, pa.py_buffer(np.concatenate(offsets)), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.string(), sum(map(len, pieces)), buffers)
