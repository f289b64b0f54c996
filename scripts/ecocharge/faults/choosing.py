"""Chance by name: whether a fault befalls a thing depends on (seed, thing, fault) and no order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import pandas as pd

from ecocharge.generator.randomness import Floats, Ints

Hashes = np.ndarray[tuple[int], np.dtype[np.uint64]]
"""64-bit numbers that stand for names."""

_TOP_BITS = 53


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def hash_names(names: Iterable[str]) -> Hashes:
    """A 64-bit number for each name, shape (n,): the same for a name wherever it stands."""
    objects = names if isinstance(names, np.ndarray) else np.array([*names], dtype=object)
    hashes: Hashes = pd.util.hash_array(objects, categorize=False)
    return hashes


def _mixed(hashes: Hashes, key: int) -> Hashes:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014)."""
    with np.errstate(over="ignore"):
        z = hashes ^ np.uint64(key)
        z += np.uint64(0x9E3779B97F4A7C15)
        z ^= z >> np.uint64(30)
        z *= np.uint64(0xBF58476D1CE4E5B9)
        z ^= z >> np.uint64(27)
        z *= np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return z


def hash_pairs(hashes: Hashes, numbers: Ints) -> Hashes:
    """A 64-bit number for each pair of a hash and a whole number, shape (n,)."""
    return _mixed(_mixed(hashes, 0) ^ numbers.astype(np.uint64), 0)


def chances(hashes: Hashes, seed: int, purpose: str) -> Floats:
    """Uniform numbers in [0, 1), one for each hash; another seed or purpose gives others."""
    z = _mixed(hashes, _number(f"{seed}/{purpose}"))
    spread: Floats = (z >> np.uint64(64 - _TOP_BITS)) / float(1 << _TOP_BITS)
    return spread


def between(chance: Floats, low: int, high: int) -> Ints:
    """Whole numbers from low to high, both included, from numbers in [0, 1)."""
    whole: Ints = low + np.floor(chance * (high - low + 1)).astype(np.int64)
    return whole


def lowest(chance: Floats, share: float) -> Ints:
    """The positions of the `share` of things with the lowest chance: at least one if share > 0."""
    count = min(len(chance), int(np.ceil(share * len(chance))))
    found: Ints = np.sort(np.argsort(chance, kind="stable")[:count]).astype(np.int64)
    return found
