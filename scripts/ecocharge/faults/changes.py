"""What each fault of single rows and of whole files does to the numbers of its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ecocharge.faults.choosing import between, chances, hash_pairs
from ecocharge.faults.drawing import Draw
from ecocharge.faults.period import DAY
from ecocharge.faults.text import UNKNOWN, decimal_text
from ecocharge.generator.randomness import Bools, Ints

Rows = dict[str, np.ndarray[Any, Any]]
"""Rows to change, column by column: `STAMPS`, `energy_wh`, `delivery`, `fault` and `clean` as whole
numbers; what may change of the text as objects."""

STUCK_DAYS = (2, 20)
_HOUR = 3_600
_SKEW_HOURS = (1, 12)
_KEEPS_ENERGY_WITHOUT_END = 0.25
_HALF = 0.5
# Registers that count to 9999.9, 99999.9 and 999999.9 kWh, and those of 32 bits that count Wh.
_REGISTER_WH = np.array([10**7, 10**8, 10**9, 2**32], dtype=np.int64)


def _shift(rows: Rows, hit: Bools, seconds: Ints, *names: str) -> None:
    for name in names:
        value = rows[name][hit]
        rows[name][hit] = np.where(value == UNKNOWN, UNKNOWN, value + seconds)


def _set_energy(rows: Rows, hit: Bools, wh: Ints, places: int = 3) -> None:
    rows["energy_kwh"][hit] = decimal_text(wh, places)


def _energy(rows: Rows, hit: Bools) -> Ints:
    return rows["energy_wh"][hit]


def _missing_stop(rows: Rows, hit: Bools, chosen: Draw) -> None:
    for name in ("ended_at_utc", "charging_ended_at_utc"):
        rows[name][hit] = UNKNOWN
    rows["stop_reason"][hit] = ""
    lost = hit & (chosen.chance("missing_stop/energy") >= _KEEPS_ENERGY_WITHOUT_END)
    for name in ("energy_kwh", "revenue_amount", "tax_amount"):
        rows[name][lost] = ""


def _zero_energy(rows: Rows, hit: Bools, _: Draw) -> None:
    rows["energy_kwh"][hit] = "0.000"


def _negative_energy(rows: Rows, hit: Bools, _: Draw) -> None:
    _set_energy(rows, hit, -_energy(rows, hit))


def _zero_duration(rows: Rows, hit: Bools, _: Draw) -> None:
    start = rows["started_at_utc"][hit]
    rows["ended_at_utc"][hit] = start
    rows["charging_ended_at_utc"][hit] = UNKNOWN


def _stuck(rows: Rows, hit: Bools, chosen: Draw) -> None:
    days = between(chosen.chance("stuck_session/days")[hit], *STUCK_DAYS)
    within_day = between(chosen.chance("stuck_session/seconds")[hit], 0, DAY - 1)
    _shift(rows, hit, days * DAY + within_day, "ended_at_utc", "last_updated_utc")


def _meter_rollover(rows: Rows, hit: Bools, chosen: Draw) -> None:
    register = between(chosen.chance("meter_rollover/register")[hit], 0, len(_REGISTER_WH) - 1)
    _set_energy(rows, hit, _energy(rows, hit) - _REGISTER_WH[register])


def _in_wh(rows: Rows, hit: Bools, _: Draw) -> None:
    _set_energy(rows, hit, _energy(rows, hit), places=0)


def _misplaced_point(rows: Rows, hit: Bools, _: Draw) -> None:
    _set_energy(rows, hit, _energy(rows, hit) * 100)


def _stretched(rows: Rows, hit: Bools, multiply: int, divide: int) -> None:
    start = rows["started_at_utc"][hit]
    for name in ("ended_at_utc", "charging_ended_at_utc"):
        value = rows[name][hit]
        stretched = start + (value - start) * multiply // divide
        rows[name][hit] = np.where(value == UNKNOWN, UNKNOWN, stretched)


def _hours_read_as_minutes(rows: Rows, hit: Bools, _: Draw) -> None:
    _stretched(rows, hit, 1, 60)


def _minutes_read_as_hours(rows: Rows, hit: Bools, _: Draw) -> None:
    _stretched(rows, hit, 60, 1)


def _clock_skew(rows: Rows, hit: Bools, chosen: Draw) -> None:
    hashes = hash_pairs(chosen.things.connectors[hit], chosen.things.delivery[hit])
    hours = between(chances(hashes, chosen.seed, "clock_skew/hours"), *_SKEW_HOURS)
    sign = np.where(chances(hashes, chosen.seed, "clock_skew/sign") < _HALF, -1, 1)
    names = ("started_at_utc", "ended_at_utc", "charging_ended_at_utc")
    _shift(rows, hit, sign * hours * _HOUR, *names)


def _unknown_station(rows: Rows, hit: Bools, _: Draw) -> None:
    rows["connector_id"][hit] = "X" + rows["connector_id"][hit]


def _epoch_start(rows: Rows, hit: Bools, _: Draw) -> None:
    rows["started_at_utc"][hit] = 0


def _with_year(rows: Rows, hit: Bools, year: Callable[[Ints], Ints]) -> None:
    start = rows["started_at_utc"][hit].astype("datetime64[s]")
    years = start.astype("datetime64[Y]").astype(np.int64)
    moved = year(years + 1970) - 1970
    first = years.astype("datetime64[Y]").astype("datetime64[s]")
    shift = (moved.astype("datetime64[Y]").astype("datetime64[s]") - first).astype(np.int64)
    _shift(rows, hit, shift, "started_at_utc", "ended_at_utc", "charging_ended_at_utc")


def _four_zero_year(rows: Rows, hit: Bools, _: Draw) -> None:
    _with_year(rows, hit, lambda year: year % 100)


def _future_year(rows: Rows, hit: Bools, _: Draw) -> None:
    _with_year(rows, hit, lambda year: year // 100 * 100 + year % 10 * 10 + year // 10 % 10)


def _end_before_start(rows: Rows, hit: Bools, _: Draw) -> None:
    start, end = rows["started_at_utc"], rows["ended_at_utc"]
    start[hit], end[hit] = end[hit], start[hit]


CHANGES: Mapping[str, Callable[[Rows, Bools, Draw], None]] = {
    "missing_stop": _missing_stop,
    "zero_energy": _zero_energy,
    "negative_energy": _negative_energy,
    "zero_duration": _zero_duration,
    "stuck_session": _stuck,
    "meter_rollover": _meter_rollover,
    "energy_in_wh": _in_wh,
    "file_in_wh": _in_wh,
    "hours_read_as_minutes": _hours_read_as_minutes,
    "minutes_read_as_hours": _minutes_read_as_hours,
    "misplaced_decimal_point": _misplaced_point,
    "clock_skew": _clock_skew,
    "unknown_station": _unknown_station,
    "epoch_start": _epoch_start,
    "four_zero_year": _four_zero_year,
    "future_year": _future_year,
    "end_before_start": _end_before_start,
}
"""By fault: changes the rows hit, in place; see `records.Touched`."""
