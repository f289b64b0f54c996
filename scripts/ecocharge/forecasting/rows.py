"""Forecast rows from feature rows, and the errors that a fit brings along."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ecocharge.forecasting.calibration import LEVELS, QUANTILES, Errors
from ecocharge.forecasting.fitting import Fit, TrainingSet, predict
from ecocharge.forecasting.known import Floats, to_hours
from ecocharge.forecasting.ladder import MODEL
from ecocharge.forecasting.naives import naive_values
from ecocharge.forecasting.past import NO_QUANTILES, Calibrated, Kind, band, errors
from ecocharge.forecasting.schema import CARRIED, run_kind
from ecocharge.forecasting.settings import HOURS_PER_DAY, Settings


def frame(due: pd.DataFrame, p50: Floats, calibrated: Calibrated, **columns: Any) -> pd.DataFrame:
    """The forecasts of one algorithm; further columns are the same on every row or one per row."""
    forecast = due[CARRIED].assign(
        # Of a newcomer nothing is known but what its peers did until the origin.
        data_cutoff_ts_utc=due["data_cutoff_ts_utc"].fillna(due["origin_ts_utc"]),
        run_kind=run_kind(due),
        p50_kwh=p50,
        mean_kwh=calibrated.mean,
        bias_factor=calibrated.factor,
        quality=calibrated.quality,
    )
    for place, name in enumerate(QUANTILES):
        forecast[name] = calibrated.interval[:, place]
    for name, value in columns.items():
        forecast[name] = value
    return forecast


def naive_rows(due: pd.DataFrame, algorithm: str) -> pd.DataFrame:
    """What a naive says, where it knows what it repeats."""
    values = naive_values(due, algorithm)
    forecast = due[CARRIED].assign(
        algorithm=algorithm,
        model_id=algorithm,
        rung=MODEL,
        run_kind=run_kind(due),
        p50_kwh=np.round(values, 6),
        mean_kwh=np.round(values, 6),
        bias_factor=1.0,
        quality=NO_QUANTILES,
    )
    return forecast[~np.isnan(values)]


def validation_errors(fit: Fit, latest: TrainingSet, settings: Settings) -> dict[Kind, Errors]:
    """What the fit's candidate got wrong on these validation rows, by series and horizon."""
    trial = predict(fit.candidate, latest.rows, settings)
    ordered = latest.rows.assign(p50=trial.p50, mean=trial.mean).sort_values(
        ["target_hour_utc", "days_ahead"]
    )
    return {
        (str(series_id), bool(is_day_ahead)): errors(
            rows,
            rows["p50"].to_numpy(float),
            rows["mean"].to_numpy(float),
            rows["energy_kwh"].to_numpy(float),
            is_issued=False,
        )
        for (series_id, is_day_ahead), rows in ordered.groupby(
            ["series_id", band(ordered)], sort=True
        )
    }


def pooled_quantiles(fit: Fit, count: int, settings: Settings) -> Floats:
    """All series' validation residuals relative to their level, for series without their own."""
    level = fit.validation.groupby("series_id")["mean"].transform("mean")
    residuals: pd.Series[float] = (fit.validation["actual"] - fit.validation["p50"]) / np.maximum(
        level, settings.scale_floor_kwh
    )
    quantiles = np.quantile(np.asarray(residuals, dtype=np.float64), LEVELS)
    table: Floats = np.tile(quantiles, (count, 1))
    return table


def latest_day_ahead(data: TrainingSet, known_at: int, settings: Settings) -> TrainingSet:
    """The day-ahead rows of the calibration days before this hour."""
    hours = to_hours(data.rows["target_hour_utc"])
    is_recent = hours >= known_at - settings.calibration_days * HOURS_PER_DAY
    return data.where(is_recent & (data.rows["days_ahead"] == 0).to_numpy(bool))
