"""Days that are busier or quieter than chance allows: how much, and how long it lasts."""

from __future__ import annotations

import numpy as np

from ecocharge.profiles.draws import Floats
from ecocharge.profiles.profile import Luck
from ecocharge.profiles.visits import DAY, Visits

_MOST_SIGMA = 0.8
_MOST_PERSISTENCE = 0.9
_LEAST_EXPECTED = 1.0


def day_luck_of(visits: Visits, expected: Floats) -> Luck:
    """Moments of the network's daily visits about what was expected of the day.

    The variance beyond Poisson's is the luck's, its covariance from day to day the persistence.

    Args:
        expected: visits expected of each day, shape (days,).
    """
    day = visits.start // DAY - visits.first_day
    found = np.bincount(day, minlength=len(expected)).astype(np.float64)
    # The first and the last day of a stretch may be covered in part.
    inner = visits.observed.copy()
    inner[1:] &= visits.observed[:-1]
    inner[:-1] &= visits.observed[1:]
    inner[[0, -1]] = False
    usable = inner & (expected >= _LEAST_EXPECTED)
    away = np.where(usable, found - expected, 0.0)
    variance = ((away**2).sum() - expected[usable].sum()) / (expected[usable] ** 2).sum()
    if variance <= 0:
        return Luck(0.0, 0.0)
    both = usable[1:] & usable[:-1]
    covariance = (away[1:] * away[:-1])[both].sum() / (expected[1:] * expected[:-1])[both].sum()
    sigma = min(float(np.sqrt(np.log1p(variance))), _MOST_SIGMA)
    return Luck(sigma, float(np.clip(covariance / variance, 0.0, _MOST_PERSISTENCE)))
