"""Places that no open feed shows, described by hand: motorway services and fleet depots."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ecocharge.generator.arrays import Tree
from ecocharge.generator.randomness import Floats
from ecocharge.generator.trees import HOUR, LEVELS, TRAITS
from ecocharge.generator.uses import Use

Peak = tuple[float, float, float]
"""Share of arrivals, local hour of the middle, standard deviation in hours."""

_HOURS = 24
_SATURDAY = 5


@dataclass(frozen=True)
class Described:
    """What is known of a kind of place without a feed.

    Attributes:
        day_factors: arrivals Monday..Sunday against the others.
        until_hour: local hour of the next day until which most stay; 0 where they stay
            `stay_minutes`, a lognormal with `stay_sigma`.
        need_kwh, need_sigma: what drivers need, a lognormal between them.
        fill, fill_sigma: share of what a visit might take, a lognormal between visits.
        full_share: visits that charge at full power throughout.
    """

    weekday: tuple[Peak, ...]
    weekend: tuple[Peak, ...]
    day_factors: tuple[float, ...]
    day_sigma: float
    pool: float
    regularity: float
    habit_hour: float
    until_hour: float
    stay_minutes: float
    stay_sigma: float
    need_kwh: float
    need_sigma: float
    fill: float
    fill_sigma: float
    full_share: float
    ports: int
    rated_kw: float
    arrivals: float


DESCRIBED = {
    "highway": Described(
        weekday=((0.25, 9.0, 1.5), (0.35, 13.0, 2.2), (0.4, 17.5, 1.9)),
        weekend=((0.55, 12.5, 2.3), (0.45, 17.0, 2.0)),
        day_factors=(0.94, 0.92, 0.95, 1.02, 1.17, 0.96, 0.88),
        day_sigma=0.2,
        pool=45.0,
        regularity=0.5,
        habit_hour=0.5,
        until_hour=0.0,
        stay_minutes=25.0,
        stay_sigma=0.45,
        need_kwh=90.0,
        need_sigma=0.3,
        fill=0.95,
        fill_sigma=0.25,
        full_share=0.6,
        ports=6,
        rated_kw=150.0,
        arrivals=14.0,
    ),
    "depot": Described(
        weekday=((0.88, 17.6, 0.7), (0.12, 13.0, 0.8)),
        weekend=((1.0, 16.2, 1.0),),
        day_factors=(1.0, 1.02, 1.02, 1.0, 0.97, 0.5, 0.28),
        day_sigma=0.05,
        pool=1.25,
        regularity=40.0,
        habit_hour=0.8,
        until_hour=6.4,
        stay_minutes=150.0,
        stay_sigma=0.04,
        need_kwh=38.0,
        need_sigma=0.15,
        fill=0.95,
        fill_sigma=0.22,
        full_share=0.0,
        ports=14,
        rated_kw=11.0,
        arrivals=11.0,
    ),
}
"""By name of the site type."""


def _hours(peaks: tuple[Peak, ...]) -> Floats:
    below = np.array(
        [
            sum(s * math.erf((edge - middle) / sd / math.sqrt(2)) for s, middle, sd in peaks)
            for edge in range(_HOURS + 1)
        ]
    )
    shares: Floats = np.diff(below) / (below[-1] - below[0])
    return shares


def _leaf(table: npt.NDArray[Any], special: float = 0.0) -> Tree:
    """A tree of one leaf; visits at full power take nearly all of it."""
    return Tree(
        feature=np.array([-1]),
        threshold=np.zeros(1),
        low=np.zeros(1, dtype=np.int64),
        nothing=np.zeros(1),
        special=np.array([special]),
        table=table,
        second=np.minimum(-0.06 + 0.02 * LEVELS, 0.0),
    )


def _by_hour(tables: list[npt.NDArray[Any]]) -> Tree:
    """One leaf for each hour, found by halving."""
    spans = [(0, len(tables))]
    nodes: list[tuple[int, float, int]] = []
    for first, end in spans:
        middle = (first + end) // 2
        if middle == first:
            nodes.append((-1, 0.0, first))
            continue
        nodes.append((HOUR, float(middle), len(spans)))
        spans += [(first, middle), (middle, end)]
    feature, threshold, low = zip(*nodes, strict=True)
    return Tree(
        feature=np.array(feature),
        threshold=np.array(threshold),
        low=np.array(low),
        nothing=np.zeros(len(tables)),
        special=np.zeros(len(tables)),
        table=np.concatenate(tables),
        second=np.zeros(len(LEVELS) * len(tables)),
    )


def _stays(told: Described) -> Tree:
    usual = math.log(told.stay_minutes) + told.stay_sigma * LEVELS
    if not told.until_hour:
        return _leaf(usual)
    hours = [(told.until_hour - hour - 0.5) % _HOURS for hour in range(_HOURS)]
    return _by_hour([math.log(60 * max(left, 1.5)) + told.stay_sigma * LEVELS for left in hours])


def use_as(told: Described) -> Use:
    """The same tables as a fitted kind of place has."""
    weekday, weekend = _hours(told.weekday), _hours(told.weekend)
    days = [weekday if day < _SATURDAY else weekend for day in range(7)]
    factors = np.array(told.day_factors)
    units = np.linspace(-1.5, 1.5, 9)
    traits = np.zeros((len(units), len(TRAITS)))
    traits[:, TRAITS.index("log_need")] = math.log(told.need_kwh) + told.need_sigma * units
    return Use(
        origin={"source": "described by hand"},
        week=np.array(days) * (factors / factors.mean())[:, None],
        common_sigma=0.0,
        common_decay=0.0,
        level_sigma=0.1,
        level_decay=0.85,
        day_sigma=told.day_sigma,
        banks=np.array([[0, told.ports, told.rated_kw, told.arrivals, 0.5, -1.0]]),
        weights=np.exp(-(units**2) / 2),
        traits=traits,
        pool=told.pool,
        regularity=told.regularity,
        habit_hour=told.habit_hour,
        habit_hour_sd=0.45,
        is_once=1,
        again=0.0,
        failed=0.025,
        retry=0.5,
        clock_step=1,
        energy_step=1,
        celsius=15.0,
        stay_habit=0.3,
        fill_habit=0.2,
        stay=_stays(told),
        fill=_leaf(math.log(told.fill) + told.fill_sigma * LEVELS, told.full_share),
        idle=None,
    )
