"""How often units are visited: a rate each, shapes of the week they share, levels by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from ecocharge.profiles.draws import Bools, Floats, Ints
from ecocharge.profiles.pace import (
    CELLS,
    HOURS,
    Calendar,
    free_hours,
    interpolate,
    smooth_hours,
)
from ecocharge.profiles.pooling import LEAST_DRIVERS, merged
from ecocharge.profiles.visits import DAY, HOUR, Visits

_ROUNDS = 3
_PRIOR_STARTS = 30.0
_PRIOR_LEVEL = 12.0
_PRIOR_VISITS = 3.0
_STARTS_PER_SHAPE = 100
_MOST_SHAPES = 30
_UNITS_PER_SHAPE = 3
_LEAST = 1e-9
_MANY_STARTS = 4000


@dataclass(frozen=True)
class Rates:
    """Expected visits per free hour: rate * shape[cell] * weekday factor * level[month].

    Attributes:
        rate: shape (units,).
        shape_of: each unit's shape, shape (units,).
        shapes: shape (shapes, 72), mean 1 over a week; `weekday`: shape (shapes, 7).
        level: shape (stations, months).
        by_day: visits expected of the network on each day, shape (days,).
    """

    rate: Floats
    shape_of: Ints
    shapes: Floats
    weekday: Floats
    level: Floats
    by_day: Floats


def clock(
    rate: Floats,
    shape_of: Ints,
    home: Ints,
    active: Bools,
    day_luck: Floats,
    shapes: Floats,
    weekday: Floats,
    level: Floats,
    calendar: Calendar,
) -> Floats:
    """Expected visits up to the start of each hour if free throughout, shape (units, hours + 1)."""
    by_day = interpolate(level, calendar.month)[home] * day_luck * active
    by_day *= rate[:, None] * weekday[shape_of][:, calendar.weekday]
    pace = shapes[shape_of][:, calendar.cell] * np.repeat(by_day, HOURS, axis=1)
    total = np.zeros((len(rate), pace.shape[1] + 1))
    np.cumsum(pace, axis=1, out=total[:, 1:])
    return total


def fit_rates(visits: Visits, calendar: Calendar, active: Bools) -> Rates:
    """Maximum likelihood by turns: rates, then levels, over shapes found once.

    Args:
        active: shape (units, days).
    """
    free = free_hours(visits, active)
    since = (visits.start - visits.first_day * DAY) // HOUR
    starts = np.zeros((visits.units, CELLS))
    np.add.at(starts, (visits.unit, calendar.cell[since]), 1.0)
    months = int(np.ceil(calendar.month[-1])) + 1
    level = np.ones((int(visits.station.max()) + 1, months))
    free_cells = _by_cell(free, calendar)
    least = LEAST_DRIVERS if visits.kind == "driver" else 1
    shape_of, shapes = _shapes(starts, free_cells, least)
    weekday = _weekday_factors(visits, calendar, free, shapes, shape_of)
    count = np.bincount(visits.unit, minlength=visits.units).astype(float)
    rate = np.ones(visits.units)
    for _ in range(_ROUNDS):
        pace = shapes[shape_of][:, calendar.cell] * np.repeat(
            weekday[shape_of][:, calendar.weekday], HOURS, axis=1
        )
        pace *= free
        by_day = pace.reshape(visits.units, calendar.days, HOURS).sum(axis=2)
        levels = interpolate(level, calendar.month)[visits.home]
        hoped = (by_day * levels).sum(axis=1)
        prior = _PRIOR_VISITS * hoped.sum() / count.sum()
        rate = (count + _PRIOR_VISITS) / (hoped + prior)
        level = _levels(visits, calendar, by_day * rate[:, None], months)
    levels = interpolate(level, calendar.month)[visits.home]
    expected = (by_day * levels * rate[:, None]).sum(axis=0)
    return Rates(rate, shape_of, shapes, weekday, level, expected)


def _by_cell(free: Floats, calendar: Calendar) -> Floats:
    cells = np.zeros((CELLS, len(free)))
    np.add.at(cells, calendar.cell, free.T)
    return cells.T


def _shapes(starts: Floats, free: Floats, least: int) -> tuple[Ints, Floats]:
    """Cluster the units by their hours of the week; a shape is the pooled hazard of its units.

    Args:
        least: units that a shape must rest on.
    """
    overall = smooth_hours(starts.sum(axis=0)) / np.maximum(free.sum(axis=0), 1.0)
    scale = starts.sum(axis=1) / np.maximum(free @ overall, _LEAST)
    expected = scale[:, None] * overall * free
    prior = _PRIOR_STARTS / np.maximum(expected.sum(axis=1, keepdims=True), 1.0)
    own = smooth_hours(starts) + prior * expected
    relative = own / np.maximum((1 + prior) * expected, _LEAST)
    hazard = np.sqrt(relative * overall)
    weight = starts.sum(axis=1)
    wanted = min(
        _MOST_SHAPES, int(weight.sum() // _STARTS_PER_SHAPE) + 1, len(starts) // _UNITS_PER_SHAPE
    )
    with threadpool_limits(limits=1):
        found = KMeans(max(wanted, 1), n_init=4, random_state=0).fit(hazard, sample_weight=weight)
    joined = merged(found.labels_.astype(np.int64), hazard, weight, least)
    shape_of = np.unique(joined, return_inverse=True)[1].astype(np.int64)
    shapes = []
    for shape in range(int(shape_of.max()) + 1):
        mine = shape_of == shape
        # Free hours count by how often their unit is visited: a quiet unit says little.
        hours = (free[mine] * scale[mine, None]).sum(axis=0)
        count = starts[mine].sum(axis=0)
        light = (
            0.2 * smooth_hours(count) + 0.8 * count
            if count.sum() > _MANY_STARTS
            else smooth_hours(count)
        )
        shapes.append((light + 0.5 * overall / overall.mean()) / np.maximum(hours, 1.0))
    table = np.array(shapes)
    week = np.repeat([5.0, 1.0, 1.0], HOURS)
    return shape_of, table / ((table @ week) / week.sum())[:, None]


def _weekday_factors(
    visits: Visits, calendar: Calendar, free: Floats, shapes: Floats, shape_of: Ints
) -> Floats:
    """Visits of each weekday against what its day type's shape expects, shape (shapes, 7)."""
    pace = shapes[shape_of][:, calendar.cell] * free
    by_day = pace.reshape(visits.units, calendar.days, HOURS).sum(axis=2)
    count = np.bincount(visits.unit, minlength=visits.units)
    by_day *= (count / np.maximum(by_day.sum(axis=1), _LEAST))[:, None]
    expected = np.zeros((len(shapes), 7))
    found = np.zeros((len(shapes), 7))
    for weekday in range(7):
        days = calendar.weekday == weekday
        np.add.at(expected[:, weekday], shape_of, by_day[:, days].sum(axis=1))
    day = visits.start // DAY - visits.first_day
    np.add.at(found, (shape_of[visits.unit], calendar.weekday[day]), 1.0)
    factors: Floats = (found + _PRIOR_LEVEL) / (expected + _PRIOR_LEVEL)
    return factors


def _levels(visits: Visits, calendar: Calendar, expected: Floats, months: int) -> Floats:
    """Visits of each station's months against the expected, drawn towards the network's."""
    position = np.clip(np.rint(calendar.month).astype(np.int64), 0, months - 1)
    stations = int(visits.station.max()) + 1
    hoped = np.zeros((stations, months))
    for month in range(months):
        np.add.at(hoped[:, month], visits.home, expected[:, position == month].sum(axis=1))
    found = np.zeros((stations, months))
    day = visits.start // DAY - visits.first_day
    np.add.at(found, (visits.home[visits.unit], position[day]), 1.0)
    network = (found.sum(axis=0) + _PRIOR_LEVEL) / (hoped.sum(axis=0) + _PRIOR_LEVEL)
    levels: Floats = (found + _PRIOR_LEVEL * network) / (hoped + _PRIOR_LEVEL)
    return levels
