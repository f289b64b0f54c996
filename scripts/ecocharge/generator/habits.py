"""From the description of a kind of site to the arrays that the kernel reads."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from ecocharge.generator.arrays import Habits
from ecocharge.generator.randomness import Floats
from ecocharge.generator.site_types import Peak, SiteType

_HOURS = 24
_SATURDAY = 5


def _hour_cdf(peaks: tuple[Peak, ...]) -> Floats:
    """Cumulative share of arrivals at the end of each hour, shape (24,), the last one 1."""
    edges = range(_HOURS + 1)
    below = np.array(
        [
            sum(
                s * math.erf((edge - middle) / spread / math.sqrt(2)) for s, middle, spread in peaks
            )
            for edge in edges
        ]
    )
    cdf: Floats = (below[1:] - below[0]) / (below[-1] - below[0])
    return cdf


@lru_cache(maxsize=64)
def habits_of(kind: SiteType) -> Habits:
    """The arrays of a kind of site: staying until an hour, then staying a while."""
    stay = kind.stay
    days = [kind.weekday if day < _SATURDAY else kind.weekend for day in range(7)]
    until = stay.until_hour + (_HOURS if stay.overnight else 0)
    linger = 0.0 if stay.linger_minutes is None else stay.linger_minutes / 60.0
    own, visit = kind.need_sigma_driver**2, kind.need_sigma_visit**2
    return Habits(
        hour_cdf=np.concatenate([_hour_cdf(peaks) for peaks in days]),
        level_decay=kind.level_decay,
        level_sigma=kind.level_sigma,
        day_sigma=kind.burstiness,
        is_even=int(kind.is_even),
        habit_hour=kind.habit_hour,
        hour_sd=kind.habit_hour_sd,
        habit_stay=kind.habit_stay,
        component_cdf=np.tile([stay.until_share, 1.0], _HOURS),
        need_mu=np.full(2, math.log(kind.need_kwh)),
        need_sd=np.full(2, math.sqrt(own + visit)),
        need_habit=own / (own + visit),
        stay_mu=np.full(2, math.log(stay.other_median_hours)),
        stay_sd=np.array([stay.until_sd, stay.other_sigma]),
        stay_habit=kind.stay_habit,
        rho=np.array([0.0, kind.rho]),
        until_hour=np.array([until, -1.0]),
        linger_hours=np.full(2, linger),
        patience=kind.patience_seconds,
        failed=kind.failed,
        retry=kind.retry,
        fault_days=kind.fault_days,
        fault_hours=kind.fault_hours,
    )
