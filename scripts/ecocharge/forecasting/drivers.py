"""What moves a fitted model: how much worse it is without each feature, and its coefficients."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from ecocharge.forecasting.design import FEATURES, feature_matrix, series_scale
from ecocharge.forecasting.estimators import Boosting, ClippedRidge
from ecocharge.forecasting.known import Floats
from ecocharge.forecasting.settings import Settings


def drivers(
    model: Boosting | ClippedRidge, rows: pd.DataFrame, label: Floats, settings: Settings
) -> str:
    """Permutation importance of every feature, and what a Ridge adds for it, as JSON.

    The importance is that of Breiman (2001), Random Forests, section 10, on rows the model has
    not learned from: the feature's values change places among the rows, and the error grows.

    Args:
        model: has not learned from these rows.
        rows: feature rows, at least one.
        label: their energy, kWh.
        settings: how many rows are looked at, and the seed.

    Returns:
        A list with one object per feature: its name, `rae_lost` (how much the relative absolute
        error of the median grows) and, for a Ridge, `kwh_per_deviation` (kWh an hour that one
        standard deviation adds at a series of median scale) and `kwh_per_unit` (kWh that one unit
        of the feature adds: one kWh where the feature is an energy).
    """
    generator = np.random.default_rng(settings.seed)
    count = min(len(rows), settings.driver_rows)
    chosen = np.sort(generator.choice(len(rows), count, replace=False))
    sample, actual = rows.iloc[chosen], label[chosen]
    scale = series_scale(sample, settings)
    matrix = feature_matrix(sample, scale)
    places = generator.permutation(count)
    # One call for all features: a call costs more than its rows.
    versions = np.tile(matrix, (len(FEATURES) + 1, 1, 1))
    for number in range(len(FEATURES)):
        versions[number + 1, :, number] = matrix[places, number]
    told = model.predict(versions.reshape(-1, len(FEATURES))).p50.reshape(-1, count) * scale
    errors = np.abs(told - actual).sum(axis=1)
    spread = np.abs(actual - actual.mean()).sum()
    lost = (errors[1:] - errors[0]) / spread if spread else np.zeros(len(FEATURES))
    found = [
        {"feature": name, "rae_lost": round(float(value), 6)}
        for name, value in zip(FEATURES, lost, strict=True)
    ]
    if isinstance(model, ClippedRidge):
        coefficients = model.coefficients(float(np.median(scale)))
        found = [each | added for each, added in zip(found, coefficients, strict=True)]
    return json.dumps(found)
