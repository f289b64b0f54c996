"""Temperature of a city: the mean of a day, which sessions depend on, and its hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from ecocharge.generator.places import CITIES, City
from ecocharge.generator.randomness import (
    Floats,
    Ints,
    Purpose,
    month_number,
    month_start,
    red_noise,
)

_DAYS_PER_YEAR = 365.25
_DEVIATION_CELSIUS = 3.5
_PERSISTENCE = 0.75
_WARMEST_HOUR = 15.0
_DAILY_SWING_RATIO = 0.5
"""Half of what a day warms up and cools down, over half of what a year does: an inland city has
more of both."""


def daily_celsius(seed: int, city: City, month: int) -> Floats:
    """Mean temperature of each local day of a month in degrees C, shape (days,).

    A yearly cosine around the city's mean, and weather that lasts some days.
    """
    noise = red_noise(seed, Purpose.WEATHER, CITIES.index(city), month, 1, _PERSISTENCE)
    first = month_start(month).timetuple().tm_yday
    day_of_year = first + np.arange(len(noise))
    season = np.cos(2 * np.pi * (day_of_year - city.hottest_day) / _DAYS_PER_YEAR)
    celsius: Floats = city.mean_celsius + city.swing_celsius * season + _DEVIATION_CELSIUS * noise
    return celsius


def hourly_celsius(seed: int, city: City, first: date, last: date) -> tuple[Ints, Floats]:
    """Hours of the local days first to last, as UTC epoch seconds, and their degrees C.

    A cosine by the local clock around what lies between the means of neighbouring days; the hours
    of a day have the mean that its sessions were made with.
    """
    months = range(month_number(first), month_number(last) + 1)
    means = np.concatenate([daily_celsius(seed, city, month) for month in months])
    means = means[(first - month_start(months[0])).days :][: (last - first).days + 1]
    days = np.arange(len(means))
    starts, degrees = [], []
    for day, mean in zip(days, means, strict=True):
        begin, end = (_midnight(city, first + timedelta(days=int(day) + more)) for more in (0, 1))
        start = np.arange(begin, end, 3600)
        clock = (start - begin) / (end - begin)
        drift = np.interp(day + clock, days + 0.5, means)
        turn = np.cos(2 * np.pi * (clock - _WARMEST_HOUR / 24))
        shape = drift + _DAILY_SWING_RATIO * city.swing_celsius * turn
        starts.append(start)
        degrees.append(shape - shape.mean() + mean)
    return np.concatenate(starts), np.concatenate(degrees)


def _midnight(city: City, day: date) -> int:
    local = datetime.combine(day, time(), ZoneInfo(city.time_zone))
    return int(local.astimezone(UTC).timestamp())
