"""When cars come: each driver of a site decides day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from ecocharge.generator.drivers import Drivers
from ecocharge.generator.network import Site
from ecocharge.generator.randomness import Bools, Floats, Ints, month_start
from ecocharge.generator.site_types import Peak

_LAST_SECOND = 86_399
_SATURDAY, _SUNDAY = 5, 6
_MOST_LIKELY = 0.97
_GROWTH_PER_YEAR = 0.08
_GROWTH_ZERO = date(2025, 1, 1)
_DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class Arrivals:
    """The cars of one site-month in order of arrival, arrays of shape (n,).

    Attributes:
        at: UTC epoch seconds.
        local_hour: local hour of the day, with its fraction.
        driver: index into the site's drivers.
        day: 0-based day of the local month.
    """

    at: Ints
    local_hour: Floats
    driver: Ints
    day: Ints


@lru_cache(maxsize=256)
def public_holidays(country: str, region: str, year: int) -> frozenset[date]:
    """Public holidays of a region in a year."""
    import holidays  # noqa: PLC0415 - slow to import, and needed for arrivals alone

    return frozenset(holidays.country_holidays(country, subdiv=region, years=[year]))


def month_days(month: int) -> npt.NDArray[np.datetime64]:
    """The local days of a month, datetime64[D]."""
    first, following = np.datetime64(month_start(month)), np.datetime64(month_start(month + 1))
    days: npt.NDArray[np.datetime64] = np.arange(first, following)
    return days


def behave_as(site: Site, month: int) -> Ints:
    """Weekday number (Monday 0) each day behaves like: a public holiday is a Sunday."""
    country = site.city.country.code
    days: list[date] = month_days(month).tolist()
    off = public_holidays(country, site.city.region, days[0].year)
    return np.array([_SUNDAY if day in off else day.weekday() for day in days], dtype=np.int64)


def expected_arrivals(site: Site, month: int, weekday: Ints) -> Floats:
    """Mean arrivals of each day of a month before the luck of the day, shape (days,)."""
    days = month_days(month)
    since_new_year = (days - np.datetime64(_GROWTH_ZERO)).astype(np.float64)
    midsummer = np.cos(2 * np.pi * (since_new_year - 195) / _DAYS_PER_YEAR)
    growth = (1 + _GROWTH_PER_YEAR) ** (since_new_year / _DAYS_PER_YEAR)
    factor = np.array(site.kind.day_factors)[weekday]
    mean: Floats = site.weekday_arrivals * factor * growth * (1 + site.kind.summer * midsummer)
    return mean


def _hours(rng: np.random.Generator, peaks: tuple[Peak, ...], count: int) -> Floats:
    share, middle, spread = np.array(peaks).T
    peak = np.searchsorted(np.cumsum(share), rng.random(count) * share.sum() * 0.999_999)
    hours: Floats = middle[peak] + spread[peak] * rng.standard_normal(count)
    return hours


def to_utc(local: npt.NDArray[np.datetime64], zone: str, repeated_is_summer: Bools) -> Ints:
    """UTC epoch seconds of local wall times; a skipped time becomes the next that exists."""
    stamps = pd.DatetimeIndex(local).tz_localize(
        zone, ambiguous=repeated_is_summer, nonexistent="shift_forward"
    )
    seconds: Ints = stamps.as_unit("s").asi8
    return seconds


def draw_arrivals(
    rng: np.random.Generator, site: Site, drivers: Drivers, month: int, first: date, last: date
) -> Arrivals:
    """Draw the arrivals of a site-month, then drop those before opening or outside the period.

    A driver comes at most once a day, with a probability from the day's expected arrivals, the
    day's luck (so that days are more uneven than chance alone) and the driver's own weight.

    Args:
        first: first local day wanted; `last`: last local day wanted.
    """
    weekday = behave_as(site, month)
    sigma = site.kind.burstiness
    luck = np.exp(sigma * rng.standard_normal(len(weekday)) - sigma**2 / 2)
    mean = expected_arrivals(site, month, weekday) * luck
    chance = np.minimum(mean[:, None] * drivers.weight[:, weekday].T, _MOST_LIKELY)
    day, driver = np.nonzero(rng.random(chance.shape) < chance)
    count = len(day)
    on_weekday = _hours(rng, site.kind.weekday, count)
    on_weekend = _hours(rng, site.kind.weekend, count)
    hour = np.where(weekday[day] >= _SATURDAY, on_weekend, on_weekday) + drivers.hour_shift[driver]
    second = np.clip(np.rint(hour * 3600), 0, _LAST_SECOND).astype(np.int64)
    days = month_days(month)
    local: npt.NDArray[np.datetime64] = days[day].astype("datetime64[s]") + second.astype(
        "timedelta64[s]"
    )
    at = to_utc(local, site.city.time_zone, rng.integers(2, size=count) == 1)

    wanted = (days[day] >= np.datetime64(max(first, site.opened_on))) & (
        days[day] <= np.datetime64(last)
    )
    order = np.flatnonzero(wanted)
    order = order[np.lexsort((driver[order], at[order]))]
    return Arrivals(at[order], second[order] / 3600.0, driver[order], day[order])
