"""Real sessions as the visits of units that take turns: connectors, drivers or virtual slots."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from ecocharge.profiles.draws import Bools, Floats, Ints

DAY = 86_400
HOUR = 3_600

_KNOWN_DRIVERS = 0.9
_FEW_OVERLAPS = 0.02
_UNOBSERVED_DAYS = 14
_SLOT_SHARE = 0.995


@dataclass(frozen=True)
class Visits:
    """Sessions ordered by unit and start, arrays of shape (n,); seconds are local epoch seconds.

    Attributes:
        kind: what a unit is: "driver", "connector" or "slot" (a port found by colouring).
        unit: 0-based.
        station: 0-based, the busiest first.
        follows: whether the session before it is the unit's own and nothing unobserved is between.
        driver: 0-based, -1 where unknown.
        home: each unit's station, shape (units,).
        first_day, observed: the period's first epoch day, and per day whether the feed covers it.
    """

    kind: str
    unit: Ints
    station: Ints
    start: Ints
    end: Ints
    energy: Floats
    idle: Floats
    driver: Ints
    follows: Bools
    home: Ints
    first_day: int
    observed: Bools

    @property
    def minutes(self) -> Floats:
        minutes: Floats = (self.end - self.start) / 60.0
        return minutes

    @property
    def units(self) -> int:
        return len(self.home)


def as_visits(sessions: pd.DataFrame) -> Visits:
    """Arrange a session frame by the units that take turns in it.

    Drivers are the units where at least nine sessions in ten name theirs; else connectors, unless
    their sessions overlap, as they do where the feed knows only the station: then each session
    takes one of the station's free slots.
    """
    rows = sessions.dropna(subset=["started_at", "ended_at", "energy_kwh"])
    rows = rows[rows["ended_at"] >= rows["started_at"]].sort_values(
        ["started_at", "ended_at", "energy_kwh"], kind="stable"
    )
    start, end = _seconds(rows["started_at"]), _seconds(rows["ended_at"])
    station = _by_size(rows["station_id"])
    driver = _by_size(rows["driver_key"])
    connector = _by_size(rows["connector_id"].fillna(rows["station_id"]))
    if (driver >= 0).mean() >= _KNOWN_DRIVERS:
        kind, unit = "driver", driver
    elif _overlap_share(connector, start, end) <= _FEW_OVERLAPS:
        kind, unit = "connector", connector
    else:
        kind, unit = "slot", _slots(station, start, end)
    first_day, observed = observed_days(start)
    keep = unit >= 0
    order = np.flatnonzero(keep)[np.argsort(unit[keep], kind="stable")]
    unit, start, end = unit[order], start[order], end[order]
    charging_end = rows["charging_ended_at"]
    idle = (rows["ended_at"] - charging_end).dt.total_seconds().to_numpy(dtype=np.float64) / 60.0
    return Visits(
        kind=kind,
        unit=unit,
        station=station[order],
        start=start,
        end=end,
        energy=rows["energy_kwh"].to_numpy(dtype=np.float64)[order],
        idle=idle.astype(np.float64)[order],
        driver=driver[order],
        follows=_follows(unit, start, end, first_day, observed),
        home=_homes(unit, station[order]),
        first_day=first_day,
        observed=observed,
    )


def _seconds(column: pd.Series[pd.Timestamp]) -> Ints:
    seconds: Ints = column.to_numpy(dtype="datetime64[s]").astype(np.int64)
    return seconds


def _by_size(column: pd.Series[str]) -> Ints:
    """Numbers instead of names, 0 for the most frequent, -1 for none."""
    order = {name: number for number, name in enumerate(column.value_counts().index)}
    numbers: Ints = column.map(order).fillna(-1).to_numpy(dtype=np.int64)
    return numbers


def _overlap_share(unit: Ints, start: Ints, end: Ints) -> float:
    order = np.lexsort((start, unit))
    same = unit[order][1:] == unit[order][:-1]
    return float((same & (start[order][1:] < end[order][:-1])).mean())


def _slots(station: Ints, start: Ints, end: Ints) -> Ints:
    """A slot for each session: any of the station's that is free, -1 where all are taken.

    A station has as many slots as it needs for all but a few of its sessions.
    """
    slot = np.full(len(station), -1, dtype=np.int64)
    taken = 0
    for place in range(int(station.max()) + 1):
        rows = np.flatnonzero(station == place)
        busy = [int(np.sum((start[rows] <= at) & (end[rows] > at))) for at in start[rows]]
        count = max(1, int(np.quantile(busy, _SLOT_SHARE)))
        until = np.zeros(count, dtype=np.int64)
        for row in rows:
            free = np.flatnonzero(until <= start[row])
            if len(free):
                chosen = free[int(start[row]) // 60 % len(free)]
                until[chosen] = end[row]
                slot[row] = taken + chosen
        taken += count
    return slot


def observed_days(start: Ints) -> tuple[int, Bools]:
    """The first epoch day, and per day whether it lies outside the long silences of the feed.

    Args:
        start: epoch seconds at which sessions start.
    """
    days = np.unique(start // DAY)
    observed = np.ones(int(days[-1] - days[0]) + 1, dtype=np.bool_)
    for before, after in pairwise(days.tolist()):
        if after - before > _UNOBSERVED_DAYS:
            observed[before + 1 - days[0] : after - days[0]] = False
    return int(days[0]), observed


def _follows(unit: Ints, start: Ints, end: Ints, first_day: int, observed: Bools) -> Bools:
    hidden = np.concatenate([[0], np.cumsum(~observed)])
    last = len(observed) - 1
    ended = np.clip(end // DAY - first_day, 0, last)
    began = start // DAY - first_day
    follows = np.zeros(len(unit), dtype=np.bool_)
    follows[1:] = (unit[1:] == unit[:-1]) & (hidden[began[1:]] == hidden[ended[:-1]])
    return follows


def _homes(unit: Ints, station: Ints) -> Ints:
    counts = np.zeros((int(unit.max()) + 1, int(station.max()) + 1), dtype=np.int64)
    np.add.at(counts, (unit, station), 1)
    homes: Ints = counts.argmax(axis=1)
    return homes
