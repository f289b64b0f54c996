"""The score: 0 is the naive generator, 100 the other half of the real data."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ecocharge.realism.baselines.naive import naive
from ecocharge.realism.classifier import auc
from ecocharge.realism.distances import GROUPS, distances
from ecocharge.realism.portrait import portrait
from ecocharge.realism.sample import Sample, halves, joined, matched

CHANCE = 0.5
_SHIFTS = (7, 14, 21)
_FLOOR_SEEDS = (101, 102, 103)
STEPS = 1 + len(_SHIFTS) + len(_FLOOR_SEEDS)
"""Slow parts of a scale; every score is one more."""
_LEAST_CONTRAST = 0.25
"""A trait that the naive generator misses by hardly more than the other half does says nothing."""


@dataclass(frozen=True)
class Trait:
    """One line of the score; distances to half B, of the synthetic data and of both ends.

    `subscore` is (floor - distance) / (floor - ceiling) within 0 to 1, or None when the trait
    does not count: unknown to a feed, or the naive generator is as good as the real half.
    """

    group: str
    name: str
    distance: float
    ceiling: float
    floor: float

    @property
    def subscore(self) -> float | None:
        if math.isnan(self.distance) or not self.counts:
            return None
        share = (self.floor - self.distance) / (self.floor - self.ceiling)
        return min(max(share, 0.0), 1.0)

    @property
    def counts(self) -> bool:
        return self.floor - self.ceiling > _LEAST_CONTRAST * self.floor


@dataclass(frozen=True)
class Score:
    """All traits of one synthetic sample, with the mean of the five groups."""

    traits: tuple[Trait, ...]

    @property
    def groups(self) -> dict[str, float]:
        """Mean subscore of each group, 0 to 100."""
        found = {}
        for group in GROUPS:
            known = [
                trait.subscore
                for trait in self.traits
                if trait.group == group and trait.subscore is not None
            ]
            if known:
                found[group] = 100.0 * float(np.mean(known))
        return found

    @property
    def total(self) -> float:
        """The realism score, 0 to 100; every group that could be judged weighs the same."""
        return float(np.mean(list(self.groups.values()))) if self.groups else float("nan")

    @property
    def auc(self) -> dict[str, float]:
        """Area under the curve of the classifier, per session and with history."""
        return {
            trait.name: CHANCE + trait.distance
            for trait in self.traits
            if trait.group == "classifier"
        }


class Scale:
    """Floor and ceiling of one real feed, computed once for all that is scored against it.

    Args:
        real_a: the half a generator may be fitted on.
        real_b: the half it is scored on.
        seed: of the naive draws and of the classifier.
        step: called after each slow part, for a progress bar.
    """

    def __init__(
        self,
        real_a: Sample,
        real_b: Sample,
        *,
        seed: int = 1,
        step: Callable[[], None] = lambda: None,
    ) -> None:
        self._real, self._seed, self._step = real_b, seed, step
        self._portrait = portrait(real_b)
        self._ceiling = self._ceilings(real_a)
        floors = [
            self._apart(naive(real_a, real_b.days, floor_seed)) for floor_seed in _FLOOR_SEEDS
        ]
        self._floor = _means(floors)

    def score(self, synthetic: Sample) -> Score:
        """Score what is left of a sample once it matches half B in days and stations."""
        found = self._apart(matched(synthetic, self._real, self._seed))
        return Score(
            tuple(
                Trait(group, name, found[name], self._ceiling[name], self._floor[name])
                for group, names in GROUPS.items()
                for name in names
            )
        )

    def _apart(self, other: Sample, real: Sample | None = None) -> dict[str, float]:
        against = self._portrait if real is None else portrait(real)
        found = distances(portrait(other), against)
        for history, name in ((False, "per session"), (True, "with history")):
            found[name] = auc(other, real or self._real, history=history, seed=self._seed) - CHANCE
        self._step()
        return found

    def _ceilings(self, real_a: Sample) -> dict[str, float]:
        """Distance of the halves: as they are, or the mean over other borders, if that is more.

        One split may agree in some trait by luck; no generator should have to.
        """
        here = self._apart(real_a)
        whole = joined(real_a, self._real)
        elsewhere = _means([self._apart(*halves(whole, shift)) for shift in _SHIFTS])
        return {name: float(np.fmax(here[name], elsewhere[name])) for name in here}


def score(real_a: Sample, real_b: Sample, synthetic: Sample, *, seed: int = 1) -> Score:
    """Score one synthetic sample against two halves of a real feed; see `Scale`."""
    return Scale(real_a, real_b, seed=seed).score(synthetic)


def _means(many: list[dict[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([one[name] for one in many])) for name in many[0]}
