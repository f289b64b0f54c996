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
Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]
Record = dict[str, str | int | float | bool | pd.Timestamp]

FLAT_HOURS = 24
"""Length of the run that `int_forecasting__station_hours` takes for a stuck meter."""

MAKERS: dict[str, type[Model]] = {BOOSTING: Boosting, RIDGE: ClippedRidge}


@dataclass(frozen=True)
class TrainingSet:
    """Feature rows whose target hour had passed at the fit, with labels as known then (kWh)."""

    rows: pd.DataFrame
    label: Floats

    def where(self, mask: Mask) -> TrainingSet:
        return TrainingSet(self.rows[mask].reset_index(drop=True), self.label[mask])


@dataclass(frozen=True)
class Fit:
    """A fitted model with everything its registry row says.

    Attributes:
        algorithm: one of `MAKERS`.
        model: learned from all rows.
        candidate: learned from the rows before the validation days.
        record: the registry row.
        validation: what the candidate said of the validation days, and what happened.
    """

    algorithm: str
    model: Model
    candidate: Model
    record: Record
    validation: pd.DataFrame


def training_set(
    rows: pd.DataFrame, unknown: UnknownEnergy, fitted_at: int, among: Mask | None = None
) -> TrainingSet:
    """The rows a fit at this hour may learn from.

    Args:
        rows: feature rows of one network, sorted by series, origin and target; a row whose
            `is_outage` or `is_flat_line` is true teaches nothing.
        unknown: energy not yet on record, by series and origin.
        fitted_at: hour of the fit; targets must have ended by then.
        among: which of the rows; all by default.
    """
    targets = to_hours(rows["target_hour_utc"])
    label = rows["energy_kwh"].to_numpy(float, na_value=np.nan).copy()
    usable = (targets < fitted_at) & ~np.isnan(label) & ~rows["is_outage"].to_numpy(bool)
    if among is not None:
        usable &= among
    is_flat = rows["is_flat_line"].to_numpy(bool).copy()
    for series_id, own in rows.groupby("series_id", sort=True).indices.items():
        places = own[usable[own]]
        hours = targets[places]
        label[places] = unknown.known(str(series_id), fitted_at, hours, label[places])
        # Whoever does not know all hours of a run does not know that it is flat.
        is_flat[places] &= unknown.is_all_known(
            str(series_id), fitted_at, hours - FLAT_HOURS + 1, hours
        )
    return TrainingSet(rows, label).where(usable & ~is_flat)


def held_out(rows: pd.DataFrame, fitted_at: int, settings: Settings) -> Mask:
    """The rows whose target hour is in the validation days before this hour, or after it."""
    targets = to_hours(rows["target_hour_utc"]) if len(rows) else np.empty(0, np.int64)
    mask: Mask = targets >= fitted_at - settings.validation_days * HOURS_PER_DAY
    return mask


def fit_scope(data: TrainingSet, scope: str, fitted_at: int, settings: Settings) -> list[Fit]:
    """Fit and validate both regressions on one scope; none when there is too little to learn.

    Args:
        data: training rows and labels.
        scope: `stations` or `aggregates`, for the registry.
        fitted_at: hour of the fit.
        settings: sizes, lengths and the seed.
    """
    is_latest = held_out(data.rows, fitted_at, settings)
    if np.sum(~is_latest) < settings.min_training_rows or not is_latest.any():
        return []
    earlier, latest = _sample(data, settings, ~is_latest), data.where(is_latest)
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
    tested = data.where((targets >= first) & (targets < end))
    keys = tested.rows[["series_id", "target_hour_utc", "days_ahead"]]
    if np.sum(targets < first) < settings.min_training_rows or not len(tested.label):
        return keys.iloc[:0].assign(p50=0.0)
    model = _learned(MAKERS[algorithm], _sample(data, settings, targets < first), settings)
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
    candidate = _learned(maker, earlier, settings)
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
    model = trained(maker, data, settings)
    return Fit(algorithm, model, candidate, record, validation)


def trained(maker: type[Model], data: TrainingSet, settings: Settings) -> Model:
    """A model of this kind on a sample of the rows that is the same every time."""
    return _learned(maker, _sample(data, settings), settings)


def _sample(data: TrainingSet, settings: Settings, among: Mask | None = None) -> TrainingSet:
    places = np.arange(len(data.label)) if among is None else np.flatnonzero(among)
    if len(places) > settings.max_training_rows:
        generator = np.random.default_rng(settings.seed)
        chosen = generator.choice(len(places), settings.max_training_rows, replace=False)
        places = places[np.sort(chosen)]
    return TrainingSet(data.rows.iloc[places], data.label[places])


def _learned(maker: type[Model], sample: TrainingSet, settings: Settings) -> Model:
    scale = series_scale(sample.rows, settings)
    return maker(settings).fit(
        feature_matrix(sample.rows, scale), np.maximum(sample.label, 0.0) / scale, scale
    )


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
