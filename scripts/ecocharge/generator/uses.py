"""How a kind of place is used: what a feed showed, or a description made into the same tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from ecocharge.errors import EcoChargeError
from ecocharge.generator.arrays import Tree
from ecocharge.generator.randomness import Floats
from ecocharge.generator.trees import FEATURES, LEVELS, TRAITS

FITTED = Path(__file__).parent / "fitted"
"""One file for each site type that is fitted to a feed."""

BANK_COLUMNS = ("station", "ports", "rated_kw", "arrivals", "popularity_sigma", "unit")
"""A bank of equal ports: its station, and the visits a day that it has there."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNITS = ("weight", *TRAITS)


@dataclass(frozen=True, eq=False)
class Use:
    """How a kind of place is used.

    Attributes:
        origin: source, licence and period of the feed.
        week: arrivals by weekday and local hour, mean 1 a day over a week, shape (7, 24).
        common_sigma, common_decay: log level of all such places together, an AR(1) of days.
        level_sigma, level_decay, day_sigma: log level of each place, and luck of each day.
        banks: rows of `BANK_COLUMNS`; `unit` is -1 where drivers have the habits.
        weights, traits: of the units, how many there are of each and their habits, shapes
            (units,) and (units, `TRAITS`).
        pool: drivers per daily arrival; `regularity`: gamma shape of how often each comes.
        habit_hour, habit_hour_sd: share of visits at the driver's own hour, hours around it.
        is_once: 1 where a driver comes once a day.
        again: share of visits after which the car charges again within minutes.
        failed, retry: share of starts that fail, and of these, of cars that try once more.
        clock_step, energy_step: seconds and Wh that the feed counts in.
        idle: None where the feed does not tell.
    """

    origin: Mapping[str, Any]
    week: Floats
    common_sigma: float
    common_decay: float
    level_sigma: float
    level_decay: float
    day_sigma: float
    banks: Floats
    weights: Floats
    traits: Floats
    pool: float
    regularity: float
    habit_hour: float
    habit_hour_sd: float
    is_once: int
    again: float
    failed: float
    retry: float
    clock_step: int
    energy_step: int
    celsius: float
    stay_habit: float
    fill_habit: float
    stay: Tree
    fill: Tree
    idle: Tree | None

    def station(self, position: float) -> tuple[Floats, float]:
        """The banks of the place at a position 0..1 from the quietest, and its visits a day."""
        return self._stations[min(int(position * len(self._stations)), len(self._stations) - 1)]

    @cached_property
    def _stations(self) -> list[tuple[Floats, float]]:
        numbers = np.unique(self.banks[:, 0])
        banks = [self.banks[self.banks[:, 0] == number] for number in numbers]
        return [(rows, float(rows[:, 3].sum())) for rows in banks]


NUMBERS = (
    *("common_sigma", "common_decay", "level_sigma", "level_decay", "day_sigma"),
    *("pool", "regularity"),
    *("habit_hour", "habit_hour_sd", "is_once", "again", "failed", "retry", "clock_step"),
    *("energy_step", "celsius", "stay_habit", "fill_habit"),
)
"""The single numbers of a file."""


def write_use(use: Use, path: Path) -> None:
    """Write a file that `read_use` reads; equal uses make equal bytes."""
    content = {
        "origin": dict(use.origin),
        **{name: float(f"{getattr(use, name):.4g}") for name in NUMBERS},
        "week": [_line(row) for row in use.week],
        "banks": {" ".join(BANK_COLUMNS): [_line(row) for row in use.banks]},
        "units": {
            " ".join(_UNITS): [
                _line(np.array([weight, *row]))
                for weight, row in zip(use.weights, use.traits, strict=True)
            ]
        },
        **{
            name: _tree_lines(tree)
            for name in ("stay", "fill", "idle")
            if (tree := getattr(use, name)) is not None
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(content, sort_keys=False, allow_unicode=True, width=10_000)
    path.write_text(text, encoding="utf-8")


@lru_cache(maxsize=16)
def read_use(path: Path) -> Use:
    """Read a file of habits.

    Raises:
        EcoChargeError: when it is missing or not such a file.
    """
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), _LOADER)
        units = _rows(found["units"], _UNITS)
        return Use(
            origin=found["origin"],
            **{name: found[name] for name in NUMBERS},
            week=np.array([_numbers(line) for line in found["week"]]),
            banks=_rows(found["banks"], BANK_COLUMNS),
            weights=units[:, 0],
            traits=units[:, 1:],
            stay=_tree(found["stay"]),
            fill=_tree(found["fill"]),
            idle=_tree(found["idle"]) if "idle" in found else None,
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise EcoChargeError(
            f"these habits cannot be read: {error}",
            file=path,
            remedy="make the file anew: ecocharge fit SOURCE --habits",
        ) from error


def _line(values: Floats) -> str:
    return " ".join(f"{value:.3g}" for value in values)


def _numbers(line: str) -> list[float]:
    return [float(word) for word in line.split()]


def _rows(table: Mapping[str, list[str]], columns: tuple[str, ...]) -> Floats:
    return np.array([_numbers(line) for line in table[" ".join(columns)]])


def _tree_lines(tree: Tree) -> dict[str, list[str]]:
    inner = [
        "leaf"
        if feature < 0
        else f"{FEATURES[feature]} <= {tree.threshold[node]:.4g} ? {tree.low[node]} : "
        f"{tree.low[node] + 1}"
        for node, feature in enumerate(tree.feature.tolist())
    ]
    width = len(LEVELS)
    leaves = [
        _line(
            np.concatenate(
                [
                    [tree.nothing[leaf], tree.special[leaf]],
                    tree.table[leaf * width : (leaf + 1) * width],
                    tree.second[leaf * width : (leaf + 1) * width] if tree.special[leaf] else [],
                ]
            )
        )
        for leaf in range(len(tree.nothing))
    ]
    return {"nodes": ["; ".join(inner)], "leaves": leaves}


def _tree(found: Mapping[str, list[str]]) -> Tree:
    nodes = found["nodes"][0].split("; ")
    size = len(nodes)
    feature, low = (np.full(size, -1, dtype=np.int64) for _ in range(2))
    threshold = np.zeros(size)
    leaf = 0
    for node, text in enumerate(nodes):
        if text == "leaf":
            low[node], leaf = leaf, leaf + 1
            continue
        name, _, limit, _, left, _, right = text.split()
        feature[node], threshold[node] = FEATURES.index(name), float(limit)
        low[node] = int(left)
        if int(right) != low[node] + 1:
            raise ValueError(f"after node {left} stands {right}")
    width = len(LEVELS)
    rows = [_numbers(line) for line in found["leaves"]]
    values = np.array([row if len(row) > 2 + width else [*row, *[0.0] * width] for row in rows])
    if values.shape != (leaf, 2 + 2 * width):
        raise ValueError(f"{leaf} leaves of {width} levels expected, found {values.shape}")
    return Tree(
        feature, threshold, low, values[:, 0].copy(), values[:, 1].copy(),
        values[:, 2 : 2 + width].ravel(), values[:, 2 + width :].ravel(),
    )  # fmt: skip
