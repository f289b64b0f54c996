"""Drivers: who they are stays with them from visit to visit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecocharge.generator.network import Site
from ecocharge.generator.places import Car
from ecocharge.generator.randomness import Bools, Floats, Ints, Purpose, stream

PAYMENT_METHODS = ("rfid", "app", "contactless", "roaming")
VANS: tuple[Car, ...] = ((52.0, 7.4, 75.0), (68.0, 11.0, 100.0), (75.0, 11.0, 115.0))

_CHADEMO_SHARE = 0.06
_FAST_SHARE = 0.45
_WEEKDAY_REGULARITY = 4.0
_DAYS = 7


@dataclass(frozen=True)
class Drivers:
    """The drivers of one site, arrays of shape (drivers,) unless said otherwise.

    Attributes:
        keys: 16 hexadecimal digits; empty for those who pay by card and leave no name.
        weight: share of a weekday's arrivals, shape (drivers, 7), each weekday adds up to 1.
        hour_shift: hours by which the driver comes earlier (-) or later.
        need_kwh: median energy wanted.
        payment: index into `PAYMENT_METHODS`.
        bank: the bank of ports the driver goes to.
        plug: the connector on that bank's ports that fits the car.
    """

    keys: tuple[str, ...]
    weight: Floats
    hour_shift: Floats
    need_kwh: Floats
    battery_kwh: Floats
    ac_kw: Floats
    dc_kw: Floats
    payment: Ints
    bank: Ints
    plug: Ints


def _weights(rng: np.random.Generator, count: int, regularity: float) -> Floats:
    often = rng.standard_gamma(regularity, (count, 1)) + 1e-3
    on_day = rng.standard_gamma(_WEEKDAY_REGULARITY, (count, _DAYS)) + 1e-3
    weight = often * on_day
    shares: Floats = weight / weight.sum(axis=0)
    return shares


def _banks(rng: np.random.Generator, site: Site, count: int) -> Ints:
    """A driver is one of the fast bank (the first) or of the slow one, where a site has both."""
    fast: Bools = rng.random(count) < _FAST_SHARE
    slow = len(site.banks) - 1
    bank: Ints = np.where(fast, 0, slow).astype(np.int64)
    return bank


def _plugs(rng: np.random.Generator, site: Site, bank: Ints) -> Ints:
    has_second = np.array([len(b.standards) > 1 for b in site.banks])[bank]
    second: Bools = (rng.random(len(bank)) < _CHADEMO_SHARE) & has_second
    return second.astype(np.int64)


def build_drivers(seed: int, site: Site) -> Drivers:
    """The pool of drivers of a site, the same for all its months."""
    rng = stream(seed, Purpose.DRIVERS, site.number)
    kind = site.kind
    count = max(4, int(np.ceil(kind.pool * site.weekday_arrivals)))
    cars = np.array(VANS if kind.vans else site.city.country.cars)
    car = cars[rng.integers(len(cars), size=count)]
    payment = np.searchsorted(np.cumsum(kind.payment), rng.random(count) * 0.999_999)
    raw_keys = rng.integers(2**63, size=count, dtype=np.int64)
    bank = _banks(rng, site, count)
    return Drivers(
        keys=tuple(
            "" if PAYMENT_METHODS[method] == "contactless" else f"{int(key):016x}"
            for key, method in zip(raw_keys, payment, strict=True)
        ),
        weight=_weights(rng, count, kind.regularity),
        hour_shift=rng.normal(0.0, 0.35, count),
        need_kwh=kind.need_kwh * np.exp(rng.normal(0.0, kind.need_sigma_driver, count)),
        battery_kwh=car[:, 0],
        ac_kw=car[:, 1] * rng.uniform(0.92, 0.99, count),
        dc_kw=car[:, 2] * rng.uniform(0.62, 0.92, count),
        payment=payment.astype(np.int64),
        bank=bank,
        plug=_plugs(rng, site, bank),
    )
