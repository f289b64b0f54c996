"""What is forecast where the model cannot be: each rung needs less history than the one above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ecocharge.forecasting.calibration import LEVELS
from ecocharge.forecasting.known import Floats
from ecocharge.forecasting.naives import NAIVES, naive_values
from ecocharge.forecasting.peers import LEVEL, PROFILE, silent_hours
from ecocharge.forecasting.schedule import eligible
from ecocharge.forecasting.settings import HOURS_PER_DAY, Settings

FALLBACK = "fallback"
"""Algorithm of every forecast below the model, and the id of those that no fit has made."""

MODEL = "model"
CURRENT_MODEL = "current_model"
NAIVE = "naive"
SHORT_HISTORY = "short_history"
NEW = "new"
SILENT = "silent"

PROFILE_DAYS = 2.0
"""Days of its own that weigh as much in a station's profile as those of all others: on ten stations
of the demo network two had the lowest squared error from the second day to the seventh."""

_DAYS_OF_WEEK = 7
_BINS = 4
_FEWEST_IN_BIN = 48
_HALF = int(LEVELS.searchsorted(0.5))
_WITH_MEDIAN = np.insert(LEVELS, _HALF, 0.5)

# Zero is no forecast to plan with, however small its error where most hours are zero.
_SERVABLE = tuple(name for name in NAIVES if name != "naive_zero")


@dataclass(frozen=True)
class Rule:
    """How far off one rung is, as its lessons show.

    Attributes:
        edges: of the bins, as shares of the level.
        table: quantiles of what happened less what was said, in levels, the median among them,
            shape (bins, 5); None where there are too few lessons.
        factor: what to multiply the expected energy with.
    """

    edges: Floats
    table: Floats | None
    factor: float


@dataclass(frozen=True)
class Ladder:
    """What is known by an hour of the rungs: the naives, best first, and each rung's rule."""

    order: Sequence[str]
    rules: Mapping[str, Rule]


@dataclass(frozen=True)
class Stopgap:
    """Forecasts of one rung, one value per row in kWh; offsets are quantiles less the median.

    Attributes:
        p50: median.
        mean: expected energy.
        offsets: shape (rows, 4) in the order of `calibration.QUANTILES`, NaN where unknown.
        rung: why the model does not serve.
    """

    p50: Floats
    mean: Floats
    offsets: Floats
    rung: npt.NDArray[np.object_]


def rungs(rows: pd.DataFrame, settings: Settings) -> npt.NDArray[np.object_]:
    """The rung that each row's history allows: model, short_history, new or silent."""
    history = rows["history_hours"].to_numpy(float, na_value=0.0)
    found = np.where(eligible(rows, settings), MODEL, SHORT_HISTORY).astype(object)
    found[silent_hours(rows) >= HOURS_PER_DAY] = SILENT
    found[history < HOURS_PER_DAY] = NEW
    return found


def best_naives(lessons: pd.DataFrame, label: Floats) -> list[str]:
    """The naives by their absolute error on these rows, best first; zero takes no part."""
    values = np.column_stack([naive_values(lessons, name) for name in _SERVABLE])
    common = ~np.any(np.isnan(values), axis=1)
    if not common.any():
        return ["naive_hour_mean", *(name for name in _SERVABLE if name != "naive_hour_mean")]
    totals = np.abs(values[common] - label[common, None]).sum(axis=0)
    return [_SERVABLE[place] for place in np.argsort(totals, kind="stable")]


def learn(lessons: pd.DataFrame, label: Floats, limit: float) -> Ladder:
    """The rungs as the rows of series with a model show them.

    Args:
        lessons: rows whose hour had passed by then: what the same rule would have said of them
            tells how far off it is.
        label: their energy as known then, kWh.
        limit: how many times its rule the expected energy may be: a median of peers is less than
            their mean, as the lessons show.
    """
    order = best_naives(lessons, label)
    rules = {}
    for name in (SHORT_HISTORY, NEW, SILENT, NAIVE):
        level, said = _by_rule(lessons, name, order)
        edges, table = _quantiles(said, level, label)
        rules[name] = Rule(edges, table, _factor(said, label, limit))
    return Ladder(order, rules)


def stopgap(due: pd.DataFrame, rung: npt.NDArray[np.object_], ladder: Ladder) -> Stopgap:
    """Forecasts of rows that no model serves.

    Args:
        due: feature rows, with the columns of `with_peers`.
        rung: one of short_history, new, silent or naive per row.
        ladder: what `learn` has found.

    Returns:
        One forecast per row; where a rung lacks what it needs, the best naive stands in and the
        rung says so. NaN where that is unknown, too.
    """
    mean, level = np.full(len(due), np.nan), np.full(len(due), np.nan)
    offsets, factor = np.full((len(due), len(_WITH_MEDIAN)), np.nan), np.ones(len(due))
    found = rung.copy()
    for name, rule in ladder.rules.items():
        at = found == name
        if not at.any():
            continue
        level[at], mean[at] = _by_rule(due[at], name, ladder.order)
        if name != NAIVE:
            found[at & np.isnan(mean)] = NAIVE
        at &= found == name
        offsets[at] = _offsets(mean[at], level[at], rule)
        factor[at] = rule.factor
    p50: Floats = np.where(
        np.isnan(offsets[:, _HALF]), mean, np.maximum(mean + offsets[:, _HALF], 0.0)
    )
    around: Floats = np.delete(offsets, _HALF, axis=1) + (mean - p50)[:, None]
    return Stopgap(np.round(p50, 6), np.round(mean * factor, 6), around, found)


def _by_rule(rows: pd.DataFrame, rung: str, order: Sequence[str]) -> tuple[Floats, Floats]:
    """Level and expected energy of each row in kWh by one rung's rule; NaN where unknown."""
    profile = _of(rows, PROFILE)
    if rung == NEW:
        level = _of(rows, LEVEL)
        return level, level * profile
    if rung == SHORT_HISTORY:
        level = _of(rows, "mean_168h_kwh")
        borrowed = level * profile
        own = _of(rows, "hour_mean_7d_kwh")
        days = np.minimum(_of(rows, "history_hours") / HOURS_PER_DAY, _DAYS_OF_WEEK)
        blended = (days * own + PROFILE_DAYS * borrowed) / (days + PROFILE_DAYS)
        return level, _first_known([blended, borrowed])
    level = _of(rows, "mean_672h_kwh")
    if rung == SILENT:
        same_hour = [_of(rows, "hour_day_type_mean_28d_kwh"), _of(rows, "hour_mean_28d_kwh")]
        return level, _first_known([*same_hour, level * profile])
    naives = [naive_values(rows, name) for name in order]
    return level, _first_known([*naives, level])


def _quantiles(said: Floats, level: Floats, label: Floats) -> tuple[Floats, Floats | None]:
    """Edges and table of a `Rule`, by what was said as a share of its level."""
    known = ~np.isnan(said) & (level > 0)
    shares = said[known] / level[known]
    residuals = label[known] / level[known] - shares
    bins = min(len(shares) // _FEWEST_IN_BIN, _BINS)
    if not bins:
        return np.empty(0), None
    edges = np.quantile(shares, np.arange(1, bins) / bins)
    bin_of = np.searchsorted(edges, shares, side="right")
    table = [
        np.quantile(residuals[bin_of == number], _WITH_MEDIAN)
        if np.any(bin_of == number)
        else np.quantile(residuals, _WITH_MEDIAN)
        for number in range(bins)
    ]
    return edges, np.stack(table)


def _offsets(mean: Floats, level: Floats, rule: Rule) -> Floats:
    """Quantiles of actual less forecast in kWh, by the forecast's share of its level."""
    if rule.table is None:
        return np.full((len(mean), len(_WITH_MEDIAN)), np.nan)
    share = mean / np.where(level > 0, level, np.nan)
    scaled: Floats = rule.table[np.searchsorted(rule.edges, np.nan_to_num(share), side="right")]
    return scaled * np.nan_to_num(level)[:, None]


def _factor(learned: Floats, label: Floats, limit: float) -> float:
    known = ~np.isnan(learned)
    total = float(learned[known].sum())
    return float(np.clip(label[known].sum() / total, 1 / limit, limit)) if total > 0 else 1.0


def _first_known(candidates: list[Floats]) -> Floats:
    found = candidates[0]
    for candidate in candidates[1:]:
        found = np.where(np.isnan(found), candidate, found)
    return found


def _of(rows: pd.DataFrame, name: str) -> Floats:
    if name not in rows:
        return np.full(len(rows), np.nan)
    values: Floats = rows[name].to_numpy(float, na_value=np.nan)
    return values
