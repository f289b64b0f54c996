"""Profile files: YAML of a few tens of kB, meant to be read by people too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from ecocharge.errors import EcoChargeError
from ecocharge.profiles.draws import Floats
from ecocharge.profiles.population import TRAITS, Population
from ecocharge.profiles.profile import Luck, Origin, Profile
from ecocharge.profiles.trees import QUANTILES, QuantileTree

VERSION = 1

_DIGITS, _EXACT = 3, 4
_INNER, _TIP = "nodes", "leaves"
_TREES = ("gap", "minutes", "fill", "idle")
_WIDTH = 10_000


def write_profile(profile: Profile, path: Path) -> None:
    """Write a profile; equal profiles make equal bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(
        _as_mapping(profile),
        default_flow_style=False,
        sort_keys=False,
        allow_unicode=True,
        width=_WIDTH,
    )
    path.write_text(text, encoding="utf-8")


def read_profile(path: Path) -> Profile:
    """Read a profile file.

    Raises:
        EcoChargeError: when it is missing, or not a profile of this version.
    """
    if not path.is_file():
        raise EcoChargeError(
            "there is no such profile", file=path, remedy="make one: ecocharge fit SOURCE"
        )
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), _LOADER)
        if found["ecocharge_profile"] != VERSION:
            raise ValueError(f"version {found['ecocharge_profile']}, not {VERSION}")
        return _from_mapping(found)
    except (
        yaml.YAMLError,
        UnicodeDecodeError,
        AttributeError,
        IndexError,
        KeyError,
        TypeError,
        ValueError,
    ) as error:
        raise EcoChargeError(
            f"this is no profile that can be read: {error}",
            file=path,
            remedy="make it anew: ecocharge fit SOURCE",
        ) from error


# The loader in C reads a profile in a tenth of the time; it is not built everywhere.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _as_mapping(profile: Profile) -> dict[str, Any]:
    population = profile.population
    return {
        "ecocharge_profile": VERSION,
        "origin": asdict(profile.origin),
        "kind": profile.kind,
        "whole_minutes": profile.whole_minutes,
        "decimals": _line(np.array(profile.decimals)),
        "day_luck": {
            "sigma": _short(np.array(profile.luck.sigma)),
            "persistence": _short(np.array(profile.luck.persistence)),
        },
        "weekly_shapes": {
            "weekday": _lines(profile.weekday),
            "hours_of_working_day_saturday_sunday": _lines(profile.shapes),
        },
        "level_by_station_and_month": _lines(profile.level),
        "units": {
            "columns": ["station", "shape", *TRAITS],
            "rows": [
                f"{home} {shape} {_line(traits, _EXACT)}"
                for home, shape, traits in zip(
                    population.home, population.shape, population.traits, strict=True
                )
            ],
        },
        "quantiles": _line(QUANTILES, _EXACT),
        **{
            name: _tree_as_mapping(tree)
            for name in _TREES
            if (tree := getattr(profile, name)) is not None
        },
    }


def _short(values: Floats, digits: int = _DIGITS) -> Any:
    """Numbers with few digits that count, as nested lists."""
    return np.vectorize(lambda value: float(f"{value:.{digits}g}"))(values).tolist()


def _line(values: Floats, digits: int = _DIGITS) -> str:
    """Numbers parted by blanks: a third shorter than a list, and as easy to read."""
    return " ".join(f"{value:.{digits}g}" for value in values)


def _lines(table: Floats) -> list[str]:
    return [_line(row) for row in table]


def _numbers(lines: list[str]) -> list[list[float]]:
    return [[float(word) for word in line.split()] for line in lines]


def _tree_as_mapping(tree: QuantileTree) -> dict[str, Any]:
    nodes = []
    for node, feature in enumerate(tree.feature.tolist()):
        if feature < 0:
            nodes.append(f"leaf {tree.leaf[node]}")
        else:
            threshold = f"{tree.threshold[node]:.{_EXACT}g}"
            nodes.append(f"{feature} {threshold} {tree.left[node]} {tree.right[node]}")
    leaves = []
    for leaf in range(len(tree.nothing)):
        # A part that never happens needs no table.
        special = tree.special_table[leaf] if tree.special[leaf] > 0 else []
        shares = [tree.nothing[leaf], tree.special[leaf]]
        leaves.append(_line(np.array([*shares, *tree.table[leaf], *special])))
    return {"features": list(tree.features), _INNER: nodes, _TIP: leaves}


def _from_mapping(found: Mapping[str, Any]) -> Profile:
    origin = dict(found["origin"])
    for name in ("first", "last"):
        if not isinstance(origin[name], date):
            raise ValueError(f"origin.{name} is no date")
    units = found["units"]
    if units["columns"] != ["station", "shape", *TRAITS]:
        raise ValueError("units.columns are not those of this version")
    rows = np.array(_numbers(units["rows"]))
    shapes = found["weekly_shapes"]
    return Profile(
        origin=Origin(**origin),
        kind=found["kind"],
        population=Population(
            rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64), rows[:, 2:]
        ),
        shapes=np.array(_numbers(shapes["hours_of_working_day_saturday_sunday"])),
        weekday=np.array(_numbers(shapes["weekday"])),
        level=np.array(_numbers(found["level_by_station_and_month"])),
        luck=Luck(**found["day_luck"]),
        whole_minutes=found["whole_minutes"],
        decimals=tuple(_numbers([found["decimals"]])[0]),
        gap=_tree(found["gap"]),
        minutes=_tree(found["minutes"]),
        fill=_tree(found["fill"]),
        idle=_tree(found["idle"]) if "idle" in found else None,
    )


def _tree(found: Mapping[str, Any]) -> QuantileTree:
    width = len(QUANTILES)
    # A leaf is written as its number; here it becomes a row like the others, of no feature.
    nodes = [line.replace("leaf", "-1 0 -1") for line in found[_INNER]]
    table = np.array(_numbers(nodes))
    feature = table[:, 0].astype(np.int64)
    tip = feature < 0
    rows = _numbers(found[_TIP])
    leaves = [row if len(row) > 2 + width else [*row, *[0.0] * width] for row in rows]
    values = np.array(leaves, dtype=np.float64)
    if values.shape[1] != 2 + 2 * width:
        raise ValueError(f"a leaf has {values.shape[1]} numbers")
    child = table[:, 2:].astype(np.int64)
    return QuantileTree(
        features=tuple(found["features"]),
        feature=feature,
        threshold=table[:, 1],
        left=np.where(tip, -1, child[:, 0]),
        right=np.where(tip, -1, child[:, 1]),
        leaf=np.where(tip, child[:, 1], -1),
        nothing=values[:, 0],
        special=values[:, 1],
        table=values[:, 2 : 2 + width],
        special_table=values[:, 2 + width :],
    )


def as_stored(profile: Profile) -> Profile:
    """The profile as it comes back from its file, with fewer digits."""
    again = _from_mapping(_as_mapping(profile))
    return replace(again, origin=profile.origin)
