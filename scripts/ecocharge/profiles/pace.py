"""The pace of a unit's clock: hour by hour, how many visits a free unit may expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from ecocharge.generator.days import public_holidays
from ecocharge.profiles.draws import Bools, Floats, Ints
from ecocharge.profiles.visits import DAY, HOUR, Visits

HOURS = 24
DAY_TYPES = 3
CELLS = DAY_TYPES * HOURS
_SATURDAY, _SUNDAY = 5, 6
_EPOCH_WEEKDAY = 3
_EPOCH = date(1970, 1, 1)


def weekdays(first_day: int, days: int, country: str, region: str) -> Ints:
    """Weekday (Monday 0) that each day behaves like; a public holiday is a Sunday."""
    weekday = (np.arange(first_day, first_day + days) + _EPOCH_WEEKDAY) % 7
    if country:
        dates = [_EPOCH + timedelta(days=first_day + index) for index in range(days)]
        off = [day in public_holidays(country, region, day.year) for day in dates]
        weekday[np.array(off)] = _SUNDAY
    return weekday


def day_types(weekday: Ints) -> Ints:
    """0 for a working day, 1 for a Saturday, 2 for a Sunday or holiday."""
    kinds: Ints = np.where(weekday < _SATURDAY, 0, weekday - _SATURDAY + 1)
    return kinds


def month_positions(first_day: int, days: int, origin: date) -> Floats:
    """Each day as months since the middle of the origin's month, with its fraction."""
    dates = np.arange(first_day, first_day + days).astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    length = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(float)
    into = (dates - month.astype("datetime64[D]")).astype(float)
    since = (month - np.datetime64(origin, "M")).astype(float)
    positions: Floats = since + (into + 0.5) / length - 0.5
    return positions


@dataclass(frozen=True)
class Calendar:
    """The days of a feed's or a sample's period, arrays of shape (days,)."""

    first_day: int
    weekday: Ints
    month: Floats

    @classmethod
    def of(
        cls, first_day: int, days: int, origin: date, country: str = "", region: str = ""
    ) -> Calendar:
        return cls(
            first_day,
            weekdays(first_day, days, country, region),
            month_positions(first_day, days, origin),
        )

    @property
    def days(self) -> int:
        return len(self.weekday)

    @property
    def cell(self) -> Ints:
        """The cell (day type and hour) of each hour, shape (days * 24,)."""
        kind = np.repeat(day_types(self.weekday), HOURS)
        cells: Ints = kind * HOURS + np.tile(np.arange(HOURS), self.days)
        return cells


def free_hours(visits: Visits, active: Bools) -> Floats:
    """The free share of each hour by unit, 0 where unobserved or not active.

    Args:
        active: shape (units, days).
    """
    hours = len(visits.observed) * HOURS
    occupied = np.zeros((visits.units, hours + 2))
    for seconds, sign in ((visits.start, 1.0), (visits.end, -1.0)):
        since = np.clip((seconds - visits.first_day * DAY) / HOUR, 0, hours)
        hour = since.astype(np.int64)
        np.add.at(occupied, (visits.unit, hour), sign * (1 - since + hour))
        np.add.at(occupied, (visits.unit, hour + 1), sign * (since - hour))
    taken = np.clip(np.cumsum(occupied, axis=1)[:, :hours], 0, 1)
    open_days = active & visits.observed
    free: Floats = (1 - taken) * np.repeat(open_days, HOURS, axis=1)
    return free


def interpolate(table: Floats, position: Floats) -> Floats:
    """Rows of monthly values read at positions, shape (rows, positions); flat beyond the ends."""
    months = np.arange(table.shape[1])
    return np.array([np.interp(position, months, row) for row in table])


def smooth_hours(table: Floats, weights: Sequence[float] = (0.15, 0.7, 0.15)) -> Floats:
    """Circular smoothing along the 24 hours of each day type, shape (..., 72)."""
    by_day = table.reshape(*table.shape[:-1], DAY_TYPES, HOURS)
    before, here, after = weights
    smooth = before * np.roll(by_day, 1, -1) + here * by_day + after * np.roll(by_day, -1, -1)
    smoothed: Floats = smooth.reshape(table.shape)
    return smoothed
