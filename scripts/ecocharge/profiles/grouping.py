"""From units to groups: drivers are only ever described a few at a time."""

from __future__ import annotations

import numpy as np

from ecocharge.profiles.draws import Floats, Ints
from ecocharge.profiles.profile import TRAITS, Group

LEAST_DRIVERS = 3
"""No figure about drivers rests on fewer than this many of them."""

_WEIGHTS = {"log_power": 2.0, "log_rate": 1.5, "first_day": 1.5, "last_day": 1.0}


def group_units(
    kind: str, home: Ints, shape: Ints, traits: Floats, shapes: Floats
) -> tuple[tuple[Group, ...], Ints]:
    """Connectors and slots each make a group of their own; drivers are joined with their likes.

    Drivers are parted by station where it has enough of them, then halved along the direction in
    which they differ most, as long as both halves keep `LEAST_DRIVERS` (microaggregation after
    Domingo-Ferrer and Mateo-Sanz 2002).

    Args:
        traits: shape (units, traits), in the order of `TRAITS`.
        shapes: shape (shapes, 72), so that drivers with like hours come together.

    Returns:
        The groups, and the group of each unit.
    """
    if kind != "driver":
        parts = [np.array([unit]) for unit in range(len(home))]
    else:
        parts = []
        rest = []
        for station in range(int(home.max()) + 1):
            members = np.flatnonzero(home == station)
            if len(members) >= LEAST_DRIVERS:
                parts.append(members)
            else:
                rest.extend(members.tolist())
        if len(rest) >= LEAST_DRIVERS:
            parts.append(np.array(rest, dtype=np.int64))
        elif rest and parts:
            parts[-1] = np.concatenate([parts[-1], rest])
        elif rest:
            parts.append(np.array(rest, dtype=np.int64))
        hours = shapes / shapes.std()
        space = np.column_stack([_standard(traits), 0.35 * hours[shape]])
        parts = [half for part in parts for half in _halve(part, space)]
    group_of = np.zeros(len(home), dtype=np.int64)
    for number, part in enumerate(parts):
        group_of[part] = number
    return tuple(_group(part, home, shape, traits) for part in parts), group_of


def _standard(traits: Floats) -> Floats:
    spread = np.maximum(traits.std(axis=0), 1e-6)
    weights = np.array([_WEIGHTS.get(name, 1.0) for name in TRAITS])
    standard: Floats = (traits - traits.mean(axis=0)) / spread * weights
    return standard


def _halve(part: Ints, space: Floats) -> list[Ints]:
    if len(part) < 2 * LEAST_DRIVERS:
        return [part]
    own = space[part] - space[part].mean(axis=0)
    direction = np.linalg.svd(own, full_matrices=False)[2][0]
    order = np.argsort(own @ direction, kind="stable")
    along = np.diff((own @ direction)[order])
    # The widest gap near the middle parts those who differ, not those who are alike.
    cuts = np.arange(LEAST_DRIVERS, len(part) - LEAST_DRIVERS + 1)
    cut = int(cuts[np.argmax(along[cuts - 1])])
    return [
        *_halve(part[order[:cut]], space),
        *_halve(part[order[cut:]], space),
    ]


def _group(part: Ints, home: Ints, shape: Ints, traits: Floats) -> Group:
    return Group(
        homes=tuple(sorted(home[part].tolist())),
        shapes=tuple(sorted(shape[part].tolist())),
        powers=tuple(sorted(traits[part, TRAITS.index("log_power")].tolist())),
        mean=tuple(traits[part].mean(axis=0).tolist()),
        spread=tuple(traits[part].std(axis=0).tolist()),
    )
