"""A profile in memory: what a feed is like, in parameters, shapes and tables of quantiles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ecocharge.profiles.draws import Floats, Ints
from ecocharge.profiles.trees import QuantileTree

TRAITS = (
    "log_rate",
    "length",
    "length_spread",
    "fill",
    "log_power",
    "log_need",
    "energy",
    "regularity",
    "home_share",
    "first_day",
    "last_day",
)
"""What distinguishes a unit: its rate of visits (log of visits per hour of its shape's mean pace),
its usual length of stay, fill and energy (normal scores), the power and the energy it reaches (log
kW, log kWh), how evenly its visits are spaced, the share of visits at its home station, and its first and last day."""


@dataclass(frozen=True)
class Group:
    """Units alike: as many as `homes`; each trait is a mean and a spread over them.

    Attributes:
        homes, shapes, powers: the stations, weekly shapes and powers (log kW) that the units have,
            each in an order of its own.
        mean, spread: by trait, in the order of `TRAITS`.
    """

    homes: tuple[int, ...]
    shapes: tuple[int, ...]
    powers: tuple[float, ...]
    mean: tuple[float, ...]
    spread: tuple[float, ...]


@dataclass(frozen=True)
class Luck:
    """The network's good and bad days: lognormal, with a spread and a persistence."""

    sigma: float
    persistence: float


@dataclass(frozen=True)
class Origin:
    """Where a profile comes from."""

    source: str
    description: str
    licence: str
    time_zone: str
    country: str
    region: str
    first: date
    last: date
    sessions: int
    stations: int
    drivers: int


@dataclass(frozen=True)
class DriverHabits:
    """Who comes to a connector, where the feed names its drivers for some sessions.

    Attributes:
        known: share of sessions with a driver, by month.
        same_again: chance that a quick return is the driver who just left.
        pool: drivers a station shares, per station; `evenness` the gamma shape of their weights.
        loyal: share of visits at the driver's own station.
    """

    known: tuple[float, ...]
    same_again: float
    pool: tuple[int, ...]
    evenness: float


@dataclass(frozen=True)
class Profile:
    """All that the sampler needs, and nothing of a single session.

    Attributes:
        kind: what a unit is: "driver", "connector" or "slot".
        shapes, weekday: visits by day type and hour, shape (shapes, 72), and weekday, (shapes, 7).
        level: stations by month, shape (stations, months).
        gap: time to the next visit; its special part is a quick return in minutes, the rest is in
            expected visits.
        minutes: length of a visit; its special part has none.
        fill: energy as a share of power times length; its special part took none.
        whole_minutes: whether the feed knows no seconds.
        decimals: share of energies with 0, 1, 2 and 3 decimals at most.
    """

    origin: Origin
    kind: str
    groups: tuple[Group, ...]
    shapes: Floats
    weekday: Floats
    level: Floats
    luck: Luck
    gap: QuantileTree
    minutes: QuantileTree
    fill: QuantileTree
    whole_minutes: bool
    decimals: tuple[float, ...]
    connector_of: Ints | None = None
    drivers: DriverHabits | None = None
