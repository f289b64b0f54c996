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
