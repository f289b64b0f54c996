"""Fitting the generator's habits of a site type to the sessions of a real feed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from ecocharge.errors import EcoChargeError
from ecocharge.generator.arrays import Tree
from ecocharge.generator.trees import FEATURES, LEVELS, TRAITS
from ecocharge.generator.uses import Use
from ecocharge.profiles.draws import Bools, Floats, Ints
from ecocharge.profiles.habits import (
    mean_score,
    possible_energy,
    score_spread,
    supply,
    unit_need,
    unit_power,
)
from ecocharge.profiles.pooling import LEAST_DRIVERS
from ecocharge.profiles.rhythm import again_of, crowd_of, levels_of, own_hours, week_of
from ecocharge.profiles.trees import QuantileTree, grow
from ecocharge.profiles.visits import DAY, HOUR, Visits, as_visits
from ecocharge.realism.measures import intraclass_correlation

FULL_POWER = 0.85
_LADDER = np.array([3.7, 7.4, 11.0, 22.0, 50.0, 150.0, 350.0])
_TOP_POWER = 0.98
_MOST_UNITS = 31
_FEWEST = 500
_FEWEST_AT_A_STATION = 10
_LEAVES = {"stay": 30, "fill": 32, "idle": 12}
_FAILED_MINUTES = 4.0
_RETRY_MINUTES = 15.0
_UNKNOWN_POOL, _UNKNOWN_REGULARITY = 26.0, 0.7
_CELSIUS = 9.0
_NOTHING = 1e-3
_WHOLE = 0.9


def fit_use(sessions: pd.DataFrame, origin: Mapping[str, Any]) -> Use:
    """Fit habits to a session frame (columns as for `fitting.fit`).

    Args:
        origin: source, licence and period, kept in the file.

    Raises:
        EcoChargeError: when there are too few sessions to learn from.
    """
    if len(sessions) < _FEWEST:
        raise EcoChargeError(
            f"habits need at least {_FEWEST} accepted sessions, there are {len(sessions)}",
            remedy="land more files of the feed and build again",
        )
    visits = as_visits(sessions)
    is_failed = (visits.energy <= 0) & (visits.minutes <= _FAILED_MINUTES)
    bank, rated = _banks_of(visits)
    by_driver = visits.kind == "driver"
    own = visits if by_driver else replace(visits, unit=bank, home=np.zeros(bank.max() + 1, int))
    traits = _traits(own, ~is_failed)
    group = _groups(own, traits) if by_driver else np.arange(own.units)
    weight = np.bincount(group[own.unit]).astype(float)
    drivers = np.bincount(group)
    traits = np.array([traits[group == g].mean(axis=0) for g in range(len(weight))])
    known = replace(own, unit=group[own.unit], home=np.zeros(len(weight), np.int64))
    arrivals, levels = levels_of(visits)
    habit, sd = own_hours(visits) if by_driver else (0.0, 0.5)
    pool, regularity = crowd_of(visits) if by_driver else (_UNKNOWN_POOL, _UNKNOWN_REGULARITY)
    whole = float((visits.start % 60 == 0).mean()) > _WHOLE
    whole_wh = float(np.isclose(visits.energy * 100, np.rint(visits.energy * 100)).mean()) > _WHOLE
    failed_next = is_failed[:-1] & visits.follows[1:]
    wait = (visits.start[1:] - visits.end[:-1]) / 60.0
    return Use(
        origin=origin,
        week=week_of(visits),
        **levels,
        banks=_bank_rows(visits, bank, rated, arrivals, by_driver),
        weights=drivers / drivers.sum() if by_driver else weight / len(bank),
        traits=traits,
        pool=pool,
        regularity=regularity,
        habit_hour=habit,
        habit_hour_sd=sd,
        is_once=0,
        again=again_of(visits, _RETRY_MINUTES),
        failed=float(is_failed.mean()),
        retry=float((wait[failed_next] < _RETRY_MINUTES).mean()) if failed_next.any() else 0.0,
        clock_step=60 if whole else 1,
        energy_step=10 if whole_wh else 1,
        celsius=_CELSIUS,
        **_trees(known, traits, ~is_failed, own.unit if by_driver else None),
    )


def _banks_of(visits: Visits) -> tuple[Ints, Floats]:
    """The bank of each visit, and its rated kW: ports of a station by the power they reach.

    Banks are numbered station by station.
    """
    power = visits.energy / np.maximum(visits.minutes, 1.0) * 60.0
    port = visits.unit if visits.kind == "connector" else visits.station
    steady = (visits.minutes >= 10) & (visits.energy > 0)  # noqa: PLR2004
    top = pd.Series(power[steady]).groupby(port[steady]).quantile(_TOP_POWER)
    reached = top.reindex(np.arange(port.max() + 1)).fillna(float(top.median())).to_numpy()
    rating = _LADDER[np.searchsorted(_LADDER * 1.04, reached).clip(max=len(_LADDER) - 1)]
    named = visits.station * 1000 + np.searchsorted(_LADDER, rating[port])
    numbers, bank = np.unique(named, return_inverse=True)
    return bank.astype(np.int64), _LADDER[numbers % 1000]


def _traits(visits: Visits, usable: Bools) -> Floats:
    unit, units = visits.unit, visits.units
    power, need = unit_power(visits), unit_need(visits)
    charged = usable & (visits.energy > 0)
    fill = visits.energy / possible_energy(power[unit], need[unit], visits.minutes)
    columns = {
        "length": mean_score(visits.minutes, unit, usable, units),
        "length_spread": score_spread(visits.minutes, unit, usable, units),
        "fill": mean_score(fill, unit, charged, units),
        "energy": mean_score(visits.energy, unit, charged, units),
        "log_power": np.log(power),
        "log_need": np.log(need),
    }
    return np.column_stack([columns[name] for name in TRAITS])


def _groups(visits: Visits, traits: Floats) -> Ints:
    """Drivers alike in power and length put together, at least three in each group."""
    size = max(LEAST_DRIVERS, int(np.ceil(visits.units / _MOST_UNITS)))
    order = np.lexsort((traits[:, 0], np.round(traits[:, TRAITS.index("log_power")] * 2)))
    group = np.empty(visits.units, dtype=np.int64)
    count = max(visits.units // size, 1)
    group[order] = np.minimum(np.arange(visits.units) // size, count - 1)
    return group


def _bank_rows(
    visits: Visits, bank: Ints, rated: Floats, arrivals: Floats, by_driver: bool
) -> Floats:
    sessions = np.bincount(visits.station)
    rows = []
    order = np.argsort(arrivals, kind="stable")
    for rank, station in enumerate(order.tolist()):
        if sessions[station] < min(_FEWEST_AT_A_STATION, np.median(sessions)):
            continue
        for number in np.unique(bank[visits.station == station]).tolist():
            mine = bank == number
            share = mine.sum() / sessions[station]
            ports, spread = _ports(visits, mine)
            unit = -1 if by_driver else number
            rows.append([rank, ports, rated[number], arrivals[station] * share, spread, unit])
    return np.array(rows)


def _ports(visits: Visits, mine: Bools) -> tuple[int, float]:
    """Ports of a bank, and the spread of their log use."""
    if visits.kind == "connector":
        use = np.bincount(visits.unit[mine])
        use = use[use > 0]
        return len(use), min(float(np.std(np.log(use))), 2.5) if len(use) > 1 else 0.0
    start, end = np.sort(visits.start[mine]), np.sort(visits.end[mine])
    inside = np.arange(1, len(start) + 1) - np.searchsorted(end, start, side="right")
    return max(1, int(np.quantile(inside, 0.99))), 0.3


def _trees(visits: Visits, traits: Floats, usable: Bools, drivers: Ints | None) -> dict[str, Any]:
    unit = visits.unit[usable]
    minutes = np.maximum(visits.minutes[usable], 1.0)
    energy = visits.energy[usable]
    power, need = np.exp(traits[unit, -2]), np.exp(traits[unit, -1])
    day = visits.start[usable] // DAY
    columns = {
        "hour": visits.start[usable] % DAY / HOUR,
        "weekday": ((day + 3) % 7).astype(float),
        **{name: traits[unit, n] for n, name in enumerate(TRAITS)},
    }
    size = max(25, len(unit) // 250)
    supplied = energy / supply(power, minutes)
    full = (supplied >= FULL_POWER) & (minutes >= 3)  # noqa: PLR2004
    share = energy / possible_energy(power, need, minutes)
    fill_value = np.log(np.maximum(np.where(full, supplied, share), _NOTHING))
    stay_value = np.log(minutes)
    longer = {**columns, "minutes": stay_value}
    stay = grow(columns, stay_value, leaf_size=size, max_leaves=_LEAVES["stay"])
    fill = grow(
        longer, fill_value, nothing=energy <= 0, special=full,
        leaf_size=size, max_leaves=_LEAVES["fill"],
    )  # fmt: skip
    found: dict[str, Any] = {
        "stay": _with_levels(stay, longer, stay_value, energy < 0, np.zeros_like(full)),
        "fill": _with_levels(fill, longer, fill_value, energy <= 0, full),
        "idle": None,
        "stay_habit": 0.0,
        "fill_habit": 0.0,
    }
    if drivers is not None:
        who = drivers[usable]
        usual = (energy > 0) & ~full
        found["stay_habit"] = _left_over(stay, longer, stay_value, who)
        kept = {name: column[usual] for name, column in longer.items()}
        found["fill_habit"] = _left_over(fill, kept, fill_value[usual], who[usual])
    idle = np.clip(visits.idle[usable] / minutes, 0.0, 1.0)
    told = ~np.isnan(idle) & (energy > 0)
    if told.mean() >= _WHOLE:
        looked = {name: column[told] for name, column in longer.items()}
        looked["full_power"] = full[told].astype(float)
        value = np.log(np.maximum(idle[told], _NOTHING))
        none = idle[told] < _NOTHING
        tree = grow(looked, value, nothing=none, leaf_size=size, max_leaves=_LEAVES["idle"])
        found["idle"] = _with_levels(tree, looked, value, none, np.zeros_like(none))
    return found


def _left_over(
    tree: QuantileTree, columns: dict[str, Floats], value: Floats, drivers: Ints
) -> float:
    """Share of the variance within leaves that lies between drivers."""
    leaf = tree.leaves(np.column_stack([columns[name] for name in tree.features]))
    ranks = pd.Series(value).groupby(leaf).rank(pct=True)
    score = norm.ppf(np.clip(ranks.to_numpy() - 1e-3, 1e-3, 1 - 1e-3))
    _, unit = np.unique(drivers, return_inverse=True)
    return max(intraclass_correlation(score, unit.astype(np.int64)), 0.0)


def _with_levels(
    tree: QuantileTree, columns: dict[str, Floats], value: Floats, nothing: Bools, special: Bools
) -> Tree:
    """The tree with tables at the kernel's levels instead of the profile's quantiles."""
    names = tree.features
    leaf = tree.leaves(np.column_stack([columns[name] for name in names]))
    at = norm.cdf(LEVELS)
    usual = ~nothing & ~special

    def table(kind: Bools) -> Floats:
        rows = []
        for number in range(len(tree.nothing)):
            mine = value[(leaf == number) & kind]
            mine = mine if len(mine) else value[kind]
            rows.append(np.quantile(mine, at) if len(mine) else np.zeros(len(at)))
        return np.concatenate(rows)

    tip = tree.feature < 0
    place = np.array([FEATURES.index(name) for name in names])
    return Tree(
        feature=np.where(tip, -1, place[np.maximum(tree.feature, 0)]).astype(np.int64),
        threshold=tree.threshold,
        # A tree grown best leaf first has the high side's node behind the low one's.
        low=np.where(tip, tree.leaf, tree.left).astype(np.int64),
        nothing=tree.nothing,
        special=tree.special,
        table=table(usual),
        second=table(special),
    )
