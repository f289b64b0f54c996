"""What stays with a unit from visit to visit: its power, how long and how full its visits are."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm, rankdata

from ecocharge.profiles.draws import Bools, Floats, Ints
from ecocharge.profiles.visits import DAY, Visits

_PRIOR_VISITS = 4.0
_STEADY_MINUTES = 10.0
_POWER_QUANTILE = 0.95
_NEED_QUANTILE = 0.85
_SILENCES = 5.0
_LEAST_SILENCE_DAYS = 21.0


def scores(values: Floats) -> Floats:
    """Normal scores: each value's rank read as a quantile of the standard normal."""
    normal: Floats = norm.ppf((rankdata(values) - 0.5) / len(values))
    return normal


def unit_power(visits: Visits) -> Floats:
    """The mean power in kW that a unit's better visits reach, shape (units,)."""
    power = visits.energy / np.maximum(visits.minutes, 1.0) * 60.0
    steady = (visits.minutes >= _STEADY_MINUTES) & (visits.energy > 0)
    usual = float(np.quantile(power[steady], _POWER_QUANTILE))
    found = np.full(visits.units, usual)
    for unit in range(visits.units):
        own = power[steady & (visits.unit == unit)]
        if len(own) >= _PRIOR_VISITS:
            found[unit] = np.quantile(own, _POWER_QUANTILE)
    return found


def unit_need(visits: Visits) -> Floats:
    """The energy in kWh that a unit's fuller visits reach, shape (units,)."""
    charged = visits.energy > 0
    usual = float(np.quantile(visits.energy[charged], _NEED_QUANTILE))
    found = np.full(visits.units, np.log(usual))
    for unit in range(visits.units):
        own = visits.energy[charged & (visits.unit == unit)]
        if len(own):
            weight = len(own) / (len(own) + _PRIOR_VISITS)
            reached = max(float(np.quantile(own, _NEED_QUANTILE)), 0.05 * usual)
            found[unit] += weight * (np.log(reached) - found[unit])
    need: Floats = np.exp(found)
    return need


def supply(power: Floats, minutes: Floats) -> Floats:
    """Energy at full power in kWh; an instant counts as a minute."""
    energy: Floats = power * np.maximum(minutes, 1.0) / 60.0
    return energy


def possible_energy(power: Floats, need: Floats, minutes: Floats) -> Floats:
    """What a visit might take: power times time when short, the need when long, smooth between."""
    most = supply(power, minutes)
    possible: Floats = most * need / (most + need)
    return possible


def mean_score(values: Floats, unit: Ints, rows: Bools, units: int) -> Floats:
    """Mean normal score of each unit, drawn towards 0 where it has few rows."""
    count = np.bincount(unit[rows], minlength=units)
    total = np.bincount(unit[rows], weights=scores(values[rows]), minlength=units)
    means: Floats = total / (count + _PRIOR_VISITS)
    return means


def score_spread(values: Floats, unit: Ints, rows: Bools, units: int) -> Floats:
    """Spread of each unit's normal scores about its own mean, drawn towards the usual spread."""
    score = scores(values[rows])
    own = unit[rows]
    count = np.bincount(own, minlength=units)
    mean = np.bincount(own, weights=score, minlength=units) / np.maximum(count, 1)
    squares = np.bincount(own, weights=(score - mean[own]) ** 2, minlength=units)
    usual = squares.sum() / max(len(own) - units, 1)
    spread: Floats = np.sqrt((squares + _PRIOR_VISITS * usual) / (count + _PRIOR_VISITS))
    return spread


def active_days(visits: Visits) -> tuple[Ints, Ints]:
    """First and last day (0-based) on which each unit was there to be used, shape (units,).

    A silence at an edge of the period is an absence when it is several times as long as the
    unit's usual time between visits.
    """
    days = len(visits.observed)
    seen = np.concatenate([[0], np.cumsum(visits.observed)])
    first, last = np.zeros(visits.units, np.int64), np.full(visits.units, days - 1)
    for unit in range(visits.units):
        day = visits.start[visits.unit == unit] // DAY - visits.first_day
        begun, ended = int(day.min()), int(day.max())
        usual = (seen[ended + 1] - seen[begun]) / len(day)
        silence = max(_LEAST_SILENCE_DAYS, _SILENCES * usual)
        if seen[begun] > silence:
            first[unit] = begun
        if seen[days] - seen[ended + 1] > silence:
            last[unit] = ended
    return first, last
