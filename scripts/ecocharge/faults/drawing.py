"""Who is hit: one fault at most for each session, so that each can be scored by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ecocharge.faults.catalogue import FAULTS, Feed, Rates
from ecocharge.faults.choosing import chances, hash_names, lowest
from ecocharge.generator.randomness import Bools, Floats, Ints

NO_FAULT = ""


@dataclass(frozen=True)
class Draw:
    """What was drawn for the sessions of a feed.

    Attributes:
        fault: for each session the name of its fault or an empty text, shape (n,).
        files: the deliveries hit as a whole, by fault.
        hashes: the sessions' hashes, for further chances, shape (n,).
        seed: of all chances.
    """

    fault: np.ndarray[tuple[int], np.dtype[np.object_]]
    files: dict[str, tuple[int, ...]]
    hashes: np.ndarray[tuple[int], np.dtype[np.uint64]]
    seed: int

    def chance(self, purpose: str) -> Floats:
        """Uniform numbers in [0, 1), one for each session."""
        return chances(self.hashes, self.seed, purpose)

    def has(self, name: str) -> Bools:
        """The sessions with that fault, shape (n,)."""
        found: Bools = self.fault == name
        return found


def draw(
    sessions: pd.DataFrame,
    delivery: Ints,
    eligible: dict[str, Bools],
    rates: Rates,
    feed: Feed,
    seed: int,
) -> Draw:
    """Choose the sessions that each fault befalls.

    Args:
        sessions: with `session_id` and `connector_id`.
        delivery: the delivery each session is in, 0, 1, 2, ..., shape (n,).
        eligible: for faults that not every session can have, those that can, shape (n,).
        rates: see `catalogue.rates`.
        feed: whose faults are drawn.
        seed: another one hits others.

    Returns:
        Whole deliveries first, connectors next, single rows among the rest.
    """
    hashes = hash_names(sessions["session_id"])
    wanted = {name: rate for name, rate in rates.items() if rate > 0 and FAULTS[name].feed == feed}
    files = _files(wanted, int(delivery.max(initial=-1)) + 1, seed)
    fault = np.full(len(sessions), NO_FAULT, dtype=object)
    for name, hit in files.items():
        if name != "repeated_window":
            fault[np.isin(delivery, hit) & eligible.get(name, True)] = name
    untouched = ~np.isin(delivery, [number for hit in files.values() for number in hit])
    for name, rate in wanted.items():
        if FAULTS[name].level == "connector":
            keys = [f"{c}/{d}" for c, d in zip(sessions["connector_id"], delivery, strict=True)]
            chosen = chances(hash_names(keys), seed, name) < rate
            fault[chosen & untouched & eligible.get(name, True)] = name
    _rows(fault, hashes, untouched, eligible, wanted, seed)
    return Draw(fault, files, hashes, seed)


def _files(wanted: dict[str, float], count: int, seed: int) -> dict[str, tuple[int, ...]]:
    free = np.arange(count)
    files: dict[str, tuple[int, ...]] = {}
    for name, rate in wanted.items():
        if FAULTS[name].level != "file":
            continue
        chance = chances(hash_names(str(number) for number in free), seed, name)
        # The share counts from all deliveries, however many are taken already.
        hit = lowest(chance, min(1.0, rate * count / max(1, len(free))))
        files[name] = tuple(int(number) for number in free[hit])
        free = np.delete(free, hit)
    return files


def _rows(
    fault: np.ndarray[tuple[int], np.dtype[np.object_]],
    hashes: np.ndarray[tuple[int], np.dtype[np.uint64]],
    untouched: Bools,
    eligible: dict[str, Bools],
    wanted: dict[str, float],
    seed: int,
) -> None:
    """Among the faults that would befall a row, the one it missed by most befalls it."""
    nearest = np.ones(len(fault))
    free = (fault == NO_FAULT) & untouched
    for name, rate in wanted.items():
        if FAULTS[name].level in ("row", "bytes"):
            missed_by = chances(hashes, seed, name) / rate
            hit = free & (missed_by < nearest) & eligible.get(name, True)
            fault[hit] = name
            nearest[hit] = missed_by[hit]
