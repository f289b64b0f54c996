"""Faults of bytes: lines that are no longer text, break off, or have a field too many."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecocharge.faults.catalogue import FAULTS, NAMES
from ecocharge.faults.choosing import between, chances, hash_names
from ecocharge.faults.records import Lines
from ecocharge.faults.sessions import COLUMNS

# Bytes that UTF-8 has no use for; the last is the one byte that CSV readers stumble over.
_BAD_BYTES = (b"\xff", b"\xe9", b"\x80", b"\x00")
_IS_DAMAGED = np.array([bool(name) and FAULTS[name].level == "bytes" for name in NAMES])


def comma_separated(lines: Lines, seed: int) -> pa.Array:
    """The lines as bytes without their line ends, those with a fault of bytes damaged.

    Args:
        seed: another one damages other bytes.
    """
    columns = [lines.text[name].combine_chunks() for name in COLUMNS]
    text = pc.binary_join_element_wise(*columns, ",").cast(pa.binary())
    hit = _IS_DAMAGED[lines.fault]
    if not hit.any():
        return text
    rows = np.flatnonzero(hit)
    hashes = hash_names(lines.text["session_id"].take(rows).to_numpy())
    places = chances(hashes, seed, "damage/place").tolist()
    kinds = between(chances(hashes, seed, "damage/kind"), 0, len(_BAD_BYTES) - 1).tolist()
    whole = text.take(rows).to_pylist()
    damaged = [
        _damaged(line, NAMES[fault], place, _BAD_BYTES[kind])
        for line, fault, place, kind in zip(
            whole, lines.fault[rows].tolist(), places, kinds, strict=True
        )
    ]
    return pc.replace_with_mask(text, pa.array(hit), pa.array(damaged, pa.binary()))


def _damaged(line: bytes, fault: str, place: float, byte: bytes) -> bytes:
    at = 1 + int(place * (len(line) - 1))
    if fault == "encoding_damage":
        return line[:at] + byte + line[at + 1 :]
    if fault == "truncated_line":
        return line[:at]
    fields = line.split(b",")
    energy = COLUMNS.index("energy_kwh")
    fields[energy] = fields[energy].replace(b".", b",")
    return b",".join(fields)
