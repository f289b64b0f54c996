"""Trees of quantile tables: what a visit is like, given when it happens and whose it is.

Part of the kernel: plain Python that also runs compiled.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ecocharge.generator.arrays import Array, Tree, Woods
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


KINDS = 3
STAY, FILL, IDLE = range(KINDS)
"""The trees of a site, in the order of `Woods.root`."""

NOTHING, SPECIAL, TABLE = 0, 1, 2
SECOND = TABLE + _TOP + 1
_LEAF = SECOND + _TOP + 1
"""Positions among the numbers of a leaf, and how many there are."""


def leaf_of(woods: Woods, unit: int, kind: int, features: Array) -> int:
    """Where the numbers begin of the leaf that a visit of a unit falls into."""
    node = woods.root[KINDS * unit + kind]
    feature = woods.feature[node]
    while feature >= 0:
        node = woods.low[node] + (features[feature] > woods.threshold[node])
        feature = woods.feature[node]
    return int(woods.low[node])


def read_at(leaves: Array, begin: int, z: float) -> float:
    """A table's value at a standard normal number, linear between levels and flat beyond them."""
    place = min(max((z - _LOWEST) / _STEP, 0.0), _TOP - 1e-9)
    below = int(place)
    row = begin + below
    share = place - below
    return float(leaves[row] * (1.0 - share) + leaves[row + 1] * share)


def seen_by(trees: Sequence[Tree], traits: Floats) -> Woods:
    """The trees as each of several units sees them: what they ask about it is answered beforehand.

    Units that see the same share their nodes. Files ask for log minutes; woods ask for minutes,
    so that no visit takes a logarithm.

    Args:
        trees: of the `KINDS`, in their order.
        traits: of the units, shape (units, `TRAITS`).
    """
    nodes: list[tuple[int, float, int]] = []
    begins: dict[tuple[int, ...], int] = {}
    root = []
    firsts = np.cumsum([0, *(len(tree.nothing) for tree in trees)]).tolist()
    for own in traits.tolist():
        for kind, tree in enumerate(trees):
            seen = [_answered(tree, own, 0)]
            for node in seen:
                if tree.feature[node] >= 0:
                    low = int(tree.low[node])
                    seen += [_answered(tree, own, low), _answered(tree, own, low + 1)]
            root.append(begins.setdefault((kind, *seen), len(nodes)))
            if root[-1] == len(nodes):
                nodes += _nodes(tree, seen, len(nodes), firsts[kind])
    feature, threshold, after = map(np.array, zip(*nodes, strict=True))
    leaves = np.concatenate([_numbers(tree) for tree in trees])
    return Woods(np.array(root), feature, threshold, after, leaves.ravel())


def _nodes(tree: Tree, seen: list[int], begin: int, first: int) -> list[tuple[int, float, int]]:
    """The nodes that are seen, breadth first, as they stand in woods from `begin` on."""
    nodes = []
    below = begin + 1
    for node in seen:
        is_leaf = tree.feature[node] < 0
        after = (first + int(tree.low[node])) * _LEAF if is_leaf else below
        threshold = float(tree.threshold[node])
        if tree.feature[node] == MINUTES:
            threshold = math.exp(threshold)
        nodes.append((int(tree.feature[node]), threshold, after))
        below += 0 if is_leaf else 2
    return nodes


def _answered(tree: Tree, own: list[float], node: int) -> int:
    """The first node from here on that asks about something else than the unit, or is a leaf."""
    while FIRST_TRAIT <= tree.feature[node] < MINUTES:
        trait = own[tree.feature[node] - FIRST_TRAIT]
        node = int(tree.low[node]) + (trait > tree.threshold[node])
    return node


def _numbers(tree: Tree) -> Floats:
    """The numbers of each leaf, shape (leaves, `_LEAF`)."""
    count = len(tree.nothing)
    tables = [np.reshape(table, (count, -1)) for table in (tree.table, tree.second)]
    numbers: Floats = np.column_stack([tree.nothing, tree.special, *tables])
    return numbers
