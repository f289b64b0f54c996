"""How much to make: named sizes, and what the user changed about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from ecocharge.errors import EcoChargeError
from ecocharge.generator.network import Site, build_sites, cities_of
from ecocharge.generator.places import GRID_ZONES, City, GridZone
from ecocharge.generator.randomness import month_number
from ecocharge.generator.sessions import Meters

DEFAULT_SEED = 20250203
"""The seed of the committed seeds: the first day of the demo period."""

_EARLIEST, _LATEST = date(2021, 1, 1), date(2035, 12, 31)
_MOST_STATIONS = 100_000
_LARGEST_SEED = 2**63 - 1
_SESSIONS_PER_DAY = 5.5

SESSIONS_PER_BLOCK = 20_000
"""So many at least are in memory at a time, whole sites, and are one row group."""


@dataclass(frozen=True)
class Preset:
    """A named size of network.

    Attributes:
        first: first local day; `last`: last local day.
        meters: which chargers send meter values, unless the user says otherwise.
        stations_per_part: sites whose sessions share one file.
    """

    name: str
    stations: int
    first: date
    last: date
    meters: Meters
    stations_per_part: int
    about: str


_TWO_YEARS = (date(2023, 7, 3), date(2025, 6, 29))
_THREE_YEARS = (date(2022, 7, 4), date(2025, 6, 29))

PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "xs",
            10,
            date(2025, 2, 3),
            date(2025, 6, 29),
            "smart",
            10,
            "the committed seeds: 10 stations, 21 weeks, about 10 thousand sessions",
        ),
        Preset("s", 18, *_TWO_YEARS, "smart", 18, "about 100 thousand sessions over two years"),
        Preset("m", 200, *_TWO_YEARS, "smart", 18, "about 1 million sessions over two years"),
        Preset("l", 1_440, *_THREE_YEARS, "none", 72, "about 10 million sessions, three years"),
        Preset("xl", 14_400, *_THREE_YEARS, "none", 72, "about 100 million sessions, three years"),
    )
}


@dataclass(frozen=True)
class Plan:
    """Everything that decides what is made; equal plans make equal bytes."""

    preset: Preset
    seed: int
    stations: int
    first: date
    last: date
    meters: Meters
    site_type: str | None = None

    @classmethod
    def of(
        cls,
        preset: str,
        *,
        seed: int = DEFAULT_SEED,
        stations: int | None = None,
        first: date | None = None,
        last: date | None = None,
        years: int | None = None,
        meters: Meters | None = None,
        site_type: str | None = None,
    ) -> Plan:
        """A preset with what the user changed.

        Args:
            years: length of the period, which ends with `last` or begins with `first`.
            site_type: of every site, instead of a mixture.

        Raises:
            EcoChargeError: unknown preset, reversed or far-off dates, no or too many stations.
        """
        if preset not in PRESETS:
            raise EcoChargeError(
                f"there is no preset {preset!r}", remedy=f"choose one of {', '.join(PRESETS)}"
            )
        base = PRESETS[preset]
        if years is not None:
            first, last = _years(years, first, last, base.last)
        plan = cls(
            base,
            seed,
            base.stations if stations is None else stations,
            first or base.first,
            last or base.last,
            meters or base.meters,
            site_type,
        )
        plan._check()
        return plan

    def _check(self) -> None:
        if self.first > self.last:
            raise EcoChargeError(
                f"the period ends ({self.last}) before it begins ({self.first})",
                remedy="give --from a day before --to; the preset supplies the one left out",
            )
        if self.first < _EARLIEST or self.last > _LATEST:
            raise EcoChargeError(
                f"the period {self.first} to {self.last} is outside {_EARLIEST} to {_LATEST}",
                remedy="choose --from and --to within those years",
            )
        if not 1 <= self.stations <= _MOST_STATIONS:
            raise EcoChargeError(
                f"cannot make {self.stations} stations",
                remedy=f"give --stations a number from 1 to {_MOST_STATIONS}",
            )
        if not 0 <= self.seed <= _LARGEST_SEED:
            raise EcoChargeError(
                f"the seed {self.seed} is out of range",
                remedy=f"give --seed a whole number from 0 to {_LARGEST_SEED}",
            )

    @property
    def as_seeds(self) -> bool:
        """Whether this is the size of the committed seeds."""
        return self.preset.name == "xs"

    @property
    def fingerprint(self) -> str:
        """The same for plans that make the same files."""
        period = f"{self.first}/{self.last}"
        sizes = f"{self.stations}/{self.preset.stations_per_part}/{SESSIONS_PER_BLOCK}"
        only = f"/{self.site_type}" if self.site_type else ""
        return f"{self.preset.name}/{self.seed}/{sizes}/{period}/{self.meters}{only}"

    @property
    def expected_sessions(self) -> int:
        """Roughly how many sessions there will be."""
        return int(self.stations * ((self.last - self.first).days + 1) * _SESSIONS_PER_DAY)

    @property
    def export_at(self) -> int:
        """UTC epoch second of the export: midnight UTC after the last day."""
        midnight = datetime.combine(self.last + timedelta(days=1), time(), UTC)
        return int(midnight.timestamp())

    @property
    def months(self) -> range:
        """The local months of the period, as `month_number`."""
        return range(month_number(self.first), month_number(self.last) + 1)

    def network(self) -> tuple[Site, ...]:
        """All sites; a large network is better built part by part."""
        return self.sites(range(1, self.stations + 1))

    def sites(self, numbers: range) -> tuple[Site, ...]:
        """The sites of these numbers."""
        return build_sites(self.seed, numbers, demo=self.as_seeds, only=self.site_type)

    @property
    def parts(self) -> list[range]:
        """Numbers of the sites of each output file: fixed by the plan, so that any order of work
        gives the same files."""
        size, end = self.preset.stations_per_part, self.stations + 1
        return [range(start, min(start + size, end)) for start in range(1, end, size)]

    @property
    def cities(self) -> list[City]:
        """The cities of the sites."""
        return cities_of(self.seed, self.stations, demo=self.as_seeds, only=self.site_type)

    @property
    def grid_zones(self) -> list[GridZone]:
        """The zones of the sites for which there are factors."""
        wanted = {city.grid_zone for city in self.cities}
        return [zone for zone in GRID_ZONES if zone.name in wanted]


def _years(
    years: int, first: date | None, last: date | None, usual_last: date
) -> tuple[date, date]:
    if first and last:
        raise EcoChargeError(
            "--years, --from and --to together say too much", remedy="leave one of them out"
        )
    if not 1 <= years <= _LATEST.year - _EARLIEST.year + 1:
        raise EcoChargeError(f"cannot make {years} years", remedy="give --years from 1 to 15")
    if first:
        return first, _shifted(first, years) - timedelta(days=1)
    end = last or usual_last
    return _shifted(end + timedelta(days=1), -years), end


def _shifted(day: date, years: int) -> date:
    """The same day of another year; 1 March where that year has no 29 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
