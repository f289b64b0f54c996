"""How far two portraits are apart: one number per trait, in four of the score's five groups."""

from __future__ import annotations

import math

import numpy as np

from ecocharge.realism import measures
from ecocharge.realism.portrait import LAGS, Portrait
from ecocharge.realism.sample import Floats

GROUPS: dict[str, tuple[str, ...]] = {
    "marginals": ("hour", "weekday", "energy", "duration", "power", "idle"),
    "dependence": ("energy-duration", "medians by hour", "stations"),
    "time": ("over-dispersion", "Fano of days", *(f"autocorrelation {lag} h" for lag in LAGS)),
    "network": ("Gini", "overlaps", "gaps"),
    "classifier": ("per session", "with history"),
}
"""Group to its traits, as the score averages them."""


def distances(first: Portrait, second: Portrait) -> dict[str, float]:
    """Distance per trait, 0 for equals; NaN where a feed does not know the trait."""
    found = {
        "hour": measures.js(first.hour, second.hour),
        "weekday": measures.js(first.weekday, second.weekday),
        "energy": measures.wasserstein(first.log_energy, second.log_energy),
        "duration": measures.wasserstein(first.log_hours, second.log_hours),
        "power": measures.wasserstein(first.log_power, second.log_power),
        "idle": measures.wasserstein(first.idle, second.idle),
        "energy-duration": abs(first.spearman - second.spearman),
        "medians by hour": _mean_difference(
            np.concatenate([first.energy_by_hour, first.hours_by_hour]),
            np.concatenate([second.energy_by_hour, second.hours_by_hour]),
        ),
        "stations": _mean_difference(first.station_icc, second.station_icc),
        "over-dispersion": abs(
            _positive_root(first.over_dispersion) - _positive_root(second.over_dispersion)
        ),
        "Fano of days": abs(math.log((first.day_fano + _TINY) / (second.day_fano + _TINY))),
        "Gini": abs(first.gini - second.gini),
        "overlaps": abs(first.overlap - second.overlap),
        "gaps": measures.wasserstein(first.log_gap, second.log_gap),
    }
    for place, lag in enumerate(LAGS):
        found[f"autocorrelation {lag} h"] = float(
            abs(first.autocorrelation[place] - second.autocorrelation[place])
        )
    return found


_TINY = 0.01


def _positive_root(value: float) -> float:
    """The coefficient of variation of the rate itself: 1/k is its square."""
    return math.sqrt(max(value, 0.0))


def _mean_difference(first: Floats, second: Floats) -> float:
    apart = np.abs(first - second)
    known = apart[~np.isnan(apart)]
    return float(known.mean()) if len(known) else float("nan")
