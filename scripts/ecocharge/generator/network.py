"""The stations of a network: where they are, what they are for and which plugs they have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from ecocharge.generator.habits import use_of
from ecocharge.generator.places import BENGALURU, CITIES, DENVER, GLASGOW, City
from ecocharge.generator.randomness import Purpose, stream
from ecocharge.generator.site_types import SITE_TYPES, SiteType

_NAMES = {
    "public": "Car Park",
    "workplace": "Business Park",
    "retail": "Shopping Centre",
    "highway": "Services",
    "residential": "Street",
    "depot": "Fleet Depot",
}
_KM_PER_DEGREE = 111.0
_SMART_EVERY = 10
_REPORTING_SHARE = 0.75
_THREE_PHASE_KW = 11.0
_PORTS_PER_AC_CHARGER = 2
_LEAST_DC_KW = 40.0
_GOLDEN_RATIO = 0.618_033_988_749_894_9
_GOLDEN_START = 0.1
_ARRIVALS_SIGMA = 0.1


@dataclass(frozen=True)
class Bank:
    """Equal ports side by side; a port serves one car, on one of its connectors.

    `share` of the station's drivers come to this bank; `unit` is the row of the traits of its
    visits, -1 where the drivers have the habits.
    """

    ports: int
    rated_kw: float
    power_type: str
    standards: tuple[str, ...]
    share: float = 1.0
    unit: int = -1
    popularity_sigma: float = 0.5

    @property
    def is_dc(self) -> bool:
        return self.power_type == "DC"


@dataclass(frozen=True)
class Site:
    """One station.

    Attributes:
        number: 1-based and unique in the network; it names the site's random streams.
        weekday_arrivals: cars that come on a usual weekday.
        smart_chargers: how many of its chargers, from the first, send meter values.
        reports_charging_end: whether its chargers say when the charging ended.
    """

    number: int
    name: str
    address: str
    city: City
    kind: SiteType
    latitude: float
    longitude: float
    opened_on: date
    weekday_arrivals: float
    banks: tuple[Bank, ...]
    smart_chargers: int
    reports_charging_end: bool

    @property
    def station_id(self) -> str:
        return f"ST{self.number:02d}"

    @cached_property
    def connectors(self) -> tuple[Connector, ...]:
        """The station's connectors in the order of their ids."""
        found: list[Connector] = []
        charger = port = 0
        for bank_index, bank in enumerate(self.banks):
            per_charger = 1 if bank.is_dc else _PORTS_PER_AC_CHARGER
            for position in range(bank.ports):
                charger += position % per_charger == 0
                for standard in bank.standards:
                    found.append(
                        Connector(
                            connector_id=f"{self.station_id}-C{len(found) + 1:02d}",
                            port=port,
                            port_id=f"{self.station_id}-P{port + 1:02d}",
                            charger_id=f"{self.station_id}-H{charger:02d}",
                            is_smart=charger <= self.smart_chargers,
                            standard=standard,
                            bank=bank_index,
                        )
                    )
                port += 1
        return tuple(found)

    @cached_property
    def first_connectors(self) -> tuple[int, ...]:
        """Position in `connectors` of each port's first connector."""
        ports = [connector.port for connector in self.connectors]
        return tuple(ports.index(port) for port in range(max(ports) + 1))


@dataclass(frozen=True)
class Connector:
    """One plug; `port` and `bank` are 0-based positions within its station."""

    connector_id: str
    port: int
    port_id: str
    charger_id: str
    is_smart: bool
    standard: str
    bank: int


@dataclass(frozen=True)
class _Draft:
    """What is decided about a site before its name and place are drawn."""

    city: City
    kind: str
    weekday_arrivals: float
    banks: tuple[Bank, ...]
    opened_on: date
    smart_chargers: int = 0
    reports_charging_end: bool = True


def _ac(city: City, ports: int, kw: float | None = None) -> Bank:
    power = kw or city.country.ac_kw
    kind = "AC_1_PHASE" if power < _THREE_PHASE_KW else "AC_3_PHASE"
    return Bank(ports, power, kind, (city.country.ac_standard,))


def _dc(city: City, ports: int, kw: float) -> Bank:
    return Bank(ports, kw, "DC", city.country.dc_standards)


def _station_of(kind: str, city: City, position: float) -> tuple[float, tuple[Bank, ...]]:
    """Visits a day and banks of a place at a position 0..1 among those of its kind."""
    rows, arrivals = use_of(SITE_TYPES[kind]).station(position)
    banks = []
    for _, ports, rated_kw, visits, spread, unit in rows.tolist():
        made = (_dc if rated_kw >= _LEAST_DC_KW else _ac)(city, int(ports), rated_kw)
        banks.append(
            replace(made, share=visits / arrivals, unit=int(unit), popularity_sigma=spread)
        )
    return arrivals, tuple(banks)


@lru_cache(maxsize=1)
def _demo() -> tuple[_Draft, ...]:
    """The demo network; its ninth station opens two weeks into the demo period."""
    silent: dict[str, Any] = {"reports_charging_end": False}
    return (
        _Draft(DENVER, "workplace", 11.0, (_ac(DENVER, 12),), date(2022, 9, 1)),
        _Draft(DENVER, "retail", *_station_of("retail", DENVER, 0.97), date(2023, 4, 15), **silent),
        _Draft(DENVER, "residential", 5.0, (_ac(DENVER, 8),), date(2024, 1, 20), **silent),
        _Draft(GLASGOW, "depot", 11.0, (_ac(GLASGOW, 14, 11.0),), date(2023, 6, 1)),
        _Draft(GLASGOW, "highway", 7.6, (_dc(GLASGOW, 4, 150.0),), date(2024, 5, 3), 2),
        _Draft(GLASGOW, "residential", 4.8, (_ac(GLASGOW, 8),), date(2023, 11, 11)),
        _Draft(GLASGOW, "public", *_station_of("public", GLASGOW, 0.72), date(2022, 3, 14)),
        _Draft(BENGALURU, "depot", 10.5, (_ac(BENGALURU, 14),), date(2024, 2, 5)),
        _Draft(
            BENGALURU, "retail", *_station_of("retail", BENGALURU, 0.9), date(2025, 2, 17), **silent
        ),
        _Draft(BENGALURU, "workplace", 11.8, (_ac(BENGALURU, 12),), date(2023, 8, 21)),
    )


_KIND_SHARES = {
    "public": 0.4,
    "retail": 0.15,
    "residential": 0.16,
    "workplace": 0.09,
    "highway": 0.12,
    "depot": 0.08,
}


def _city(rng: np.random.Generator) -> City:
    """The first thing that is drawn of a place."""
    return CITIES[int(rng.integers(len(CITIES)))]


def _draw(number: int, rng: np.random.Generator, shares: Mapping[str, float]) -> _Draft:
    """A place; steps of the golden ratio make few places as mixed in kind and size as many."""
    city = _city(rng)
    at = (number * _GOLDEN_RATIO + _GOLDEN_START) % 1.0
    kind, share = "", 0.0
    for kind, share in shares.items():  # noqa: B007 - the last one tried is the one
        if at < share:
            break
        at -= share
    arrivals, banks = _station_of(kind, city, min(at / share, 0.999_999))
    luck = float(np.exp(rng.normal(0.0, _ARRIVALS_SIGMA)))
    opened = date(2021, 1, 4).toordinal() + int(rng.integers(365 * 2))
    is_smart = number % _SMART_EVERY == 1
    return _Draft(
        city=city,
        kind=kind,
        weekday_arrivals=arrivals * luck,
        banks=banks,
        opened_on=date.fromordinal(opened),
        smart_chargers=sum(bank.ports for bank in banks) if is_smart else 0,
        # Readings end with the charging, so a smart charger always reports that.
        reports_charging_end=is_smart or kind == "retail" or rng.random() < _REPORTING_SHARE,
    )


def _finish(number: int, draft: _Draft, rng: np.random.Generator, faker: Any) -> Site:
    """Give a draft its name, address and place within some kilometres of the city's centre."""
    faker.seed_instance(int(rng.integers(2**31)))
    distance = 1.5 + 7.0 * rng.random()
    angle = 2 * np.pi * rng.random()
    north = distance * np.sin(angle) / _KM_PER_DEGREE
    east = distance * np.cos(angle) / (_KM_PER_DEGREE * np.cos(np.radians(draft.city.latitude)))
    return Site(
        number=number,
        name=f"{faker.last_name()} {_NAMES[draft.kind]}",
        address=" ".join(str(faker.street_address()).split()),
        city=draft.city,
        kind=SITE_TYPES[draft.kind],
        latitude=round(draft.city.latitude + float(north), 5),
        longitude=round(draft.city.longitude + float(east), 5),
        opened_on=draft.opened_on,
        weekday_arrivals=draft.weekday_arrivals,
        banks=draft.banks,
        smart_chargers=draft.smart_chargers,
        reports_charging_end=draft.reports_charging_end,
    )


def _drafted(
    seed: int, number: int, demo: bool, only: str | None
) -> tuple[_Draft, np.random.Generator]:
    """What a site is, and the stream its name and place come from."""
    rng = stream(seed, Purpose.NETWORK, number)
    if only:
        return _draw(number, rng, {only: 1.0}), rng
    if demo and number <= len(_demo()):
        return _demo()[number - 1], rng
    return _draw(number, rng, _KIND_SHARES), rng


@lru_cache(maxsize=16)
def _faker(locale: str) -> Any:
    from faker import Faker  # noqa: PLC0415 - slow to import, and not every caller makes a network

    return Faker(locale)


def build_sites(
    seed: int, numbers: Iterable[int], *, demo: bool, only: str | None = None
) -> tuple[Site, ...]:
    """The sites of these numbers, from 1, in the network of this seed.

    Args:
        demo: the first ten are the hand-made sites of the demo; further ones are drawn.
        only: the type of every site, instead of a mixture.
    """
    sites = []
    for number in numbers:
        draft, rng = _drafted(seed, number, demo, only)
        sites.append(_finish(number, draft, rng, _faker(draft.city.country.locale)))
    return tuple(sites)


def cities_of(seed: int, stations: int, *, demo: bool, only: str | None = None) -> list[City]:
    """The cities that the first `stations` sites stand in."""
    numbers = range(1, stations + 1)
    by_hand = [draft.city for draft in _demo()[:stations]] if demo and not only else []
    drawn = [_city(stream(seed, Purpose.NETWORK, number)) for number in numbers[len(by_hand) :]]
    found = {*by_hand, *drawn}
    return [city for city in CITIES if city in found]
