"""Drivers: who they are stays with them from visit to visit."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ecocharge.generator.arrays import (
    BANK,
    BATTERY,
    CAR,
    FILL_Z,
    IS_APP,
    PLUG,
    POWER,
    STAY_Z,
    UNIT,
    WHO,
    Crowd,
)
from ecocharge.generator.coming import GUIDES
from ecocharge.generator.described import DESCRIBED
from ecocharge.generator.habits import habits_of, use_of
from ecocharge.generator.network import Site
from ecocharge.generator.places import Car
from ecocharge.generator.randomness import Bools, Floats, Ints, Purpose, stream
from ecocharge.generator.trees import TRAITS

PAYMENT_METHODS = ("rfid", "app", "contactless", "roaming")
VANS: tuple[Car, ...] = ((52.0, 7.4, 75.0), (68.0, 11.0, 100.0), (75.0, 11.0, 115.0))

_APP, CONTACTLESS = 1, 2
"""Positions among the methods; who pays by card leaves no name."""

_CHADEMO_SHARE = 0.06
_LEAST_AFFINITY = 0.3
_DAYS, _HOURS = 7, 24
_TUESDAY, _SATURDAY = 1, 5


@dataclass(frozen=True)
class Drivers:
    """The drivers of one site.

    Attributes:
        crowd: what the kernel reads.
        keys: 64 random bits each, shape (drivers,).
        payment: index into `PAYMENT_METHODS`, shape (drivers,).
    """

    crowd: Crowd
    keys: Ints
    payment: npt.NDArray[np.int32]

    @property
    def key_letters(self) -> npt.NDArray[np.uint8]:
        """16 hexadecimal digits each, shape (drivers, 16)."""
        digits = self.keys.astype(">i8").tobytes().hex().encode()
        return np.frombuffer(digits, dtype=np.uint8).reshape(-1, 16)


def _spread(rng: np.random.Generator, count: int) -> Floats:
    """Numbers 0..1, one in each of `count` equal strata: few drivers are as mixed as many."""
    spread: Floats = (rng.permutation(count) + rng.random(count)) / count
    return spread


def _usual_hours(rng: np.random.Generator, site: Site, count: int) -> Floats:
    """The hour each driver likes on weekdays and at weekends, from the hours of the site."""
    cdf = habits_of(site.kind).hour_cdf.reshape(_DAYS, _HOURS)
    hours = np.empty((count, 2))
    for column, day in enumerate((_TUESDAY, _SATURDAY)):
        edges = np.concatenate([[0.0], cdf[day]])
        hours[:, column] = np.interp(_spread(rng, count), edges, np.arange(_HOURS + 1.0))
    return hours.ravel()


def _chosen(rng: np.random.Generator, weights: Floats, count: int) -> Ints:
    """Positions by weight, each as often as its weight says, in random order."""
    upto = np.cumsum(weights / weights.sum())
    chosen: Ints = np.searchsorted(upto, _spread(rng, count) * (1 - 1e-12))
    return chosen


def _plugs(rng: np.random.Generator, site: Site, bank: Ints) -> Ints:
    has_second = np.array([len(b.standards) > 1 for b in site.banks])[bank]
    second: Bools = (rng.random(len(bank)) < _CHADEMO_SHARE) & has_second
    return second.astype(np.int64)


def _guide(cdf: Floats) -> Ints:
    """First driver whose cumulative weight is above each step; nothing is searched for."""
    reached = np.bincount(np.ceil(cdf[:-1] * GUIDES).astype(np.int64), minlength=GUIDES)
    guide: Ints = np.cumsum(reached)[:GUIDES]
    return guide


def build_drivers(seed: int, site: Site) -> Drivers:
    """The pool of drivers of a site, the same for all its months."""
    rng = stream(seed, Purpose.DRIVERS, site.number)
    kind, use = site.kind, use_of(site.kind)
    count = max(4, int(np.ceil(use.pool * site.weekday_arrivals)))
    cars = np.array(VANS if kind.vans else site.city.country.cars)
    car = cars[rng.integers(len(cars), size=count)]
    payment = np.searchsorted(np.cumsum(kind.payment), rng.random(count) * 0.999_999)
    weight = rng.standard_gamma(use.regularity, count) + 1e-3
    bank = _chosen(rng, np.array([b.share for b in site.banks]), count)
    unit = np.array([b.unit for b in site.banks])[bank]
    if unit.min() < 0:
        unit = rng.choice(len(use.weights), count, p=use.weights / use.weights.sum())
    if kind.name in DESCRIBED:
        is_dc = np.array([b.is_dc for b in site.banks])[bank]
        fast = car[:, 2] * rng.uniform(0.62, 0.92, count)
        power = np.where(is_dc, fast, car[:, 1] * rng.uniform(0.92, 0.99, count))
    else:
        power = np.exp(use.traits[unit, TRAITS.index("log_power")])
    cdf = np.cumsum(weight) / weight.sum()
    cdf[-1] = 2.0
    affinity = _LEAST_AFFINITY + (1 - _LEAST_AFFINITY) * rng.random(count * _DAYS)
    usual_hour = _usual_hours(rng, site, count)
    own = np.empty((count, CAR))
    own[:, FILL_Z] = math.sqrt(use.fill_habit) * rng.standard_normal(count)
    own[:, STAY_Z] = math.sqrt(use.stay_habit) * rng.standard_normal(count)
    own[:, BATTERY], own[:, POWER] = car[:, 0], power
    who = np.empty((count, WHO), dtype=np.int64)
    who[:, UNIT], who[:, BANK], who[:, IS_APP] = unit, bank, payment == _APP
    who[:, PLUG] = _plugs(rng, site, bank)
    crowd = Crowd(
        pick_cdf=cdf,
        pick_guide=_guide(cdf),
        affinity=affinity,
        usual_hour=usual_hour,
        who=who.ravel(),
        car=own.ravel(),
    )
    keys = rng.integers(2**63, size=count, dtype=np.int64)
    return Drivers(crowd, keys, payment.astype(np.int32))
