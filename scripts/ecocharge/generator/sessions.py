"""One site-month of charging sessions: arrivals, ports, energy, idling, money."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from ecocharge.generator.arrivals import Arrivals, draw_arrivals
from ecocharge.generator.drivers import Drivers, build_drivers
from ecocharge.generator.network import Site
from ecocharge.generator.occupancy import seat
from ecocharge.generator.physics import Curve
from ecocharge.generator.randomness import Bools, Floats, Ints, Purpose, stream
from ecocharge.generator.weather import daily_celsius

UNKNOWN = -1
STOP_REASONS = ("Local", "EVDisconnected", "Remote", "Other", "PowerLoss", "DeAuthorized")

_LOCAL, _UNPLUGGED, _REMOTE = 0, 1, 2
_FIRST_FAILURE_REASON = 1
_APP = 1
_FAILED_SHARE = 0.025
_UNPLUG_SHARE = 0.22
_REMOTE_SHARE = 0.5
_ENERGY_PER_CELSIUS = -0.008
_MILD_CELSIUS = 15.0
_LEAST_STAY_HOURS = 1.5
_SHORTEST_STAY_SECONDS = 240
_DC_KNEE = 0.8
_EMPTIEST, _FULLEST = 0.04, 0.97


@dataclass
class SiteState:
    """What one month of a site hands to the next.

    Attributes:
        next_number: number of the next session of the site.
        free_at: epoch second at which each port falls free.
        driver_free_at: epoch second at which each driver has left.
    """

    free_at: list[int]
    driver_free_at: list[int]
    next_number: int = 1


@dataclass(frozen=True)
class Sessions:
    """The sessions of one site-month in order of arrival, arrays of shape (n,).

    Times are UTC epoch seconds, `UNKNOWN` where the feed does not say; money is in hundredths of
    the currency. `connector` and `driver` are positions within the site.
    """

    number: Ints
    connector: Ints
    started_at: Ints
    ended_at: Ints
    charging_ended_at: Ints
    energy_wh: Ints
    driver: Ints
    stop_reason: Ints
    revenue_cents: Ints
    tax_cents: Ints
    updated_at: Ints
    is_open: Bools
    curve: Curve

    def __len__(self) -> int:
        return len(self.number)


@dataclass(frozen=True)
class SiteRun:
    """A site on its way through the months of a period.

    Attributes:
        first: first local day with arrivals; `last`: the last one.
        export_at: UTC epoch second at which the feed is written: what has not ended is open.
    """

    seed: int
    site: Site
    first: date
    last: date
    export_at: int
    drivers: Drivers
    state: SiteState = field(repr=False)

    @classmethod
    def begin(cls, seed: int, site: Site, first: date, last: date, export_at: int) -> SiteRun:
        """A site with every port free and no session yet."""
        drivers = build_drivers(seed, site)
        ports = sum(bank.ports for bank in site.banks)
        state = SiteState([0] * ports, [0] * len(drivers.keys))
        return cls(seed, site, first, last, export_at, drivers, state)

    def month(self, month: int) -> Sessions:
        """The sessions that start in the next month; months must come in order."""
        rng = stream(self.seed, Purpose.ARRIVALS, self.site.number, month)
        arrivals = draw_arrivals(rng, self.site, self.drivers, month, self.first, self.last)
        celsius = daily_celsius(self.seed, self.site.city, month)[arrivals.day]
        visits = _Visits.draw(rng, self.site, self.drivers, arrivals, celsius)
        ports, starts = seat(
            arrivals.at.tolist(),
            visits.stay.tolist(),
            self.drivers.bank[arrivals.driver].tolist(),
            arrivals.driver.tolist(),
            self.site.kind.patience_seconds,
            np.cumsum([0, *(bank.ports for bank in self.site.banks)]).tolist(),
            self.state.free_at,
            self.state.driver_free_at,
        )
        started = np.array(starts, dtype=np.int64)
        kept = np.flatnonzero((np.array(ports, dtype=np.int64) >= 0) & (started < self.export_at))
        number = self.state.next_number + np.arange(len(kept), dtype=np.int64)
        self.state.next_number += len(kept)
        return _settle(
            self, visits.take(kept), number, np.array(ports, dtype=np.int64)[kept], started[kept]
        )


@dataclass(frozen=True)
class _Visits:
    """What would happen on each arrival if there is a port, arrays of shape (n,)."""

    driver: Ints
    stay: Ints
    charging: Ints
    energy_wh: Ints
    failed: Bools
    curve: Curve
    chance: Floats
    lag: Ints

    def take(self, rows: Ints) -> _Visits:
        return _Visits(
            self.driver[rows],
            self.stay[rows],
            self.charging[rows],
            self.energy_wh[rows],
            self.failed[rows],
            self.curve.take(rows),
            self.chance[rows],
            self.lag[rows],
        )

    @classmethod
    def draw(
        cls,
        rng: np.random.Generator,
        site: Site,
        drivers: Drivers,
        arrivals: Arrivals,
        celsius: Floats,
    ) -> _Visits:
        count = len(arrivals.at)
        wanted, curve = _wants(rng, site, drivers, arrivals.driver, celsius)
        needed = curve.seconds_for(wanted)
        stay = _stay_seconds(rng, site, arrivals.local_hour, needed)
        failed = rng.random(count) < _FAILED_SHARE
        stay = np.where(failed, rng.integers(25, 240, count), stay)
        # Whole Wh rounded down and whole seconds rounded up: never more than power allows.
        reached = np.minimum(wanted, curve.energy_after(stay.astype(np.float64)))
        energy_wh = np.where(failed, 0, np.floor(reached * 1000)).astype(np.int64)
        charging = np.minimum(np.ceil(curve.seconds_for(energy_wh / 1000.0)), stay)
        return cls(
            driver=arrivals.driver,
            stay=stay,
            charging=charging.astype(np.int64),
            energy_wh=energy_wh,
            failed=failed,
            curve=curve,
            chance=rng.random(count),
            lag=rng.integers(5, 600, count),
        )


def _wants(
    rng: np.random.Generator, site: Site, drivers: Drivers, driver: Ints, celsius: Floats
) -> tuple[Floats, Curve]:
    """Energy wanted in kWh and the charging curve of each visit.

    A visit ends at a state of charge the driver is content with; the need of the trip before and
    the cold decide how empty the car arrives.
    """
    count = len(driver)
    battery = drivers.battery_kwh[driver]
    bank = drivers.bank[driver]
    is_dc = np.array([b.is_dc for b in site.banks])[bank]
    rated = np.array([b.rated_kw for b in site.banks])[bank]
    spread = np.exp(site.kind.need_sigma_visit * rng.standard_normal(count))
    cold = np.exp(_ENERGY_PER_CELSIUS * (celsius - _MILD_CELSIUS))
    content = np.where(is_dc, np.clip(rng.normal(0.82, 0.07, count), 0.6, _FULLEST), _FULLEST)
    room = (content - _EMPTIEST) * battery
    wanted = np.minimum(drivers.need_kwh[driver] * spread * cold, room)
    curve = Curve(
        power_kw=np.minimum(np.where(is_dc, drivers.dc_kw[driver], drivers.ac_kw[driver]), rated),
        battery_kwh=battery,
        soc=content - wanted / battery,
        knee=np.where(is_dc, _DC_KNEE, 1.0),
    )
    return wanted, curve


def _stay_seconds(rng: np.random.Generator, site: Site, local_hour: Floats, needed: Floats) -> Ints:
    """Seconds each car stays plugged in, from the habits of the kind of site."""
    stay = site.kind.stay
    count = len(local_hour)
    until = stay.until_hour + stay.until_sd * rng.standard_normal(count) - local_hour
    if stay.overnight:
        until = np.where(until < _LEAST_STAY_HOURS, until + 24.0, until)
    other = stay.other_median_hours * np.exp(stay.other_sigma * rng.standard_normal(count))
    by_hour = (rng.random(count) < stay.until_share) & (until >= _LEAST_STAY_HOURS)
    seconds = np.where(by_hour, until, other) * 3600.0
    if stay.linger_minutes is not None:
        seconds = np.minimum(seconds, needed + 60.0 * rng.exponential(stay.linger_minutes, count))
    return np.maximum(np.ceil(seconds), _SHORTEST_STAY_SECONDS).astype(np.int64)


def _stop_reasons(visits: _Visits, payment: Ints) -> Ints:
    failure = _FIRST_FAILURE_REASON + (visits.chance * 5).astype(np.int64)
    usual = np.where(visits.chance < _UNPLUG_SHARE, _UNPLUGGED, _LOCAL)
    usual = np.where((payment == _APP) & (visits.chance > 1 - _REMOTE_SHARE), _REMOTE, usual)
    return np.where(visits.failed, failure, usual)


def _settle(run: SiteRun, visits: _Visits, number: Ints, port: Ints, started: Ints) -> Sessions:
    """Turn seated visits into what the feed says about them at export."""
    site = run.site
    ended = started + visits.stay
    updated = ended + visits.lag
    is_open = updated > run.export_at
    known_end = ~is_open & ~visits.failed & site.reports_charging_end
    price = site.city.country.price_per_kwh[site.kind.name]
    revenue = np.rint(visits.energy_wh * price / 10.0).astype(np.int64)
    tax = np.rint(revenue * site.city.country.tax_rate).astype(np.int64)
    return Sessions(
        number=number,
        connector=np.array(site.first_connectors)[port] + run.drivers.plug[visits.driver],
        started_at=started,
        ended_at=np.where(is_open, UNKNOWN, ended),
        charging_ended_at=np.where(known_end, started + visits.charging, UNKNOWN),
        energy_wh=np.where(is_open, UNKNOWN, visits.energy_wh),
        driver=visits.driver,
        stop_reason=np.where(
            is_open, UNKNOWN, _stop_reasons(visits, run.drivers.payment[visits.driver])
        ),
        revenue_cents=np.where(is_open, UNKNOWN, revenue),
        tax_cents=np.where(is_open, UNKNOWN, tax),
        updated_at=np.where(is_open, np.minimum(started + visits.lag, run.export_at), updated),
        is_open=is_open,
        curve=visits.curve,
    )
