"""Faults that add a line: duplicates, first versions, and versions delivered while open."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ecocharge.faults.changes import Rows
from ecocharge.faults.drawing import Draw
from ecocharge.faults.period import DAY, Period
from ecocharge.faults.text import UNKNOWN, decimal_text
from ecocharge.generator.randomness import Bools

_SHORT = 60
_HALF = 0.5
_OPEN_TEXT = ("energy_kwh", "stop_reason", "revenue_amount", "tax_amount")


def _copies(rows: Rows, chosen: Draw, name: str) -> tuple[Rows, Bools]:
    hit = chosen.has(name)
    return {name: values[hit] for name, values in rows.items()}, hit


def _later_half(copies: Rows, hit: Bools, chosen: Draw, name: str, period: Period) -> None:
    """Half of the copies come with the next delivery."""
    later = (chosen.chance(f"{name}/later")[hit] < _HALF).astype(np.int64)
    copies["delivery"] = np.minimum(copies["delivery"] + later, period.count - 1)


def _exact_duplicates(rows: Rows, chosen: Draw, period: Period) -> Rows:
    copies, hit = _copies(rows, chosen, "exact_duplicate")
    _later_half(copies, hit, chosen, "exact_duplicate", period)
    return copies


def _rounded_duplicates(rows: Rows, chosen: Draw, period: Period) -> Rows:
    copies, hit = _copies(rows, chosen, "rounded_duplicate")
    tenths = np.rint(copies["energy_wh"] / 100).astype(np.int64)
    copies["energy_kwh"] = np.array(decimal_text(tenths, 1), dtype=object)
    for name in ("started_at_utc", "ended_at_utc"):
        copies[name] = copies[name] // _SHORT * _SHORT
    _later_half(copies, hit, chosen, "rounded_duplicate", period)
    return copies


def _first_versions(rows: Rows, chosen: Draw, period: Period) -> Rows:
    """The wrong first versions; the rows at hand become their corrections of a day later."""
    copies, hit = _copies(rows, chosen, "corrected_row")
    share = 0.5 + chosen.chance("corrected_row/share")[hit]
    wrong = np.floor(copies["energy_wh"] * share).astype(np.int64) + 1
    copies["energy_kwh"] = np.array(decimal_text(wrong), dtype=object)
    rows["last_updated_utc"][hit] += DAY
    rows["delivery"][hit] = period.delivery(rows["last_updated_utc"][hit])
    return copies


def _open_versions(rows: Rows, chosen: Draw, _: Period) -> Rows:
    """The versions delivered while the session was open; it ends in the next delivery."""
    copies, hit = _copies(rows, chosen, "late_delivery")
    for name in ("ended_at_utc", "charging_ended_at_utc"):
        copies[name][:] = UNKNOWN
    for name in _OPEN_TEXT:
        copies[name][:] = ""
    copies["last_updated_utc"] = copies["started_at_utc"] + _SHORT
    rows["delivery"][hit] += 1
    return copies


COPIES: tuple[Callable[[Rows, Draw, Period], Rows], ...] = (
    _exact_duplicates,
    _rounded_duplicates,
    _first_versions,
    _open_versions,
)
"""Each returns lines to add, and may change the rows that they are copies of."""
