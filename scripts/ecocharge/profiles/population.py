"""The units of a sample, drawn from a profile's groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from ecocharge.profiles.draws import Floats, Ints, uniforms
from ecocharge.profiles.profile import TRAITS, Profile

_HOME, _SHAPE, _LEVEL, _SPREAD = 1, 2, 3, 100
_POWER = TRAITS.index("log_power")


@dataclass(frozen=True)
class Population:
    """Units, arrays of shape (units,) unless said otherwise.

    Attributes:
        home, shape: station and weekly shape of each.
        traits: shape (units, traits), in the order of `TRAITS`.
    """

    home: Ints
    shape: Ints
    traits: Floats

    def trait(self, name: str) -> Floats:
        values: Floats = self.traits[:, TRAITS.index(name)]
        return values


def populate(profile: Profile, seed: int) -> Population:
    """Draw the units: within a group the traits are spread evenly and combined at random."""
    homes, shapes, traits = [], [], []
    for number, group in enumerate(profile.groups):
        size = len(group.homes)
        members = number * 100_000 + np.arange(size, dtype=np.int64)
        homes.append(np.array(group.homes)[_order(seed, _HOME, members)])
        shapes.append(np.array(group.shapes)[_order(seed, _SHAPE, members)])
        own = np.empty((size, len(TRAITS)))
        for trait, (mean, spread) in enumerate(zip(group.mean, group.spread, strict=True)):
            even = norm.ppf((np.arange(size) + 0.5) / size)
            even /= max(float(even.std()), 1e-9) if size > 1 else 1.0
            own[:, trait] = mean + spread * even[_order(seed, _SPREAD + trait, members)]
        own[:, _POWER] = np.array(group.powers)[_order(seed, _LEVEL, members)]
        traits.append(own)
    return Population(
        np.concatenate(homes).astype(np.int64),
        np.concatenate(shapes).astype(np.int64),
        np.concatenate(traits),
    )


def _order(seed: int, purpose: int, members: Ints) -> Ints:
    order: Ints = np.argsort(uniforms(seed, purpose, members, np.zeros_like(members)))
    return order
