"""Trees of quantile tables: what a visit is like, given when it happens and whose it is.

Part of the kernel: plain Python that also runs compiled.
"""

from __future__ import annotations

import numpy as np

from ecocharge.generator.arrays import Array, Tree
from ecocharge.generator.randomness import Floats

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


def leaf_of(tree: Tree, unit: int, features: Array) -> int:
    """Number of the leaf that a visit of a unit falls into."""
    node = tree.root[unit]
    feature = tree.feature[node]
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


def seen_by(tree: Tree, traits: Floats) -> Tree:
    """The tree as each of several units sees it: what it asks about them is answered beforehand.

    Units that see the same share their nodes.

    Args:
        traits: of the units, shape (units, `TRAITS`).
    """
    nodes: list[tuple[int, float, int]] = []
    begins: dict[tuple[int, ...], int] = {}
    root = []
    for own in traits.tolist():
        seen = [_answered(tree, own, 0)]
        for node in seen:
            if tree.feature[node] >= 0:
                low = int(tree.low[node])
                seen += [_answered(tree, own, low), _answered(tree, own, low + 1)]
        root.append(begins.setdefault(tuple(seen), len(nodes)))
        if root[-1] == len(nodes):
            below = len(nodes) + 1
            for node in seen:
                is_leaf = tree.feature[node] < 0
                after = int(tree.low[node]) if is_leaf else below
                nodes.append((int(tree.feature[node]), float(tree.threshold[node]), after))
                below += 0 if is_leaf else 2
    feature, threshold, after_each = map(np.array, zip(*nodes, strict=True))
    return tree._replace(root=np.array(root), feature=feature, threshold=threshold, low=after_each)


def _answered(tree: Tree, own: list[float], node: int) -> int:
    """The first node from here on that asks about something else than the unit, or is a leaf."""
    while FIRST_TRAIT <= tree.feature[node] < MINUTES:
        trait = own[tree.feature[node] - FIRST_TRAIT]
        node = int(tree.low[node]) + (trait > tree.threshold[node])
    return node
