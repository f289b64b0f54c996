"""Who is hit: one fault at most for each session, so that each can be scored by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ecocharge.faults.catalogue import CODES, FAULTS, Feed, Level, Rates
from ecocharge.faults.choosing import Hashes, chances, hash_names, hash_pairs, lowest
from ecocharge.generator.randomness import Bools, Floats, Ints

NO_FAULT = 0

Codes = np.ndarray[tuple[int], np.dtype[np.int8]]
"""Faults as positions in `catalogue.NAMES`."""

# These leave their rows as they are: other faults may befall them.
_HARMLESS = ("repeated_window", "file_in_utf16", "file_with_semicolons")


@dataclass(frozen=True)
class Things:
    """What faults may befall, arrays of shape (n,).

    Attributes:
        sessions: hashes of the sessions' ids.
        connectors: hashes of their connectors' ids.
        delivery: the delivery each session is in, 0, 1, 2, ...
    """

    sessions: Hashes
    connectors: Hashes
    delivery: Ints


@dataclass(frozen=True)
class Draw:
    """What was drawn for the sessions of a feed.

    Attributes:
        fault: the fault of each session, 0 for none, shape (n,).
        files: the deliveries hit as a whole, by fault.
        things: what it was drawn for.
        seed: of all chances.
    """

    fault: Codes
    files: Mapping[str, tuple[int, ...]]
    things: Things
    seed: int

    def chance(self, purpose: str) -> Floats:
        """Uniform numbers in [0, 1), one for each session."""
        return chances(self.things.sessions, self.seed, purpose)

    def has(self, name: str) -> Bools:
        """The sessions with that fault, shape (n,)."""
        found: Bools = self.fault == CODES[name]
        return found

    def take(self, rows: Ints) -> Draw:
        """The same of some sessions."""
        whole = self.things
        things = Things(whole.sessions[rows], whole.connectors[rows], whole.delivery[rows])
        return replace(self, fault=self.fault[rows], things=things)


def draw(
    things: Things,
    deliveries: int,
    eligible: Mapping[str, Bools],
    rates: Rates,
    feed: Feed,
    seed: int,
) -> Draw:
    """Choose the sessions that each fault befalls.

    Args:
        things: the sessions.
        deliveries: how many the feed has: a share of them is hit, whichever are at hand.
        eligible: for faults that not every session can have, those that can, shape (n,).
        rates: see `catalogue.rates`.
        feed: whose faults are drawn.
        seed: another one hits others.

    Returns:
        Whole deliveries first, connectors next, single rows among the rest.
    """
    wanted = {name: rate for name, rate in rates.items() if rate > 0 and FAULTS[name].feed == feed}
    files = drawn_files(wanted, deliveries, seed)
    fault = np.zeros(len(things.sessions), dtype=np.int8)
    untouched = np.ones(len(fault), dtype=np.bool_)
    for name, hit in files.items():
        inside = np.isin(things.delivery, hit)
        if name not in _HARMLESS:
            fault[inside & eligible.get(name, True)] = CODES[name]
        if FAULTS[name].level == "file":
            untouched &= ~inside
    for name, rate in _of(wanted, "connector").items():
        pairs = hash_pairs(things.connectors, things.delivery)
        chosen = chances(pairs, seed, name) < rate
        fault[chosen & untouched & (fault == NO_FAULT) & eligible.get(name, True)] = CODES[name]
    coded = np.isin(things.delivery, [n for name in _of(wanted, "coding") for n in files[name]])
    # A damaged byte means something else in another encoding or beside another delimiter.
    plain = {name: eligible.get(name, True) & ~coded for name in _of(wanted, "bytes")}
    alone = {**_of(wanted, "row"), **_of(wanted, "bytes")}
    _rows(fault, things, untouched, {**eligible, **plain}, alone, seed)
    for name in _of(wanted, "coding"):
        fault[(fault == NO_FAULT) & np.isin(things.delivery, files[name])] = CODES[name]
    return Draw(fault, files, things, seed)


def _of(wanted: Mapping[str, float], level: Level) -> dict[str, float]:
    return {name: rate for name, rate in wanted.items() if FAULTS[name].level == level}


def drawn_files(wanted: Rates, count: int, seed: int) -> dict[str, tuple[int, ...]]:
    """The deliveries that each fault of whole files befalls, one fault at most for each."""
    free = np.arange(count)
    files: dict[str, tuple[int, ...]] = {}
    for name, rate in {**_of(wanted, "file"), **_of(wanted, "coding")}.items():
        if not rate:
            continue
        chance = chances(hash_names(str(number) for number in free), seed, name)
        # The share counts from all deliveries, however many are taken already.
        hit = lowest(chance, min(1.0, rate * count / max(1, len(free))))
        files[name] = tuple(int(number) for number in free[hit])
        free = np.delete(free, hit)
    return files


def _rows(
    fault: Codes,
    things: Things,
    untouched: Bools,
    eligible: Mapping[str, Bools],
    wanted: Mapping[str, float],
    seed: int,
) -> None:
    """Among the faults that would befall a row, the one it missed by most befalls it."""
    nearest = np.ones(len(fault))
    free = (fault == NO_FAULT) & untouched
    for name, rate in wanted.items():
        chance = chances(things.sessions, seed, name)
        hit = np.flatnonzero(chance < rate)
        missed_by = chance[hit] / rate
        kept = free[hit] & (missed_by < nearest[hit])
        if name in eligible:
            kept &= eligible[name][hit]
        fault[hit[kept]] = CODES[name]
        nearest[hit[kept]] = missed_by[kept]
