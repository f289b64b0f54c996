"""The last turn of the screw: rates such that samples have as many visits as the feed had."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from ecocharge.profiles.draws import Ints
from ecocharge.profiles.pace import Calendar
from ecocharge.profiles.population import TRAITS
from ecocharge.profiles.profile import Luck, Profile
from ecocharge.profiles.sampling import visits_of_sample
from ecocharge.profiles.visits import DAY, Visits

_ROUNDS = 2
_PRIOR = 4.0
_LEAST = 0.005
_WEEKDAYS = 7
_EPOCH = date(1970, 1, 1)
_SEED = 987_654_321
_RATE = TRAITS.index("log_rate")


def calibrate(profile: Profile, visits: Visits, calendar: Calendar, together: Ints) -> Profile:
    """Correct the rates and the weekdays by the visits of the feed against a sample's.

    Gaps between visits are neither independent nor exactly in step with the fitted clock, so the
    rates of the fit alone give some units too many visits.

    Args:
        together: the pool of each unit, shape (units,): a pool is corrected as one.
    """
    real = np.bincount(together[visits.unit])
    first = _EPOCH + timedelta(days=visits.first_day)
    last = first + timedelta(days=len(visits.observed) - 1)
    weekday = calendar.weekday
    wanted = np.bincount(weekday[visits.start // DAY - visits.first_day], minlength=_WEEKDAYS)
    for turn in range(_ROUNDS):
        even = replace(profile, luck=Luck(0.0, 0.0))
        unit, day = visits_of_sample(even, first, last, visits.observed, seed=_SEED + turn)
        made = np.bincount(together[unit], minlength=len(real))
        found = np.bincount(weekday[day], minlength=_WEEKDAYS)
        share = (wanted / wanted.sum() + _LEAST) / (found / found.sum() + _LEAST)
        traits = profile.population.traits.copy()
        traits[:, _RATE] += np.log((real + _PRIOR) / (made + _PRIOR))[together]
        profile = replace(
            profile,
            weekday=profile.weekday * share,
            population=replace(profile.population, traits=traits),
        )
    return profile
