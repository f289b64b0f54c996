"""The local days of a place: which weekday each behaves like, its weather, its clock."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from ecocharge.generator.arrays import NEVER, Days
from ecocharge.generator.habits import use_of
from ecocharge.generator.network import Site
from ecocharge.generator.places import City
from ecocharge.generator.randomness import Floats, Ints, Purpose, month_start, stream
from ecocharge.generator.site_types import SITE_TYPES, SiteType
from ecocharge.generator.weather import daily_celsius

_SUNDAY = 6
_FIRST_DAY = int(np.datetime64("2020-12-01", "D").astype(np.int64))
_COMMON_DAYS = 6_000
_DAY_SECONDS = 86_400
_GROWTH_PER_YEAR = 0.08
_GROWTH_ZERO = date(2025, 1, 1)
_DAYS_PER_YEAR = 365.25
_RAMP_DAYS = 60.0
_RAMP_START = 0.45


class _Calendar(NamedTuple):
    """What all sites of a city share, arrays of shape (days,)."""

    day: npt.NDArray[np.datetime64]
    weekday: Ints
    celsius: Floats
    midnight: Ints
    offset: Ints
    next_offset: Ints
    changes_at: Ints
    month_first: Ints


@lru_cache(maxsize=256)
def public_holidays(country: str, region: str, year: int) -> frozenset[date]:
    """Public holidays of a region in a year."""
    import holidays  # noqa: PLC0415 - slow to import, and needed for arrivals alone

    return frozenset(holidays.country_holidays(country, subdiv=region, years=[year]))


def _behaves_like(city: City, days: list[date]) -> Ints:
    """Weekday number (Monday 0) each day behaves like: a public holiday is a Sunday."""
    off: set[date] = set()
    for year in range(days[0].year, days[-1].year + 1):
        off |= public_holidays(city.country.code, city.region, year)
    return np.array([_SUNDAY if day in off else day.weekday() for day in days], dtype=np.int64)


def _offset(zone: ZoneInfo, utc: int) -> int:
    shift = datetime.fromtimestamp(utc, UTC).astimezone(zone).utcoffset()
    return int((shift or timedelta()).total_seconds())


def clock_of(time_zone: str, midnight: Ints) -> tuple[Ints, Ints, Ints]:
    """UTC offset before and after the clock change of each local day, and its UTC epoch second.

    Args:
        midnight: local midnights as if they were UTC, epoch seconds, shape (days,).
    """
    zone = ZoneInfo(time_zone)
    offsets = []
    for wall in [*midnight.tolist(), int(midnight[-1]) + _DAY_SECONDS]:
        naive = datetime.fromtimestamp(wall, UTC).replace(tzinfo=None)
        shift = naive.replace(tzinfo=zone).utcoffset()
        offsets.append(int((shift or timedelta()).total_seconds()))
    before, after = np.array(offsets[:-1]), np.array(offsets[1:])
    changes = np.full(len(midnight), NEVER, dtype=np.int64)
    for day in np.flatnonzero(before != after).tolist():
        low = int(midnight[day]) - offsets[day]
        high = int(midnight[day]) + _DAY_SECONDS - offsets[day + 1]
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _offset(zone, middle) == offsets[day] else (low, middle)
        changes[day] = high
    return before, after, changes


@lru_cache(maxsize=256)
def _calendar(seed: int, city: City, months: range) -> _Calendar:
    first, end = month_start(months.start), month_start(months.stop)
    day: npt.NDArray[np.datetime64] = np.arange(np.datetime64(first), np.datetime64(end))
    midnight = day.astype("datetime64[s]").astype(np.int64)
    offset, next_offset, changes_at = clock_of(city.time_zone, midnight)
    starts = [month_start(month) for month in range(months.start, months.stop + 1)]
    return _Calendar(
        day,
        _behaves_like(city, day.tolist()),
        np.concatenate([daily_celsius(seed, city, month) for month in months]),
        midnight,
        offset,
        next_offset,
        changes_at,
        np.array([(start - first).days for start in starts], dtype=np.int64),
    )


@lru_cache(maxsize=64)
def common_level(seed: int, kind: SiteType) -> Floats:
    """Good and bad times that all places of a kind share, mean 1, by day since 2020-12-01."""
    use = use_of(kind)
    if not use.common_sigma:
        return np.ones(_COMMON_DAYS)
    place = sorted(SITE_TYPES).index(kind.name)
    steps = stream(seed, Purpose.SPELLS, place).standard_normal(_COMMON_DAYS)
    steps[1:] *= math.sqrt(1 - use.common_decay**2)
    level = np.array([*accumulate(steps.tolist(), lambda last, x: x + use.common_decay * last)])
    found: Floats = np.exp(use.common_sigma * level - use.common_sigma**2 / 2)
    return found


@lru_cache(maxsize=256)
def _course(seed: int, city: City, kind: SiteType, months: range) -> tuple[Floats, Floats, Floats]:
    """What all sites of a kind share in a city: level, growth and season of each day."""
    calendar = _calendar(seed, city, months)
    since_zero = (calendar.day - np.datetime64(_GROWTH_ZERO)).astype(np.float64)
    midsummer = np.cos(2 * np.pi * (since_zero - 195) / _DAYS_PER_YEAR)
    factor = use_of(kind).week.sum(axis=1)[calendar.weekday]
    return (
        factor * common_level(seed, kind)[calendar.day.astype(np.int64) - _FIRST_DAY],
        (1 + _GROWTH_PER_YEAR) ** (since_zero / _DAYS_PER_YEAR),
        1 + kind.summer * midsummer,
    )


def _expected(seed: int, site: Site, months: range, first: date, last: date) -> Floats:
    """Mean arrivals of each day before the luck of the day; a new site takes months to be known."""
    level, growth, season = _course(seed, site.city, site.kind, months)
    zero = month_start(months.start)
    age = np.arange(float((zero - site.opened_on).days), len(level) + (zero - site.opened_on).days)
    known = 1 - (1 - _RAMP_START) * np.exp(-np.maximum(age, 0.0) / _RAMP_DAYS)
    visits = site.weekday_arrivals / (1.0 + use_of(site.kind).again)
    mean: Floats = visits * level * growth * known * season
    mean[: max((max(first, site.opened_on) - zero).days, 0)] = 0.0
    mean[max((last - zero).days + 1, 0) :] = 0.0
    return mean


def opening(days: Days) -> int | None:
    """Local midnight, as if it were UTC, of the first day with arrivals; None without any."""
    visited = np.flatnonzero(days.mean)
    return int(days.midnight[visited[0]]) if len(visited) else None


def site_days(seed: int, site: Site, months: range, first: date, last: date) -> Days:
    """The days of whole months; those outside the period or before opening expect nobody.

    Args:
        months: as `month_number`.
        first: first local day with arrivals; `last`: the last one.
    """
    calendar = _calendar(seed, site.city, months)
    return Days(_expected(seed, site, months, first, last), *calendar[1:])
