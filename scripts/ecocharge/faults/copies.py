"""Faults that add a line: duplicates, first versions, and versions delivered while open."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ecocharge.faults.drawing import Draw
from ecocharge.faults.period import DAY, Period
from ecocharge.faults.text import UNKNOWN, decimal_text
from ecocharge.generator.randomness import Bools

_SHORT = 60
_HALF = 0.5
_OPEN_TEXT = ["energy_kwh", "stop_reason", "revenue_amount", "tax_amount"]


def _copies(rows: pd.DataFrame, chosen: Draw, name: str) -> tuple[pd.DataFrame, Bools]:
    hit = chosen.has(name)
    return rows[hit].copy(), hit


def _later_half(copies: pd.DataFrame, hit: Bools, chosen: Draw, name: str, period: Period) -> None:
    """Half of the copies come with the next delivery."""
    later = (chosen.chance(f"{name}/later")[hit] < _HALF).astype(np.int64)
    copies["delivery"] = np.minimum(copies["delivery"] + later, period.count - 1)


def _exact_duplicates(rows: pd.DataFrame, chosen: Draw, period: Period) -> pd.DataFrame:
    copies, hit = _copies(rows, chosen, "exact_duplicate")
    _later_half(copies, hit, chosen, "exact_duplicate", period)
    return copies


def _rounded_duplicates(rows: pd.DataFrame, chosen: Draw, period: Period) -> pd.DataFrame:
    copies, hit = _copies(rows, chosen, "rounded_duplicate")
    tenths = np.rint(copies["energy_wh"].to_numpy() / 100).astype(np.int64)
    copies["energy_kwh"] = decimal_text(tenths, 1)
    for name in ("started_at_utc", "ended_at_utc"):
        copies[name] = copies[name] // _SHORT * _SHORT
    _later_half(copies, hit, chosen, "rounded_duplicate", period)
    return copies


def _first_versions(rows: pd.DataFrame, chosen: Draw, period: Period) -> pd.DataFrame:
    """The wrong first versions; the rows at hand become their corrections of a day later."""
    copies, hit = _copies(rows, chosen, "corrected_row")
    share = 0.5 + chosen.chance("corrected_row/share")[hit]
    wrong = np.floor(copies["energy_wh"].to_numpy() * share).astype(np.int64) + 1
    copies["energy_kwh"] = decimal_text(wrong)
    rows.loc[hit, "last_updated_utc"] += DAY
    rows.loc[hit, "delivery"] = period.delivery(rows.loc[hit, "last_updated_utc"].to_numpy())
    return copies


def _open_versions(rows: pd.DataFrame, chosen: Draw, _: Period) -> pd.DataFrame:
    """The versions delivered while the session was open; it ends in the next delivery."""
    copies, hit = _copies(rows, chosen, "late_delivery")
    copies[["ended_at_utc", "charging_ended_at_utc"]] = UNKNOWN
    copies[_OPEN_TEXT] = ""
    copies["last_updated_utc"] = copies["started_at_utc"] + _SHORT
    rows.loc[hit, "delivery"] += 1
    return copies


COPIES: tuple[Callable[[pd.DataFrame, Draw, Period], pd.DataFrame], ...] = (
    _exact_duplicates,
    _rounded_duplicates,
    _first_versions,
    _open_versions,
)
"""Each returns lines to add, and may change the rows that they are copies of."""
