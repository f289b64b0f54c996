"""The units of a profile: who takes turns, and what stays with each from visit to visit."""

from __future__ import annotations

from dataclasses import dataclass

from ecocharge.profiles.draws import Floats, Ints

TRAITS = (
    "log_rate",
    "length",
    "length_spread",
    "fill",
    "log_power",
    "log_need",
    "energy",
    "regularity",
    "home_share",
    "first_day",
    "last_day",
)
"""What distinguishes a unit: its rate of visits (log of visits per free hour of mean pace), its
usual length of stay, fill and energy (normal scores), the power and the energy it reaches (log kW,
log kWh), how evenly its visits are spaced, the share of visits at its home station, and the first
and last day on which it was there."""


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

    def __len__(self) -> int:
        return len(self.home)

    def trait(self, name: str) -> Floats:
        values: Floats = self.traits[:, TRAITS.index(name)]
        return values
