"""The last turn of the screw: rates such that samples have as many visits as the feed had."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from ecocharge.profiles.draws import Ints
from ecocharge.profiles.pace import Calendar
from ecocharge.profiles.profile import TRAITS, Group, Profile
from ecocharge.profiles.sampling import visits_of_sample
from ecocharge.profiles.visits import DAY, Visits

_ROUNDS = 2
_PRIOR = 4.0
_LEAST = 0.005
_WEEKDAYS = 7
_EPOCH = date(1970, 1, 1)
_SEED = 987_654_321
_RATE = TRAITS.index("log_rate")


def calibrate(profile: Profile, visits: Visits, calendar: Calendar, group_of: Ints) -> Profile:
    """Correct the groups' rates and the weekdays by the visits of the feed against a sample's.

    Gaps between visits are neither independent nor exactly in step with the fitted clock, so the
    rates of the fit alone give some groups too many visits.
    """
    real = np.bincount(group_of[visits.unit], minlength=len(profile.groups))
    first = _EPOCH + timedelta(days=visits.first_day)
    last = first + timedelta(days=len(visits.observed) - 1)
    sizes = np.array([len(group.homes) for group in profile.groups])
    weekday = calendar.weekday
    wanted = np.bincount(
        weekday[visits.start // DAY - visits.first_day], minlength=_WEEKDAYS
    )
    for turn in range(_ROUNDS):
        unit, day = visits_of_sample(profile, first, last, visits.observed, seed=_SEED + turn)
        drawn = np.bincount(unit, minlength=sizes.sum())
        made = np.add.reduceat(drawn, np.concatenate([[0], np.cumsum(sizes)[:-1]]))
        found = np.bincount(weekday[day], minlength=_WEEKDAYS)
        share = (wanted / wanted.sum() + _LEAST) / (found / found.sum() + _LEAST)
        step = np.log((real + _PRIOR) / (made + _PRIOR))
        profile = replace(
            profile,
            weekday=profile.weekday * share,
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
