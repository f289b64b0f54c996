"""The rivals, each forecasting the rows of a set with what was known at their origins."""

from __future__ import annotations

import warnings

import lightgbm as lgb
import numpy as np
import pandas as pd
from forecast_sets import KEY, Fold, Set
from mlforecast import MLForecast
from mlforecast.lag_transforms import RollingMean
from mlforecast.target_transforms import LocalStandardScaler
from statsforecast.models import AutoETS

from ecocharge.forecasting.design import feature_matrix, series_scale
from ecocharge.forecasting.known import to_hours
from ecocharge.forecasting.settings import HOURS_PER_DAY, Settings

_WEEKS = 4
_HISTORY_HOURS = _WEEKS * 7 * HOURS_PER_DAY
# The longest local day.
_HOURS_AHEAD = 25
_LAGS = [1, 2, 3, 24, 48, 72, 96, 120, 144, 168]


def lightgbm_rows(found: Set) -> pd.DataFrame:
    """LightGBM on our features, labels, weights and sample: `lgb_p50` (L1), `lgb_mean` (Poisson).

    Trees, leaves and learning rate are ours.
    """
    tables = []
    for fold in found.folds():
        matrix, label, weight = _relative(fold, found.settings)
        scale = series_scale(fold.due, found.settings)
        due = feature_matrix(fold.due, scale)
        table = fold.due[KEY].copy()
        for name, objective in (("lgb_p50", "regression_l1"), ("lgb_mean", "poisson")):
            model = lgb.LGBMRegressor(
                objective=objective,
                n_estimators=found.settings.trees,
                learning_rate=found.settings.learning_rate,
                num_leaves=found.settings.leaves,
                min_child_samples=found.settings.min_leaf_rows,
                reg_lambda=found.settings.l2,
                random_state=found.settings.seed,
                n_jobs=1,
                verbose=-1,
            )
            model.fit(matrix, label, sample_weight=weight)
            table[name] = np.maximum(model.predict(due), 0.0) * scale
        tables.append(table)
    return pd.concat(tables)


def _relative(fold: Fold, settings: Settings) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows, label = fold.data.rows, fold.data.label
    if len(rows) > settings.max_training_rows:
        chosen = np.sort(
            np.random.default_rng(settings.seed).choice(
                len(rows), settings.max_training_rows, replace=False
            )
        )
        rows, label = rows.iloc[chosen], label[chosen]
    scale = series_scale(rows, settings)
    return feature_matrix(rows, scale), np.maximum(label, 0.0) / scale, scale


def recursive_rows(found: Set) -> pd.DataFrame:
    """mlforecast's recursive LightGBM (L1) over stations, day-ahead: `mlforecast_p50`."""
    tables = []
    for fold in found.folds():
        if fold.scope != "stations":
            continue
        series = sorted(fold.due["series_id"].unique())
        model = MLForecast(
            models={"p50": lgb.LGBMRegressor(objective="regression_l1", n_jobs=1, verbose=-1)},
            freq="h",
            lags=_LAGS,
            lag_transforms={1: [RollingMean(24), RollingMean(168)], 24: [RollingMean(24)]},
            date_features=["hour", "dayofweek"],
            target_transforms=[LocalStandardScaler()],
            num_threads=1,
        )
        days = fold.data.rows["day_number"]
        hours = int(days.max() - days.min() + 28) * HOURS_PER_DAY
        model.fit(_long(found, series, fold.fitted_at, hours), static_features=[])
        for origin, rows in _day_ahead(fold).groupby("origin_ts_utc"):
            mine = sorted(rows["series_id"].unique())
            at = int(to_hours(pd.Series([origin]))[0])
            past = _long(found, mine, at, _HISTORY_HOURS)
            ahead = model.predict(h=_HOURS_AHEAD, new_df=past)
            ahead = ahead.rename(columns={"unique_id": "series_id", "ds": "target_hour_utc"})
            joined = rows[KEY].merge(ahead, on=["series_id", "target_hour_utc"])
            joined["mlforecast_p50"] = joined.pop("p50").clip(lower=0)
            tables.append(joined)
    return pd.concat(tables)


def _day_ahead(fold: Fold) -> pd.DataFrame:
    return fold.due[fold.due["days_ahead"] == 0]


def _long(found: Set, series: list[str], origin: int, hours: int) -> pd.DataFrame:
    """History as known at the origin in the shape of Nixtla's libraries; unknown hours are zero."""
    times = pd.to_datetime(np.arange(origin - hours, origin) * 3600, unit="s")
    frames = []
    for name in series:
        values = found.history(name, origin, hours)
        first = int(np.argmax(~np.isnan(values)))
        if np.isnan(values).all():
            first = 0
        frames.append(
            pd.DataFrame(
                {"unique_id": name, "ds": times[first:], "y": np.nan_to_num(values[first:])}
            )
        )
    return pd.concat(frames, ignore_index=True)


def ets_rows(found: Set, origins: int) -> pd.DataFrame:
    """statsforecast's AutoETS per station, day-ahead, on four weeks: `ets_p50`.

    The form is chosen anew at every fit of the schedule and carried forward to its origins.
    """
    tables = []
    last = sorted(found.features["day_number"].unique())
    newest = last[-1] - origins
    for fold in found.folds():
        if fold.scope != "stations" or fold.due["day_number"].max() <= newest:
            continue
        rows = _day_ahead(fold)
        for name, mine in rows[rows["day_number"] > newest].groupby("series_id"):
            model = AutoETS(season_length=HOURS_PER_DAY)
            start = np.nan_to_num(found.history(str(name), fold.fitted_at, _HISTORY_HOURS))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model.fit(start)
                for origin, due in mine.groupby("origin_ts_utc"):
                    at = int(to_hours(pd.Series([origin]))[0])
                    past = np.nan_to_num(found.history(str(name), at, _HISTORY_HOURS))
                    ahead = model.forward(past, h=_HOURS_AHEAD)["mean"]
                    step = to_hours(due["target_hour_utc"]) - at
                    tables.append(due[KEY].assign(ets_p50=np.maximum(ahead[step], 0.0)))
    return pd.concat(tables)
