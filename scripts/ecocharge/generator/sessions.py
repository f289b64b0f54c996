"""A site on its way through the months of a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast

import numpy as np

from ecocharge.generator.arrays import (
    OUT_TYPES,
    READINGS_TYPES,
    Array,
    Given,
    Group,
    Out,
    Place,
    Readings,
    Scratch,
    State,
)
from ecocharge.generator.days import opening, site_days
from ecocharge.generator.drivers import build_drivers
from ecocharge.generator.engines import PLAIN, Engine
from ecocharge.generator.habits import habits_of
from ecocharge.generator.network import Site
from ecocharge.generator.randomness import Purpose, month_number, stream
from ecocharge.generator.streams import next_key, stream_key

STOP_REASONS = ("Local", "EVDisconnected", "Remote", "Other", "PowerLoss", "DeAuthorized")

_ATTEMPTS = 2

Meters = Literal["none", "smart", "all"]


def _place(seed: int, site: Site, export_at: int) -> Place:
    sizes = [bank.ports for bank in site.banks]
    ports = sum(sizes)
    liking = stream(seed, Purpose.PORTS, site.number).standard_normal(ports)
    country = site.city.country
    return Place(
        first_port=np.cumsum([0, *(bank.ports for bank in site.banks)]),
        rated_kw=np.array([bank.rated_kw for bank in site.banks]),
        is_dc=np.array([bank.is_dc for bank in site.banks], dtype=np.int64),
        first_connector=np.array(site.first_connectors, dtype=np.int64),
        popularity=np.exp(np.repeat([b.popularity_sigma for b in site.banks], sizes) * liking),
        price_cents=100.0 * country.price_per_kwh[site.kind.name],
        tax_rate=country.tax_rate,
        reports_end=int(site.reports_charging_end),
        export_at=export_at,
    )


def first_state(banks: int, ports: int, drivers: int, opens: int) -> State:
    """Every port free, and its first outage to come after the opening."""
    return State(
        free_at=np.zeros(ports, dtype=np.int64),
        driver_free_at=np.zeros(drivers, dtype=np.int64),
        fault_at=np.full(ports, opens, dtype=np.int64),
        fault_until=np.full(ports, opens, dtype=np.int64),
        fault_count=np.zeros(ports, dtype=np.int64),
        bank_fault_at=np.full(banks, opens, dtype=np.int64),
        next_number=np.ones(1, dtype=np.int64),
        level=np.zeros(1),
    )


@dataclass(frozen=True)
class Sessions:
    """Sessions of a site in order of arrival, arrays of shape (n,).

    Times are UTC epoch seconds and -1 where the feed does not say; money is in hundredths of the
    currency; `connector` and `driver` are positions within the site. `readings` are those of the
    chargers that send some.
    """

    out: Out
    readings: Readings

    def __len__(self) -> int:
        return len(self.out.number)


class SiteRun:
    """A site on its way through the months of a period.

    Args:
        first: first local day with arrivals; `last`: the last one.
        export_at: UTC epoch second at which the feed is written: what has not ended is open.
        meters: which chargers send readings.
    """

    def __init__(
        self,
        seed: int,
        site: Site,
        first: date,
        last: date,
        export_at: int,
        engine: Engine = PLAIN,
        meters: Meters = "smart",
    ) -> None:
        self.site = site
        self.drivers = build_drivers(seed, site)
        self.months = range(month_number(first), month_number(last) + 1)
        days = site_days(seed, site, self.months, first, last)
        place = _place(seed, site, export_at)
        opens = opening(days) or 0
        drivers = len(self.drivers.payment)
        state = first_state(len(site.banks), int(place.first_port[-1]), drivers, opens)
        arrivals = stream_key(seed, Purpose.ARRIVALS, site.number)
        keys = next_key(arrivals, np.array(self.months, dtype=np.uint64))
        smart = [meters == "all" or (meters == "smart" and c.is_smart) for c in site.connectors]
        self._engine = engine
        self._given: Given = engine.prepare(
            Given(
                habits_of(site.kind),
                self.drivers.crowd,
                place,
                days,
                keys,
                cast(int, np.uint64(stream_key(seed, Purpose.OUTAGES, site.number))),
            )
        )
        self._state: State = engine.prepare(state)
        self._scratch: Scratch = engine.scratch()
        self._counts: Array = engine.prepare((np.zeros(len(days.mean), dtype=np.int64),))[0]
        self._smart: Array = engine.prepare((np.array(smart, dtype=np.int64),))[0]

    def month(self, month: int) -> Sessions:
        """The sessions that start in the next month; months must come in order."""
        return self._take(month - self.months.start, month - self.months.start + 1)

    def all_months(self) -> Sessions:
        """The sessions of the whole period."""
        return self._take(0, len(self.months))

    def _take(self, first: int, end: int) -> Sessions:
        given, state = self._given, self._state
        counts = self._counts
        arrivals = self._engine.count_arrivals(given, state, counts, first, end)
        out = self._engine.out(_ATTEMPTS * arrivals)
        rows = self._engine.run_months(given, state, self._scratch, counts, out, first, end)
        return Sessions(_first_rows(out, OUT_TYPES, rows), self._read(out, rows))

    def _read(self, out: Out, rows: int) -> Readings:
        if not any(self._smart):
            return _first_rows(self._engine.readings(0), READINGS_TYPES, 0)
        size = self._engine.count_readings(out, self._smart, rows, self._given.place.export_at)
        readings = self._engine.readings(size)
        count = self._engine.read_meters(
            self._given.crowd, self._given.place, out, self._smart, rows, readings
        )
        return _first_rows(readings, READINGS_TYPES, count)


def _first_rows(room: Group, kinds: Sequence[Any], rows: int) -> Group:
    arrays = (
        np.asarray(column[:rows], dtype=kind) for column, kind in zip(room, kinds, strict=True)
    )
    return type(room)(*arrays)
