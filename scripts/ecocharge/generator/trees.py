"""Trees of quantile tables: what a visit is like, given when it happens and whose it is.

Part of the kernel: plain Python that also runs compiled.
"""

from __future__ import annotations

import numpy as np

from ecocharge.generator.arrays import Array, Tree

TRAITS = ("length", "length_spread", "fill", "energy", "log_power", "log_need")
"""What stays with a unit (a driver, or a bank of ports) from visit to visit: usual length, its
spread, fill and energy as normal scores; the power and the energy it reaches, log kW, log kWh."""

FEATURES = ("hour", "weekday", *TRAITS, "minutes", "full_power")
"""What a tree may ask about a visit, in the order of their positions."""

HOUR, WEEKDAY, FIRST_TRAIT = 0, 1, 2
NEED = len(TRAITS) - 1
MINUTES = FIRST_TRAIT + len(TRAITS)
FULL = MINUTES + 1
WARMTH = FULL + 1
"""Behind them, what the weather of the day makes of the energy; no tree asks for it."""

_STEP = 0.35
_TOP = 14
LEVELS = _STEP * (np.arange(_TOP + 1) - _TOP / 2)
"""Standard normal numbers at which the tables give values; equal steps, so none is searched for."""

_LOWEST = -_STEP * _TOP / 2


def leaf_of(tree: Tree, features: Array) -> int:
    """Number of the leaf that a visit falls into."""
    node = 0
    feature = tree.feature[0]
    while feature >= 0:
        node = tree.low[node] + (features[feature] > tree.threshold[node])
        feature = tree.feature[node]
    return int(tree.low[node])


def read_at(table: Array, leaf: int, z: float) -> float:
    """A leaf's value at a standard normal number, linear between levels and flat beyond them."""
    place = min(max((z - _LOWEST) / _STEP, 0.0), _TOP - 1e-9)
    below = int(place)
    row = leaf * (_TOP + 1) + below
    share = place - below
    return float(table[row] * (1.0 - share) + table[row + 1] * share)
