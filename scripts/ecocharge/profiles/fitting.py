"""Fitting a profile to the sessions of a real feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypedDict

import numpy as np
import pandas as pd

from ecocharge.errors import EcoChargeError
from ecocharge.profiles.calibrating import calibrate
from ecocharge.profiles.draws import Bools, Floats, Ints
from ecocharge.profiles.habits import (
    active_days,
    mean_score,
    possible_energy,
    score_spread,
    supply,
    unit_need,
    unit_power,
)
from ecocharge.profiles.luck import day_luck_of
from ecocharge.profiles.pace import Calendar
from ecocharge.profiles.pooling import pooled, pools
from ecocharge.profiles.population import TRAITS, Population
from ecocharge.profiles.profile import Origin, Profile
from ecocharge.profiles.rates import Rates, clock, fit_rates
from ecocharge.profiles.stepping import gap_features, idle_features, length_features
from ecocharge.profiles.trees import QuantileTree, grow
from ecocharge.profiles.visits import DAY, HOUR, Visits, as_visits

QUICK_MINUTES = 20.0
FULL_POWER = 0.85

_LEAST_SESSIONS = 500
_MOST_DECIMALS = 3
_EPOCH = date(1970, 1, 1)
_NOTHING = 1e-6
_NO_IDLE = 0.001
_SECONDS_MATTER = 0.1
_INSTANT_MINUTES = 0.5
_NEARLY_ALL = 0.9
_FILL_LEAVES, _GAP_LEAVES, _IDLE_LEAVES = 100, 40, 40
_LEAST_LEAF, _LEAVES_ROWS = 25, 400
_LEAST_MINUTES = 3.0


@dataclass(frozen=True)
class _Fit:
    """What is known after the rates: arrays per visit (n,) and per unit."""

    visits: Visits
    calendar: Calendar
    rates: Rates
    active: Bools
    power: Floats
    need: Floats
    fill: Floats
    gap_minutes: Floats
    expected: Floats


def fit(
    sessions: pd.DataFrame,
    *,
    source: str = "",
    description: str = "",
    licence: str = "",
    site_type: str = "unknown",
    time_zone: str = "",
    country: str = "",
    region: str = "",
) -> Profile:
    """Fit a profile to a session frame.

    Args:
        sessions: one row per accepted session with `station_id`, `connector_id`, `driver_key`,
            `started_at`, `ended_at`, `charging_ended_at` (local wall clock) and `energy_kwh`.
            A fortnight or more without any session is taken for a hole in the data.
        country: ISO 3166-1 alpha-2, and `region` the part of ISO 3166-2: they name the holidays.

    Raises:
        EcoChargeError: when there are too few sessions to learn from.
    """
    if len(sessions) < _LEAST_SESSIONS:
        raise EcoChargeError(
            f"a profile needs at least {_LEAST_SESSIONS} accepted sessions, {source or 'this feed'}"
            f" has {len(sessions)}",
            remedy="land more files of the feed and build again",
        )
    visits = as_visits(sessions)
    first = _EPOCH + timedelta(days=visits.first_day)
    last = first + timedelta(days=len(visits.observed) - 1)
    calendar = Calendar.of(visits.first_day, len(visits.observed), first, country, region)
    known = _prepare(visits, calendar)
    traits = _traits(known)
    rates = known.rates
    together = np.arange(visits.units)
    if visits.kind == "driver":
        together = pools(traits[:, TRAITS.index("log_rate")])
        traits = np.column_stack([pooled(column) for column in traits.T])
    profile = Profile(
        origin=Origin(
            source=source,
            description=description,
            licence=licence,
            site_type=site_type,
            time_zone=time_zone,
            country=country,
            region=region,
            first=first,
            last=last,
            sessions=len(visits.unit),
            stations=int(visits.station.max()) + 1,
            drivers=int(visits.driver.max()) + 1,
        ),
        kind=visits.kind,
        population=Population(visits.home, rates.shape_of, traits),
        shapes=rates.shapes,
        weekday=rates.weekday,
        level=rates.level,
        luck=day_luck_of(visits, rates.by_day),
        whole_minutes=bool((visits.start % 60 != 0).mean() < _SECONDS_MATTER),
        decimals=_decimals(visits.energy),
        **_trees(known, traits),
    )
    return calibrate(profile, visits, calendar, together)


def _prepare(visits: Visits, calendar: Calendar) -> _Fit:
    first, last = active_days(visits)
    day = np.arange(calendar.days)
    active = (day >= first[:, None]) & (day <= last[:, None])
    rates = fit_rates(visits, calendar, active)
    passed = clock(
        rates.rate,
        rates.shape_of,
        visits.home,
        active,
        np.ones(calendar.days),
        rates.shapes,
        rates.weekday,
        rates.level,
        calendar,
    )
    power, need = unit_power(visits), unit_need(visits)
    gap = np.full(len(visits.unit), np.nan)
    gap[1:] = np.maximum((visits.start[1:] - visits.end[:-1]) / 60.0, 0.0)
    expected = np.full(len(visits.unit), np.nan)
    begun = _read(passed, visits, visits.start)
    ended = _read(passed, visits, visits.end)
    expected[1:] = begun[1:] - ended[:-1]
    return _Fit(
        visits,
        calendar,
        rates,
        active,
        power,
        need,
        visits.energy / possible_energy(power[visits.unit], need[visits.unit], visits.minutes),
        gap,
        np.maximum(expected, _NOTHING),
    )


def _read(passed: Floats, visits: Visits, second: Ints) -> Floats:
    hours = passed.shape[1] - 1
    since = np.clip((second - visits.first_day * DAY) / HOUR, 0, hours)
    hour = np.minimum(since.astype(np.int64), hours - 1)
    low = passed[visits.unit, hour]
    value: Floats = low + (passed[visits.unit, hour + 1] - low) * (since - hour)
    return value


def _traits(known: _Fit) -> Floats:
    """The units' traits, shape (units, traits), in the order of `TRAITS`."""
    visits = known.visits
    unit, units = visits.unit, visits.units
    stays = visits.minutes >= 1
    charged = stays & (visits.energy > 0)
    slow = visits.follows & (known.gap_minutes > QUICK_MINUTES)
    first, last = active_days(visits)
    at_home = np.bincount(unit, weights=visits.station == visits.home[unit], minlength=units)
    columns = {
        "log_rate": np.log(known.rates.rate),
        "length": mean_score(visits.minutes, unit, stays, units),
        "length_spread": score_spread(visits.minutes, unit, stays, units),
        "fill": mean_score(known.fill, unit, charged, units),
        "log_power": np.log(known.power),
        "log_need": np.log(known.need),
        "energy": mean_score(visits.energy, unit, charged, units),
        "regularity": mean_score(known.expected, unit, slow, units),
        "home_share": at_home / np.bincount(unit, minlength=units),
        "first_day": first.astype(np.float64),
        "last_day": last.astype(np.float64),
    }
    return np.column_stack([columns[name] for name in TRAITS])


class _Trees(TypedDict):
    gap: QuantileTree
    minutes: QuantileTree
    fill: QuantileTree
    idle: QuantileTree | None


def _trees(known: _Fit, traits: Floats) -> _Trees:
    visits = known.visits
    size = len(visits.unit)
    own = {name: traits[visits.unit, index] for index, name in enumerate(TRAITS)}
    follows = np.zeros(size, dtype=np.bool_)
    follows[1:] = visits.unit[1:] == visits.unit[:-1]
    here = np.flatnonzero(follows)
    before = here - 1
    leaf_size = max(_LEAST_LEAF, size // _LEAVES_ROWS)
    features = length_features(
        start=visits.start[here],
        weekday=_weekday(known, visits.start[here]),
        gap_minutes=known.gap_minutes[here],
        last_minutes=visits.minutes[before],
        last_fill=known.fill[before],
        traits={name: column[here] for name, column in own.items()},
    )
    minutes = visits.minutes[here]
    length = grow(
        features,
        np.log(np.maximum(minutes, _INSTANT_MINUTES)),
        nothing=minutes < _INSTANT_MINUTES,
        leaf_size=leaf_size,
        max_leaves=_FILL_LEAVES,
    )
    supplied = visits.energy[here] / supply(known.power[visits.unit[here]], minutes)
    full = (supplied >= FULL_POWER) & (minutes >= _LEAST_MINUTES)
    fill = grow(
        {**features, "minutes": np.log(np.maximum(minutes, _INSTANT_MINUTES))},
        np.log(np.maximum(np.where(full, supplied, known.fill[here]), _NOTHING)),
        nothing=visits.energy[here] <= 0,
        special=full,
        leaf_size=leaf_size,
        max_leaves=_FILL_LEAVES,
    )
    idle = None
    share = visits.idle[here] / np.maximum(minutes, _INSTANT_MINUTES)
    told = ~np.isnan(share)
    if told.mean() >= _NEARLY_ALL:
        share = np.clip(share[told], 0.0, 1.0)
        idle = grow(
            {name: column[told] for name, column in idle_features(features, minutes, full).items()},
            np.log(np.maximum(share, _NOTHING)),
            nothing=share < _NO_IDLE,
            leaf_size=leaf_size,
            max_leaves=_IDLE_LEAVES,
        )
    here = np.flatnonzero(visits.follows)
    before = here - 1
    quick = known.gap_minutes[here] <= QUICK_MINUTES
    gap = grow(
        gap_features(
            end=visits.end[before],
            weekday=_weekday(known, visits.end[before]),
            last_minutes=visits.minutes[before],
            last_fill=known.fill[before],
            traits={name: column[here] for name, column in own.items()},
        ),
        np.where(quick, np.log(known.gap_minutes[here] + 0.5), np.log(known.expected[here])),
        special=quick,
        leaf_size=leaf_size,
        max_leaves=_GAP_LEAVES,
    )
    return {"gap": gap, "minutes": length, "fill": fill, "idle": idle}


def _weekday(known: _Fit, second: Ints) -> Ints:
    day = np.clip(second // DAY - known.calendar.first_day, 0, known.calendar.days - 1)
    kinds: Ints = known.calendar.weekday[day]
    return kinds


def _decimals(energy: Floats) -> tuple[float, ...]:
    """Share of energies that need 0, 1, 2, 3 decimals."""
    at_most = [
        float(np.isclose(energy * 10**places, np.rint(energy * 10**places), atol=1e-4).mean())
        for places in range(_MOST_DECIMALS)
    ]
    shares = np.diff([0.0, *at_most, 1.0])
    return tuple(float(share) for share in np.maximum(shares, 0.0))
