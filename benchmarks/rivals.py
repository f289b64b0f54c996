"""Other people's forecasts of the same station hours, from what was known at the same origins.

Each takes a `Network` and returns series_id, origin_ts_utc, target_hour_utc, p50_kwh and mean_kwh
for the day-ahead hours of its issued forecasts, refitted when the project's own trees were.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
from forecast_sets import Network
from mlforecast import MLForecast
from mlforecast.lag_transforms import RollingMean
from mlforecast.target_transforms import LocalStandardScaler
from statsforecast.models import AutoETS

from ecocharge.forecasting.design import feature_matrix, series_scale
from ecocharge.forecasting.estimators import BOOSTING
from ecocharge.forecasting.fitting import training_set
from ecocharge.forecasting.known import to_hours
from ecocharge.forecasting.settings import Settings

KEYS = ["series_id", "origin_ts_utc", "target_hour_utc"]
_CALENDAR = ["hour_of_day", "day_of_week", "is_free_day"]
_DAY = 24
_ETS_HOURS = 8 * 7 * _DAY
_RECURSIVE_HOURS = 182 * _DAY
_LAGS = [*range(1, 13), *(_DAY * days for days in (1, 2, 3, 4, 5, 6, 7, 14, 21, 28))]


def wanted(network: Network) -> pd.DataFrame:
    """The station hours to be forecast, with their fit (`trained_at`) and days ahead."""
    issued = network.issued
    own = issued[(issued["algorithm"] == BOOSTING) & (issued["level"] == "station")]
    return own[[*KEYS, "days_ahead", "trained_at"]]


def gradient_boosting(parameters: dict[str, Any]) -> Callable[[Network], pd.DataFrame]:
    """LightGBM on the project's own rows, features, labels and weights, with these parameters."""

    def forecast(network: Network) -> pd.DataFrame:
        settings = Settings()
        parts = []
        for trained_at, hours in wanted(network).groupby("trained_at"):
            fitted_at = int(to_hours(pd.Series([trained_at]))[0])
            data = training_set(network.rows, network.unknown, fitted_at)
            rows, label = data.rows, data.label
            if len(rows) > settings.max_training_rows:
                generator = np.random.default_rng(settings.seed)
                chosen = np.sort(
                    generator.choice(len(rows), settings.max_training_rows, replace=False)
                )
                rows, label = rows.iloc[chosen], label[chosen]
            scale = series_scale(rows, settings)
            matrix = feature_matrix(rows, scale)
            due = network.rows.merge(hours[KEYS], on=KEYS)
            due_scale = series_scale(due, settings)
            due_matrix = feature_matrix(due, due_scale)
            found = due[KEYS].copy()
            for column, loss in (("p50_kwh", "regression_l1"), ("mean_kwh", "poisson")):
                model = lightgbm.LGBMRegressor(
                    objective=loss,
                    n_jobs=1,
                    random_state=settings.seed,
                    deterministic=True,
                    verbose=-1,
                    **parameters,
                )
                model.fit(matrix, label / scale, sample_weight=scale)
                relative = np.asarray(model.predict(due_matrix), dtype=np.float64)
                found[column] = np.maximum(relative * due_scale, 0.0)
            parts.append(found)
        return pd.concat(parts, ignore_index=True)

    return forecast


def recursive(objective: str) -> Callable[[Network], pd.DataFrame]:
    """mlforecast: LightGBM of one hour ahead, fed with its own forecasts hour by hour."""

    def forecast(network: Network) -> pd.DataFrame:
        calendar = _calendar(network)
        day_ahead = _day_ahead(network)
        parts = []
        for trained_at, hours in day_ahead.groupby("trained_at"):
            names = list(hours["series_id"].unique())
            model = MLForecast(
                models={
                    "y_hat": lightgbm.LGBMRegressor(
                        objective=objective, n_jobs=1, random_state=1, verbose=-1
                    )
                },
                freq="h",
                lags=_LAGS,
                lag_transforms={1: [RollingMean(_DAY), RollingMean(7 * _DAY)]},
                target_transforms=[LocalStandardScaler()],
            )
            past = network.known(names, trained_at, _RECURSIVE_HOURS)
            model.fit(past.merge(calendar, on=["unique_id", "ds"]), static_features=[])
            for origin, due in hours.groupby("origin_ts_utc"):
                own = list(due["series_id"].unique())
                recent = network.known(own, origin, 2 * max(_LAGS))
                ahead = _ahead(own, origin, calendar)
                found = model.predict(
                    h=_DAY + 1, new_df=recent.merge(calendar, on=["unique_id", "ds"]), X_df=ahead
                )
                parts.append(_named(found, origin))
        return _only(pd.concat(parts, ignore_index=True), day_ahead)

    return forecast


def exponential_smoothing(network: Network) -> pd.DataFrame:
    """statsforecast: AutoETS per station, chosen at each refit, carried on at each origin."""
    day_ahead = _day_ahead(network)
    parts = []
    for (name, trained_at), hours in day_ahead.groupby(["series_id", "trained_at"]):
        past = network.known([name], trained_at, _ETS_HOURS)
        model = AutoETS(season_length=_DAY).fit(past["y"].to_numpy())
        for origin in hours["origin_ts_utc"].unique():
            recent = network.known([name], origin, _ETS_HOURS)
            found = model.forward(recent["y"].to_numpy(), h=_DAY + 1)["mean"]
            ahead = pd.date_range(origin, periods=_DAY + 1, freq="h")
            parts.append(
                _named(pd.DataFrame({"unique_id": name, "ds": ahead, "y_hat": found}), origin)
            )
    return _only(pd.concat(parts, ignore_index=True), day_ahead)


def _day_ahead(network: Network) -> pd.DataFrame:
    hours = wanted(network)
    return hours[hours["days_ahead"] == 0]


def _calendar(network: Network) -> pd.DataFrame:
    """Local hour, weekday and free day of every station hour, known long before."""
    hours = network.rows.drop_duplicates(["series_id", "target_hour_utc"])
    return pd.DataFrame(
        {
            "unique_id": hours["series_id"],
            "ds": hours["target_hour_utc"],
            "hour_of_day": hours["hour_of_day"],
            "day_of_week": hours["day_of_week"],
            "is_free_day": (hours["day_type"] != "weekday").astype(int),
        }
    )


def _ahead(names: list[Any], origin: Any, calendar: pd.DataFrame) -> pd.DataFrame:
    hours = pd.date_range(origin, periods=_DAY + 1, freq="h")
    grid = pd.MultiIndex.from_product([names, hours], names=["unique_id", "ds"]).to_frame(False)
    # The twenty-fifth hour is asked for only when a clock is put back; elsewhere it is dropped.
    return grid.merge(calendar, on=["unique_id", "ds"], how="left").ffill()


def _named(found: pd.DataFrame, origin: Any) -> pd.DataFrame:
    value = np.maximum(found["y_hat"].to_numpy(float), 0.0)
    return pd.DataFrame(
        {
            "series_id": found["unique_id"],
            "origin_ts_utc": origin,
            "target_hour_utc": found["ds"],
            "p50_kwh": value,
            "mean_kwh": value,
        }
    )


def _only(found: pd.DataFrame, hours: pd.DataFrame) -> pd.DataFrame:
    return found.merge(hours[KEYS], on=KEYS)
