"""The last turn of the screw: rates such that samples have as many visits as the feed had."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from ecocharge.profiles.draws import Ints
from ecocharge.profiles.profile import TRAITS, Group, Profile
from ecocharge.profiles.sampling import visits_by_unit
from ecocharge.profiles.visits import Visits

_ROUNDS = 2
_PRIOR = 4.0
_EPOCH = date(1970, 1, 1)
_SEED = 987_654_321
_RATE = TRAITS.index("log_rate")


def calibrate(profile: Profile, visits: Visits, group_of: Ints) -> Profile:
    """Correct each group's rate by its visits in the feed against those of a sample.

    Gaps between visits are neither independent nor exactly in step with the fitted clock, so the
    rates of the fit alone give some groups too many visits.
    """
    real = np.bincount(group_of[visits.unit], minlength=len(profile.groups))
    first = _EPOCH + timedelta(days=visits.first_day)
    last = first + timedelta(days=len(visits.observed) - 1)
    sizes = np.array([len(group.homes) for group in profile.groups])
    for turn in range(_ROUNDS):
        drawn = visits_by_unit(profile, first, last, visits.observed, seed=_SEED + turn)
        made = np.add.reduceat(drawn, np.concatenate([[0], np.cumsum(sizes)[:-1]]))
        step = np.log((real + _PRIOR) / (made + _PRIOR))
        profile = replace(
            profile,
            groups=tuple(
                _faster(group, float(by))
                for group, by in zip(profile.groups, step, strict=True)
            ),
        )
    return profile


def _faster(group: Group, by: float) -> Group:
    mean = list(group.mean)
    mean[_RATE] += by
    return replace(group, mean=tuple(mean))
