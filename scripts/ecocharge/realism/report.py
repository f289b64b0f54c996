"""The score as a table and as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping

from rich.table import Table

from ecocharge.realism.distances import GROUPS
from ecocharge.realism.scoring import CHANCE, Score

Json = dict[str, float | dict[str, float] | list[dict[str, float | str | None]] | None]


def trait_table(score: Score) -> Table:
    """Every trait with its distance, both ends of its scale and what it is worth."""
    table = Table(title="Realism: 0 naive, 100 the other half of the real data")
    for name in ("group", "trait"):
        table.add_column(name)
    for name in ("distance", "other half", "naive", "score"):
        table.add_column(name, justify="right")
    shown = ""
    for trait in score.traits:
        ends = [trait.distance, trait.ceiling, trait.floor]
        if trait.group == "classifier":
            ends = [CHANCE + end for end in ends]
        worth = "-" if trait.subscore is None else f"{100 * trait.subscore:.0f}"
        group = "" if trait.group == shown else trait.group
        shown = trait.group
        table.add_row(group, trait.name, *(_number(end) for end in ends), worth)
    table.add_section()
    for group, value in score.groups.items():
        table.add_row(group, "", "", "", "", f"{value:.0f}")
    table.add_row("[bold]realism", "", "", "", "", f"[bold]{score.total:.1f}")
    return table


def baseline_table(scores: Mapping[str, Score]) -> Table:
    """Several generators side by side."""
    table = Table(title="Side by side, on the same scale")
    table.add_column("generator")
    for name in ("realism", *GROUPS, "AUC per session", "AUC with history"):
        table.add_column(name, justify="right")
    for name, score in scores.items():
        groups = [score.groups.get(group, math.nan) for group in GROUPS]
        table.add_row(
            name,
            f"{score.total:.1f}",
            *(_number(group, 0) for group in groups),
            *(_number(area) for area in score.auc.values()),
        )
    return table


def to_json(score: Score) -> Json:
    """Everything the tables show."""
    return {
        "realism": score.total,
        "groups": score.groups,
        "auc": score.auc,
        "traits": [
            {
                "group": trait.group,
                "trait": trait.name,
                "distance": _known(trait.distance),
                "ceiling": _known(trait.ceiling),
                "floor": _known(trait.floor),
                "subscore": trait.subscore,
            }
            for trait in score.traits
        ],
    }


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _number(value: float, digits: int = 3) -> str:
    return "-" if math.isnan(value) else f"{value:.{digits}f}"
