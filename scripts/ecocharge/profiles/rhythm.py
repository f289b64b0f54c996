"""When a feed's places are used: shape of the week, good and bad spells, drivers' own hours."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecocharge.profiles.draws import Floats
from ecocharge.profiles.visits import DAY, HOUR, Visits

_NEAR, _FAR = 1, 14
_MOST_SIGMA = 1.2
_FEWEST_DAYS = 14
_MOST_DECAY = 0.98
_WIDTHS = (0.25, 0.5, 1.0, 2.0)


def week_of(visits: Visits) -> Floats:
    """Arrivals by weekday and hour, mean 1 a day over the week, shape (7, 24)."""
    day = visits.start // DAY
    cell = (day + 3) % 7 * 24 + visits.start % DAY // HOUR
    found = np.bincount(cell, minlength=168).astype(float).reshape(7, 24)
    days = (visits.first_day + np.flatnonzero(visits.observed) + 3) % 7
    week: Floats = found / np.bincount(days, minlength=7)[:, None]
    week /= week.sum() / 7
    return week


def levels_of(visits: Visits) -> tuple[Floats, dict[str, Any]]:
    """Visits a day by station while it was in use, and the spread and decay of log levels.

    Moments of daily counts about their weekday's mean: the covariance between stations is that of
    the common level; what the network's own autocovariance has beyond it belongs to the stations.
    """
    days = len(visits.observed)
    stations = int(visits.station.max()) + 1
    counts = np.zeros((stations, days))
    np.add.at(counts, (visits.station, visits.start // DAY - visits.first_day), 1.0)
    factor = week_of(visits).sum(axis=1)[(visits.first_day + np.arange(days) + 3) % 7]
    seen = visits.observed
    total = counts.sum(axis=0)
    mean = total[seen].sum() / factor[seen].sum() * factor
    away = np.where(seen, total - mean, 0.0)

    def moment(lag: int) -> float:
        both = seen[lag:] & seen[: days - lag]
        product = (away[lag:] * away[: days - lag])[both].sum()
        scale = float((mean[lag:] * mean[: days - lag])[both].sum())
        noise = float(mean[both].sum()) if lag == 0 else 0.0
        return float(product - noise) / max(scale, 1.0)

    whole, near, far = moment(0), moment(_NEAR), moment(_FAR)
    near = float(np.clip(near, 1e-4, None))
    decay = float(np.clip((max(far, 1e-5) / near) ** (1 / (_FAR - _NEAR)), 0.0, _MOST_DECAY))
    slow = min(float(np.sqrt(np.log1p(near / max(decay, 0.3)))), _MOST_SIGMA)
    quick = float(np.sqrt(np.log1p(max(whole - near / max(decay, 0.3), 0.0))))
    arrivals = np.array(
        [
            row.sum() / max(seen[used[0] : used[-1] + 1].sum(), 1)
            for row in counts
            for used in [np.flatnonzero(row)]
        ]
    )
    weight = arrivals / arrivals.sum()
    alone = float(1 / np.sqrt((weight**2).sum()))
    return arrivals, {
        "common_sigma": slow,
        "common_decay": decay,
        "level_sigma": 0.15,
        "level_decay": 0.9,
        "day_sigma": min(quick * alone, 0.6),
    }


def again_of(visits: Visits, minutes: float) -> float:
    """Share of visits that another of the unit follows within minutes, beyond chance.

    Chance: as many follow in the next stretch of the same length.
    """
    wait = (visits.start[1:] - visits.end[:-1]) / 60.0
    wait = wait[visits.follows[1:]]
    soon, later = (wait < minutes).sum(), ((wait >= minutes) & (wait < 2 * minutes)).sum()
    return float(max(soon - later, 0) / len(visits.unit))


def crowd_of(visits: Visits) -> tuple[float, float]:
    """Drivers per daily arrival, and the gamma shape of how often they come.

    A visit's driver comes so often, on average over visits: that rate and the spread of rates
    between drivers are kept.
    """
    count = np.bincount(visits.unit, minlength=visits.units).astype(float)
    seen = np.concatenate([[0], np.cumsum(visits.observed)])
    day = visits.start // DAY - visits.first_day
    first = np.full(visits.units, len(visits.observed))
    last = np.zeros(visits.units, dtype=np.int64)
    np.minimum.at(first, visits.unit, day)
    np.maximum.at(last, visits.unit, day)
    rate = count / np.maximum(seen[last + 1] - seen[first], _FEWEST_DAYS)
    unequal = float(rate.var() / rate.mean() ** 2)
    typical = float((count * rate).sum() / count.sum())
    return (1 + unequal) / typical, 1 / max(unequal, 0.05)


def own_hours(visits: Visits) -> tuple[float, float]:
    """Share of visits at the driver's own hour, and hours around it.

    From how close the hours of two following visits of a driver lie, against any two visits.
    """
    hour = visits.start % DAY / HOUR
    same = np.zeros(len(hour), dtype=bool)
    same[1:] = visits.unit[1:] == visits.unit[:-1]
    here = np.flatnonzero(same)
    other = np.random.default_rng(0).permutation(len(hour))[: len(here)]
    near = [_within(hour[here] - hour[here - 1], width) for width in _WIDTHS]
    chance = [_within(hour[here] - hour[other], width) for width in _WIDTHS]
    noise = np.random.default_rng(1).standard_normal(4_000) * np.sqrt(2)
    best = (np.inf, 0.0, 0.5)
    for share in np.arange(0.0, 0.96, 0.05):
        for sd in (0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0):
            made = [
                share**2 * _within(noise * sd, width) + (1 - share**2) * usual
                for width, usual in zip(_WIDTHS, chance, strict=True)
            ]
            missed = float(np.sum((np.array(made) - near) ** 2))
            best = min(best, (missed, float(share), sd))
    return best[1], best[2]


def _within(hours: Floats, width: float) -> float:
    apart = np.abs(hours) % 24
    return float((np.minimum(apart, 24 - apart) <= width).mean())
