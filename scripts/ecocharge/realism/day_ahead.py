"""What a day-ahead forecast may look at: numbers known at the midnight that begins its day.

All but the hour and the weekday is relative to the station's own level, so that a model learnt on
one network's stations can be asked about another's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecocharge.forecasting.settings import Settings
from ecocharge.realism.demand import HOURS, MEMORY_DAYS, Demand
from ecocharge.realism.sample import Bools, Floats, Ints

_LAGS = (1, 2, 7, 14, 21, 28)
_WEEK = 7
_WEEKDAY_OF_1970 = 3
_FEW = 0.1
_SETTINGS = Settings()


@dataclass(frozen=True)
class Rows:
    """One row for each hour of a station that can be forecast, arrays of shape (rows, ...).

    Attributes:
        features: shape (rows, features); unknown is NaN.
        scale: the station's mean of the last 28 days as known at midnight, kWh an hour.
        actual: energy of the hour, kWh.
        last_week: energy of the same hour a week before, kWh.
        hour_mean: mean of the same hour on the last 28 days, kWh.
        hour: local hours since 1970.
    """

    features: Floats
    scale: Floats
    actual: Floats
    last_week: Floats
    hour_mean: Floats
    hour: Ints

    def __len__(self) -> int:
        return len(self.scale)

    def where(self, kept: Bools) -> Rows:
        """Some of the rows."""
        return Rows(*(column[kept] for column in vars(self).values()))


def rows_of(demand: Demand) -> Rows:
    """The rows of every watched day for which a forecast at its midnight has something to go by.

    The station has been there for 28 days, most of them watched, and delivered something.
    """
    shape = demand.kwh.shape
    lags: dict[int, Floats] = {}
    total, days, active = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for lag in range(1, MEMORY_DAYS + 1):
        known = demand.known(lag)
        total += np.nan_to_num(known)
        days += ~np.isnan(known)
        active += known > 0
        if lag == _WEEK:
            week = total / np.maximum(days, 1)
        if lag in _LAGS:
            lags[lag] = known
    hour_mean = total / np.maximum(days, 1)
    level = hour_mean.mean(axis=2, keepdims=True)
    scale = np.broadcast_to(np.maximum(level, _SETTINGS.scale_floor_kwh), shape)

    day = demand.first_day + np.arange(shape[1])
    weekday = (day + _WEEKDAY_OF_1970) % _WEEK
    usually_open = np.maximum(_mean_before(demand.open_sessions), _FEW)
    columns = (
        *(values / scale for values in lags.values()),
        week / scale,
        hour_mean / scale,
        week.mean(axis=2, keepdims=True) / scale,
        lags[1].mean(axis=2, keepdims=True) / scale,
        active / np.maximum(days, 1),
        (demand.open_sessions / usually_open)[:, :, None],
        np.arange(HOURS),
        weekday[:, None],
    )
    ready = demand.observed & (days[:, :, 0] >= _SETTINGS.history_share * MEMORY_DAYS)
    ready &= level[:, :, 0] > 0
    ready[:, MEMORY_DAYS:] &= demand.seen[:, :-MEMORY_DAYS]
    ready[:, :MEMORY_DAYS] = False
    station, at = np.nonzero(ready)
    features = np.empty((len(station), HOURS, len(columns)))
    for place, column in enumerate(columns):
        features[:, :, place] = np.broadcast_to(column, shape)[station, at]
    return Rows(
        features=features.reshape(-1, len(columns)),
        scale=scale[station, at].ravel(),
        actual=demand.kwh[station, at].ravel(),
        last_week=lags[_WEEK][station, at].ravel(),
        hour_mean=hour_mean[station, at].ravel(),
        hour=(day[at][:, None] * HOURS + np.arange(HOURS)).ravel(),
    )


def _mean_before(daily: Floats) -> Floats:
    """Mean of the 28 days before each day, shape (stations, days); of fewer at the beginning."""
    total = np.cumsum(np.pad(daily, ((0, 0), (1, 0))), axis=1)
    day = np.arange(daily.shape[1])
    first = np.maximum(day - MEMORY_DAYS, 0)
    mean: Floats = (total[:, day] - total[:, first]) / np.maximum(day - first, 1)
    return mean
