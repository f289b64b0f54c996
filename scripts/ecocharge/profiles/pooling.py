"""Traits of drivers are published pooled: each value is the mean over several drivers."""

from __future__ import annotations

import numpy as np

from ecocharge.profiles.draws import Floats, Ints

LEAST_DRIVERS = 3
"""No figure about a driver rests on fewer than this many of them."""


def pools(values: Floats, least: int = LEAST_DRIVERS) -> Ints:
    """The pool of each value, shape (n,): `least` neighbours in rank each, the last a few more.

    Individual-ranking microaggregation, Defays and Nanopoulos 1993.
    """
    count = max(1, len(values) // least)
    rank = np.empty(len(values), dtype=np.int64)
    rank[np.argsort(values, kind="stable")] = np.arange(len(values))
    pool: Ints = np.minimum(rank // least, count - 1)
    return pool


def pooled(values: Floats, least: int = LEAST_DRIVERS) -> Floats:
    """Each value replaced by the mean of its pool, shape (n,)."""
    pool = pools(values, least)
    means: Floats = (np.bincount(pool, weights=values) / np.bincount(pool))[pool]
    return means


def merged(group: Ints, place: Floats, weight: Floats, least: int) -> Ints:
    """Groups of at least `least` members: the smallest joins its nearest until all are.

    Args:
        group: of each member, shape (n,).
        place: of each member, shape (n, dimensions); `weight`: in the groups' centres, shape (n,).
    """
    group = group.copy()
    while True:
        numbers, sizes = np.unique(group, return_counts=True)
        if len(numbers) == 1 or sizes.min() >= least:
            return group
        centres = np.array(
            [np.average(place[group == n], axis=0, weights=weight[group == n]) for n in numbers]
        )
        smallest = int(sizes.argmin())
        away = ((centres - centres[smallest]) ** 2).sum(axis=1)
        away[smallest] = np.inf
        group[group == numbers[smallest]] = numbers[int(away.argmin())]
