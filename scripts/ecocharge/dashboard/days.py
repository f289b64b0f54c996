"""Stations by day and hour, packed column by column: what every filter of the page sums over."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb

from ecocharge.dashboard import queries

_HOURS = 24
_KINDS = ("weekday", "weekend", "holiday")
_WHOLE, _BROKEN, _PART = "1", "0", "2"
MEASURES = (
    "minutes",
    "occupied",
    "idle",
    "idleOf",
    "capacity",
    "energy",
    "peak",
    "used",
    "covered",
    "grid",
    "petrol",
    "avoided",
)
"""The columns of `queries.DAYS` behind station and day, by the names that the page has for them."""

Block = dict[str, Any]


def pack_days(connection: duckdb.DuckDBPyConnection, stations: list[str]) -> list[Block | None]:
    """One block per station in the order given, None for one without a day.

    A block has its first day (since 1970) and, day by day: `kinds`, a digit of weekday, weekend
    and holiday; `complete`, whether the feed was whole in all, none or part of the hours, the
    latter told hour by hour in `parts` as bits; `sessions`; 24 energies each in `hours` (millionths
    of a kWh, None where unknown); and a list for each of `MEASURES`.
    """
    hours = connection.execute(queries.HOURS).fetchall()
    blocks = {station: _hours(list(rows)) for station, rows in groupby(hours, key=itemgetter(0))}
    for station, rows in groupby(connection.execute(queries.DAYS).fetchall(), key=itemgetter(0)):
        if station in blocks:
            _add_measures(blocks[station], list(rows))
    return [blocks.get(station) for station in stations]


def _hours(rows: list[tuple[Any, ...]]) -> Block:
    first, last = rows[0][1], rows[-1][1]
    count = (last - first).days + 1
    energy: list[int | None] = [None] * (count * _HOURS)
    sessions, complete, kinds = [0] * count, [0] * count, ["0"] * count
    present = [0] * count
    for _, day, hour, micro_kwh, started, is_complete, kind in rows:
        place = (day - first).days
        energy[place * _HOURS + hour] = micro_kwh
        sessions[place] += started or 0
        complete[place] |= int(is_complete) << hour
        present[place] |= 1 << hour
        kinds[place] = str(kind)
    states = [
        _WHOLE if bits and bits == there else _PART if bits else _BROKEN
        for bits, there in zip(complete, present, strict=True)
    ]
    return {
        "first": (first - date(1970, 1, 1)).days,
        "kinds": "".join(kinds),
        "complete": "".join(states),
        "parts": [bits for bits, state in zip(complete, states, strict=True) if state == _PART],
        "sessions": sessions,
        "hours": energy,
    }


def pack_emissions(
    connection: duckdb.DuckDBPyConnection, stations: list[str]
) -> list[Block | None]:
    """One block per station in the order given, None for one without covered energy.

    A block has its `first` month (since 1970) and, month by month, three kinds of day with 24 hours
    each: `covered` in kWh, `grid` in kg CO2, None where nothing is covered.
    """
    blocks: dict[str, Block] = {}
    rows = connection.execute(queries.EMISSIONS).fetchall()
    for station, own in groupby(rows, key=itemgetter(0)):
        cells = [(month, kind, hour, *map(float, sums)) for _, month, kind, hour, *sums in own]
        first, last = cells[0][0], cells[-1][0]
        size = (last - first + 1) * len(_KINDS) * _HOURS
        covered: list[float | None] = [None] * size
        grid: list[float | None] = [None] * size
        for month, kind, hour, covered_kwh, grid_kg in cells:
            place = ((month - first) * len(_KINDS) + kind) * _HOURS + hour
            covered[place], grid[place] = _short(covered_kwh), _short(grid_kg)
        blocks[station] = {"first": first, "covered": covered, "grid": grid}
    return [blocks.get(station) for station in stations]


def _add_measures(block: Block, rows: list[tuple[Any, ...]]) -> None:
    count = len(block["sessions"])
    for name in MEASURES:
        block[name] = [None] * count
    start = date.fromordinal(date(1970, 1, 1).toordinal() + block["first"])
    for _, day, *values in rows:
        place = (day - start).days
        if 0 <= place < count:
            for name, value in zip(MEASURES, values, strict=True):
                if value is not None:
                    block[name][place] = _short(float(value))


def _short(value: float) -> float | int:
    return int(value) if value.is_integer() else value
