"""Hourly demand of stations, and what of it was on record at each midnight.

A session is on record once the car has gone. At midnight the energy of a session that is still
plugged in is unknown, that of its past hours too: a forecast that knew it would be told the end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecocharge.realism.sample import Bools, Floats, Ints, Sample, seconds

HOURS = 24
MEMORY_DAYS = 28
"""How far back a forecast looks."""
_DAY, _HOUR = 86_400, 3_600
_DUST = 1e-9


@dataclass(frozen=True)
class Demand:
    """Energy of some stations hour by hour on their wall clock, shapes (stations, days, ...).

    Attributes:
        kwh: energy of each hour, shape (stations, days, 24).
        seen: whether the station has had a session up to and including this day.
        open_sessions: sessions plugged in at the midnight that begins the day.
        first_day: days since 1970 of the first day.
        observed: whether the day was watched, shape (days,).
    """

    kwh: Floats
    seen: Bools
    open_sessions: Floats
    first_day: int
    observed: Bools
    _late: _Late

    @classmethod
    def of(cls, sample: Sample) -> Demand:
        """Spread each session's energy evenly from plug-in to the end of charging, or plug-out."""
        first, last = int(sample.days[0]), int(sample.days[-1])
        days = last - first + 1
        station = sample.codes("station_id")
        stations = int(station.max()) + 1
        observed = np.isin(np.arange(first, last + 1), sample.days)

        session, hour, energy = _pieces(sample)
        day = hour // HOURS - first
        inside = (day >= 0) & (day < days)
        kwh = np.zeros((stations, days, HOURS))
        place = station[session], day, hour % HOURS
        np.add.at(kwh, tuple(axis[inside] for axis in place), energy[inside])

        begun = np.zeros((stations, days), dtype=np.int64)
        np.add.at(begun, (station, sample.start_day - first), 1)
        visit, midnight = _midnights(sample.start_day, sample.end)
        at = midnight - first < days
        plugged = np.zeros((stations, days))
        np.add.at(plugged, (station[visit[at]], midnight[at] - first), 1.0)

        piece, origin = _midnights(hour // HOURS, sample.end[session])
        lag = origin - hour[piece] // HOURS
        kept = (lag <= MEMORY_DAYS) & (origin - first < days)
        piece = piece[kept]
        late = _Late(
            lag[kept],
            station[session[piece]],
            origin[kept] - first,
            hour[piece] % HOURS,
            energy[piece],
        )
        return cls(kwh, begun.cumsum(axis=1) > 0, plugged, first, observed, late)

    def known(self, lag: int) -> Floats:
        """Energy `lag` days before each day as it stood at the day's midnight, kWh.

        Shape (stations, days, 24); NaN where that day was not watched.
        """
        found = np.full(self.kwh.shape, np.nan)
        found[:, lag:] = self.kwh[:, :-lag]
        mine = self._late.lag == lag
        place = self._late.station[mine], self._late.day[mine], self._late.hour[mine]
        np.subtract.at(found, place, self._late.kwh[mine])
        found[:, lag:][:, ~self.observed[:-lag]] = np.nan
        # Taking away what was added leaves dust where nothing is known.
        known: Floats = np.where(np.abs(found) < _DUST, 0.0, found)
        return known


@dataclass(frozen=True)
class _Late:
    """Energy not on record at a midnight, by days back, station, day of the midnight and hour."""

    lag: Ints
    station: Ints
    day: Ints
    hour: Ints
    kwh: Floats


def _pieces(sample: Sample) -> tuple[Ints, Ints, Floats]:
    """Session, hour since 1970 and kWh of each hour that a session charges in."""
    charged = seconds(sample.sessions["charging_ended_at"])
    end = np.maximum(sample.end, sample.start)
    until = np.clip(np.where(np.isnan(charged), end, charged), sample.start, end)
    first = (sample.start // _HOUR).astype(np.int64)
    last = np.maximum(np.ceil(until / _HOUR).astype(np.int64) - 1, first)
    session, hour = _stretched(first, last)
    low = np.maximum(sample.start[session], hour * _HOUR)
    high = np.minimum(until[session], (hour + 1) * _HOUR)
    length = (until - sample.start)[session]
    share = np.where(length > 0, (high - low) / np.where(length > 0, length, 1.0), 1.0)
    return session, hour, np.maximum(sample.energy, 0.0)[session] * share


def _midnights(day: Ints, end: Floats) -> tuple[Ints, Ints]:
    """Row and day of each midnight that comes after a day and before an end."""
    last = np.ceil(end / _DAY).astype(np.int64) - 1
    return _stretched(day + 1, last)


def _stretched(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Row number and value for each whole number from `first` to `last`, both included."""
    count = np.maximum(last - first + 1, 0)
    row = np.repeat(np.arange(len(first)), count)
    step = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return row, first[row] + step
