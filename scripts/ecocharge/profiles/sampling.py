"""Sessions drawn from a profile, over any period."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from scipy.stats import norm

from ecocharge.profiles.draws import Bools, Floats, Ints, uniforms
from ecocharge.profiles.pace import Calendar
from ecocharge.profiles.population import Population
from ecocharge.profiles.profile import Luck, Profile
from ecocharge.profiles.rates import clock
from ecocharge.profiles.stepping import Steps, step_through
from ecocharge.profiles.visits import DAY

_EPOCH = date(1970, 1, 1)
_WARM_UP_DAYS = 35
_LUCK, _DECIMALS, _STRAY, _STRAY_TO = 31, 32, 33, 34
_MEMORY_DAYS = 60


def sample(profile: Profile, first: date, last: date, *, seed: int = 0) -> pd.DataFrame:
    """Draw sessions that start on the local days from `first` to `last`, both included.

    The days of the profile's own period have the levels it found; a period beyond repeats them.

    Returns:
        One row per session ordered by start: `station_id`, `connector_id`, `driver_key` (None
        where the profile knows no drivers), `started_at`, `ended_at`, `charging_ended_at` and
        `energy_kwh`; times are the stations' wall clock.
    """
    population = profile.population
    steps = _steps(profile, population, first, last, seed)
    return _frame(profile, population, steps, (first - _EPOCH).days, seed)


def visits_of_sample(
    profile: Profile, first: date, last: date, observed: Bools, *, seed: int
) -> tuple[Ints, Ints]:
    """Unit and 0-based day of each visit that a sample starts on the observed days."""
    population = profile.population
    steps = _steps(profile, population, first, last, seed)
    day = steps.start // DAY - (first - _EPOCH).days
    kept = (day >= 0) & observed[np.maximum(day, 0)]
    return steps.unit[kept], day[kept]


def _steps(profile: Profile, population: Population, first: date, last: date, seed: int) -> Steps:
    begin = (first - _EPOCH).days
    days = (last - first).days + 1
    origin = profile.origin
    calendar = Calendar.of(
        begin - _WARM_UP_DAYS, days + _WARM_UP_DAYS, origin.first, origin.country, origin.region
    )
    passed = _clock(profile, population, calendar, seed)
    return step_through(profile, population, passed, calendar, seed)


def _clock(profile: Profile, population: Population, calendar: Calendar, seed: int) -> Floats:
    first = (profile.origin.first - _EPOCH).days
    length = (profile.origin.last - profile.origin.first).days + 1
    day = np.arange(calendar.first_day, calendar.first_day + calendar.days) - first
    beyond = (day < -_WARM_UP_DAYS) | (day >= length)
    told = np.where(beyond, day % length, np.maximum(day, 0))
    active = (told >= np.rint(population.trait("first_day"))[:, None]) & (
        told <= np.rint(population.trait("last_day"))[:, None]
    )
    month = Calendar.of(first, length, profile.origin.first).month[told]
    return clock(
        np.exp(population.trait("log_rate")),
        population.shape,
        population.home,
        active,
        day_luck(profile.luck, calendar, seed),
        profile.shapes,
        profile.weekday,
        profile.level,
        Calendar(calendar.first_day, calendar.weekday, month),
    )


def day_luck(luck: Luck, calendar: Calendar, seed: int) -> Floats:
    """A lognormal factor of mean 1 for each day, shape (days,); any day can be made alone."""
    day = np.arange(calendar.first_day - _MEMORY_DAYS, calendar.first_day + calendar.days)
    noise = norm.ppf(uniforms(seed, _LUCK, np.zeros_like(day), day))
    weights = luck.persistence ** np.arange(_MEMORY_DAYS + 1)
    weights /= np.sqrt((weights**2).sum())
    smooth = np.convolve(noise, weights, mode="valid")
    factors: Floats = np.exp(luck.sigma * smooth - luck.sigma**2 / 2)
    return factors


def _frame(
    profile: Profile, population: Population, steps: Steps, begin: int, seed: int
) -> pd.DataFrame:
    keep = np.flatnonzero(steps.start >= begin * DAY)
    keep = keep[np.lexsort((steps.unit[keep], steps.start[keep]))]
    unit, start = steps.unit[keep], steps.start[keep]
    station = _stations(profile, population, unit, start, seed)
    names = np.array([f"S{number + 1:03d}" for number in range(profile.level.shape[0])])
    if profile.kind == "connector":
        connector = np.array([f"C{number + 1:04d}" for number in range(len(population.home))])[unit]
    else:
        connector = names[station]
    driver = None
    if profile.kind == "driver":
        driver = np.array([f"D{number + 1:05d}" for number in range(len(population.home))])[unit]
    ended = steps.end[keep].astype("datetime64[s]")
    charged = steps.charged[keep].astype("datetime64[s]")
    if profile.idle is None:
        charged = np.full(len(keep), np.datetime64("NaT"), dtype="datetime64[s]")
    return pd.DataFrame(
        {
            "station_id": names[station],
            "connector_id": connector,
            "driver_key": driver,
            "started_at": start.astype("datetime64[s]"),
            "ended_at": ended,
            "charging_ended_at": charged,
            "energy_kwh": _rounded(profile, steps.energy[keep], unit, start, seed),
        }
    )


def _stations(profile: Profile, population: Population, unit: Ints, start: Ints, seed: int) -> Ints:
    home = population.home[unit]
    away = uniforms(seed, _STRAY, unit, start) >= population.trait("home_share")[unit]
    visited = np.bincount(home, minlength=profile.level.shape[0]).astype(float)
    upto = np.cumsum(visited) / max(visited.sum(), 1.0)
    other = np.searchsorted(upto, uniforms(seed, _STRAY_TO, unit, start // (7 * DAY)))
    stations: Ints = np.where(away, other, home)
    return stations


def _rounded(profile: Profile, energy: Floats, unit: Ints, start: Ints, seed: int) -> Floats:
    """Energies with as many decimals as the feed writes."""
    upto = np.cumsum(profile.decimals)
    places = np.searchsorted(upto / upto[-1], uniforms(seed, _DECIMALS, unit, start))
    scale = 10.0 ** np.minimum(places, len(upto) - 1)
    rounded: Floats = np.rint(energy * scale) / scale
    return rounded
