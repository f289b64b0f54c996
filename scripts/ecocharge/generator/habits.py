"""From how a kind of place is used to the arrays that the kernel reads."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from ecocharge.generator.arrays import Habits
from ecocharge.generator.coming import HOUR_GUIDES
from ecocharge.generator.described import DESCRIBED, use_as
from ecocharge.generator.site_types import SiteType
from ecocharge.generator.trees import NEED, seen_by
from ecocharge.generator.uses import FITTED, Use, read_use

_LAST_HOUR = 23


@lru_cache(maxsize=64)
def use_of(kind: SiteType) -> Use:
    """How a kind of site is used: as described by hand, else as fitted to a feed."""
    if kind.name in DESCRIBED:
        return use_as(DESCRIBED[kind.name])
    return read_use(FITTED / f"{kind.name}.yml")


@lru_cache(maxsize=64)
def habits_of(kind: SiteType) -> Habits:
    """The arrays of a kind of site."""
    use = use_of(kind)
    cdf = np.cumsum(use.week / use.week.sum(axis=1, keepdims=True), axis=1)
    steps = np.arange(HOUR_GUIDES) / HOUR_GUIDES
    guide = np.array([np.searchsorted(day, steps, side="right") for day in cdf])
    return Habits(
        hour_cdf=cdf.ravel(),
        hour_guide=np.minimum(guide, _LAST_HOUR).ravel(),
        level_decay=use.level_decay,
        level_sigma=use.level_sigma,
        day_sigma=use.day_sigma,
        is_even=int(kind.is_even),
        habit_hour=use.habit_hour,
        hour_sd=use.habit_hour_sd,
        need_kwh=np.array([math.exp(log_need) for log_need in use.traits[:, NEED].tolist()]),
        woods=seen_by((use.stay, use.fill, use.idle or use.fill), use.traits),
        knows_idle=int(use.idle is not None),
        stay_luck=math.sqrt(1.0 - use.stay_habit),
        fill_luck=math.sqrt(1.0 - use.fill_habit),
        clock_step=int(use.clock_step),
        energy_step=int(use.energy_step),
        celsius=use.celsius,
        patience=kind.patience_seconds,
        is_once=int(use.is_once),
        again=use.again,
        failed=use.failed,
        retry=use.retry,
        fault_days=kind.fault_days,
        fault_hours=kind.fault_hours,
    )
