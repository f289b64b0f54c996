"""A profile in memory: what a feed is like, in parameters, shapes and tables of quantiles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ecocharge.profiles.draws import Floats
from ecocharge.profiles.population import Population
from ecocharge.profiles.trees import QuantileTree


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
    site_type: str
    time_zone: str
    country: str
    region: str
    first: date
    last: date
    sessions: int
    stations: int
    drivers: int


@dataclass(frozen=True)
class Profile:
    """All that the sampler needs, and nothing of a single session.

    Attributes:
        kind: what a unit is: "driver", "connector" or "slot".
        shapes, weekday: visits by day type and hour, shape (shapes, 72), and weekday, (shapes, 7).
        level: stations by month, shape (stations, months).
        gap: time to the next visit; its special part is a quick return in minutes, the rest is in
            expected visits (both as logarithms).
        minutes: log length of a visit in minutes.
        fill: log energy as a share of what the visit might take; its special part as a share of
            full power throughout.
        idle: log share of the visit after charging had ended, None where the feed does not tell.
        whole_minutes: whether the feed knows no seconds.
        decimals: share of energies with 0, 1, 2 and 3 decimals at most.
    """

    origin: Origin
    kind: str
    population: Population
    shapes: Floats
    weekday: Floats
    level: Floats
    luck: Luck
    gap: QuantileTree
    minutes: QuantileTree
    fill: QuantileTree
    idle: QuantileTree | None
    whole_minutes: bool
    decimals: tuple[float, ...]
