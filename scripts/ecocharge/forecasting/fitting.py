"""One fit: the rows it may see, its models, its validation and its registry row."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta

import duckdb
import numpy as np
import pandas as pd
import sklearn

from ecocharge.forecasting.design import feature_hash, feature_matrix, series_scale
from ecocharge.forecasting.drivers import drivers
from ecocharge.forecasting.estimators import BOOSTING, RIDGE, Boosting, ClippedRidge, Prediction
from ecocharge.forecasting.known import Floats, UnknownEnergy, to_hours
from ecocharge.forecasting.naives import NAIVES, naive_values
from ecocharge.forecasting.settings import HOURS_PER_DAY, Settings

Model = Boosting | ClippedRidge
Record = dict[str, str | int | float | bool | pd.Timestamp]

FLAT_HOURS = 24
"""Length of the run that `int_forecasting__station_hours` takes for a stuck meter."""

MAKERS: dict[str, type[Model]] = {BOOSTING: Boosting, RIDGE: ClippedRidge}


@dataclass(frozen=True)
class TrainingSet:
    """Feature rows whose target hour had passed at the fit, with labels as known then (kWh)."""

    rows: pd.DataFrame
    label: Floats

    def where(self, mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> TrainingSet:
        return TrainingSet(self.rows[mask].reset_index(drop=True), self.label[mask])


@dataclass(frozen=True)
class Fit:
    """A fitted model with everything its registry row says, and its validation forecasts."""

    algorithm: str
    model: Model
    record: Record
    validation: pd.DataFrame


def training_set(rows: pd.DataFrame, unknown: UnknownEnergy, fitted_at: int) -> TrainingSet:
    """The rows a fit at this hour may learn from.

    Args:
        rows: feature rows of one network and scope, sorted by series, origin and target; a row
            whose `is_outage` or `is_flat_line` is true teaches nothing.
        unknown: energy not yet on record, by series and origin.
        fitted_at: hour of the fit; targets must have ended by then.
    """
    targets = to_hours(rows["target_hour_utc"])
    usable = (
        (targets < fitted_at)
        & rows["energy_kwh"].notna().to_numpy()
        & ~rows["is_outage"].to_numpy(bool)
    )
    kept = rows[usable].reset_index(drop=True)
    label = kept["energy_kwh"].to_numpy(float)
    is_flat = kept["is_flat_line"].to_numpy(bool)
    hours = targets[usable]
    for series_id, places in kept.groupby("series_id", sort=True).indices.items():
        own = hours[places]
        label[places] = unknown.known(str(series_id), fitted_at, own, label[places])
        # Whoever does not know all hours of a run does not know that it is flat.
        is_flat[places] &= unknown.is_all_known(
            str(series_id), fitted_at, own - FLAT_HOURS + 1, own
        )
    return TrainingSet(kept, label).where(~is_flat)


def fit_scope(data: TrainingSet, scope: str, fitted_at: int, settings: Settings) -> list[Fit]:
    """Fit and validate both regressions on one scope; none when there is too little to learn.

    Args:
        data: training rows and labels.
        scope: `stations` or `aggregates`, for the registry.
        fitted_at: hour of the fit.
        settings: sizes, lengths and the seed.
    """
    targets = to_hours(data.rows["target_hour_utc"]) if len(data.rows) else np.empty(0, np.int64)
    held_out = targets >= fitted_at - settings.validation_days * HOURS_PER_DAY
    earlier, latest = data.where(~held_out), data.where(held_out)
    if len(earlier.label) < settings.min_training_rows or not len(latest.label):
        return []
    return [
        _fit_one(algorithm, maker, (data, earlier, latest), scope, fitted_at, settings)
        for algorithm, maker in MAKERS.items()
    ]


def earlier_trial(
    algorithm: str, data: TrainingSet, stretch: tuple[int, int], settings: Settings
) -> pd.DataFrame:
    """What the algorithm would have said of the target hours in a stretch, from those before it.

    Args:
        algorithm: one of `MAKERS`.
        data: rows and labels as known at some later fit.
        stretch: first hour, and the hour after the last.
        settings: sizes, lengths and the seed.

    Returns:
        series_id, target_hour_utc, days_ahead and p50 in kWh; no rows where too few come before.
    """
    first, end = stretch
    targets = to_hours(data.rows["target_hour_utc"])
    before, tested = data.where(targets < first), data.where((targets >= first) & (targets < end))
    keys = tested.rows[["series_id", "target_hour_utc", "days_ahead"]]
    if len(before.label) < settings.min_training_rows or not len(tested.label):
        return keys.iloc[:0].assign(p50=0.0)
    model = trained(MAKERS[algorithm], before, settings)
    return keys.assign(p50=predict(model, tested.rows, settings).p50)


def predict(model: Model, rows: pd.DataFrame, settings: Settings) -> Prediction:
    """Median and mean in kWh for feature rows."""
    scale = series_scale(rows, settings)
    relative = model.predict(feature_matrix(rows, scale))
    return Prediction(np.round(relative.p50 * scale, 6), np.round(relative.mean * scale, 6))


def _fit_one(
    algorithm: str,
    maker: type[Model],
    parts: tuple[TrainingSet, TrainingSet, TrainingSet],
    scope: str,
    fitted_at: int,
    settings: Settings,
) -> Fit:
    data, earlier, latest = parts
    candidate = trained(maker, earlier, settings)
    trial = predict(candidate, latest.rows, settings)
    validation = latest.rows[["series_id", "target_hour_utc", "days_ahead"]].assign(
        p50=trial.p50, mean=trial.mean, actual=latest.rows["energy_kwh"]
    )
    scores = _absolute_errors(latest, trial)
    record: Record = {
        "algorithm": algorithm,
        "scope": scope,
        "trained_at": instant(fitted_at),
        "train_start": data.rows["target_hour_utc"].min(),
        "train_end": data.rows["target_hour_utc"].max() + timedelta(hours=1),
        "n_rows": min(len(data.rows), settings.max_training_rows),
        "feature_hash": feature_hash(),
        "parameters": settings.as_json(),
        "seed": settings.seed,
        "library_versions": _versions(),
        "validation": json.dumps(scores, sort_keys=True),
        "promoted": scores["model"] < min(scores[name] for name in NAIVES),
    }
    record["model_id"] = _model_id(record, data)
    record["drivers"] = drivers(candidate, latest.rows, latest.label, settings)
    return Fit(algorithm, trained(maker, data, settings), record, validation)


def trained(maker: type[Model], data: TrainingSet, settings: Settings) -> Model:
    """A model of this kind on a sample of the rows that is the same every time."""
    rows, label = data.rows, data.label
    if len(rows) > settings.max_training_rows:
        chosen = np.sort(
            np.random.default_rng(settings.seed).choice(
                len(rows), settings.max_training_rows, replace=False
            )
        )
        rows, label = rows.iloc[chosen], label[chosen]
    scale = series_scale(rows, settings)
    return maker(settings).fit(feature_matrix(rows, scale), np.maximum(label, 0.0) / scale, scale)


def _absolute_errors(data: TrainingSet, trial: Prediction) -> dict[str, float]:
    """Sum of |error| in kWh of the model and each naive over the hours all of them know."""
    naives = {name: naive_values(data.rows, name) for name in NAIVES}
    common = ~np.any(np.isnan(np.column_stack(list(naives.values()))), axis=1)

    def total(forecast: Floats) -> float:
        return round(float(np.abs(data.label - forecast)[common].sum()), 6)

    return {"model": total(trial.p50), **{name: total(naive) for name, naive in naives.items()}}


def _model_id(record: Record, data: TrainingSet) -> str:
    digest = hashlib.sha256(json.dumps(record, sort_keys=True, default=str).encode())
    digest.update(data.label.tobytes())
    keys = data.rows[["series_id", "target_hour_utc"]]
    digest.update(pd.util.hash_pandas_object(keys, index=False).to_numpy().tobytes())
    day = pd.Timestamp(str(record["trained_at"])).strftime("%Y%m%d")
    return f"{record['algorithm']}-{day}-{digest.hexdigest()[:8]}"


def instant(hour: int) -> pd.Timestamp:
    """The timestamp of a whole UTC hour since 1970."""
    return pd.Timestamp(hour * 3600, unit="s")


def _versions() -> str:
    found = {
        "duckdb": duckdb.__version__,
        "numpy": np.__version__,
        "pandas": pd.__version__,
        "scikit-learn": sklearn.__version__,
    }
    return json.dumps(found, sort_keys=True)
