"""The two regressions: boosted trees with a median and a mean head, and a readable Ridge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import Ridge

from ecocharge.forecasting.design import ENERGIES, FEATURES
from ecocharge.forecasting.settings import HOURS_PER_DAY, Settings

Floats = npt.NDArray[np.float64]

BOOSTING = "hist_gradient_boosting"
RIDGE = "ridge"


@dataclass(frozen=True)
class Prediction:
    """Median and mean, one value per row, in units of the row's scale; never negative."""

    p50: Floats
    mean: Floats


class Boosting:
    """Histogram gradient boosting: absolute error for the median, Poisson for the mean."""

    def __init__(self, settings: Settings) -> None:
        def head(loss: str) -> HistGradientBoostingRegressor:
            return HistGradientBoostingRegressor(
                loss=loss,
                max_iter=settings.trees,
                learning_rate=settings.learning_rate,
                max_leaf_nodes=settings.leaves,
                # Of codes, not of values: one bin for each code there can be.
                max_bins=settings.bins + 1,
                min_samples_leaf=settings.min_leaf_rows,
                l2_regularization=settings.l2,
                early_stopping=False,
                random_state=settings.seed,
            )

        self._median = head("absolute_error")
        self._mean = head("poisson")
        self._bins = _Bins(settings.bins)
        self._seed = settings.seed
        self._tie_breaker = settings.tie_breaker

    def fit(self, matrix: Floats, label: Floats, weight: Floats) -> Boosting:
        """Fit both heads on labels relative to the scale, each row weighing its scale."""
        codes = self._bins.fit(matrix).codes(matrix)
        noise = np.random.default_rng(self._seed).uniform(-0.5, 0.5, len(label))
        self._median.fit(codes, label + self._tie_breaker * noise, sample_weight=weight)
        # A Poisson mean needs some demand to exist.
        self._dead = not np.any(label > 0)
        if not self._dead:
            self._mean.fit(codes, label, sample_weight=weight)
        return self

    def predict(self, matrix: Floats) -> Prediction:
        if self._dead:
            return Prediction(np.zeros(len(matrix)), np.zeros(len(matrix)))
        codes = self._bins.codes(matrix)
        median = self._median.predict(codes)
        within_noise = median < self._tie_breaker / 2
        return Prediction(
            np.where(within_noise, 0.0, median), np.maximum(self._mean.predict(codes), 0.0)
        )


class _Bins:
    """Quantile bins per feature, shared by both heads.

    The library would find its own, twice, and with sample weights that takes longer than the
    trees: 50 of 64 seconds on ten stations.
    """

    def __init__(self, count: int) -> None:
        self._levels = np.arange(1, count) / count

    def fit(self, matrix: Floats) -> _Bins:
        self._edges = []
        for column in matrix.T:
            known = column[~np.isnan(column)]
            quantiles = np.quantile(known, self._levels) if len(known) else np.empty(0)
            self._edges.append(np.unique(quantiles))
        return self

    def codes(self, matrix: Floats) -> Floats:
        """Bin numbers, same shape; what is unknown stays NaN."""
        coded = np.empty_like(matrix)
        for place, edges in enumerate(self._edges):
            column = matrix[:, place]
            if not len(edges):
                # Never known while fitting: a constant, which the trees cannot split on.
                coded[:, place] = 0.0
                continue
            # From the left: the many exact zeros get a bin of their own.
            number = np.searchsorted(edges, column, side="left")
            coded[:, place] = np.where(np.isnan(column), np.nan, number)
        return coded


class ClippedRidge:
    """Ridge on standardised features and hours of day, clipped to what demand can be."""

    def __init__(self, settings: Settings) -> None:
        self._ridge = Ridge(alpha=settings.ridge_alpha, solver="cholesky")
        self._cap_ratio = settings.ridge_cap

    def fit(self, matrix: Floats, label: Floats, weight: Floats) -> ClippedRidge:
        """Fit on labels relative to the scale, each row weighing its scale."""
        self._fill = _known_column_means(matrix)
        filled = self._filled(matrix)
        self._centre = filled.mean(axis=0)
        spread = filled.std(axis=0)
        self._spread = np.where(spread > 0, spread, 1.0)
        self._cap = self._cap_ratio * float(label.max())
        # The penalty must not depend on the unit of the weights.
        self._ridge.fit(self._design(filled), label, sample_weight=weight / weight.mean())
        return self

    def predict(self, matrix: Floats) -> Prediction:
        mean = np.clip(self._ridge.predict(self._design(self._filled(matrix))), 0.0, self._cap)
        return Prediction(mean, mean)

    def coefficients(self, scale_kwh: float) -> list[dict[str, float]]:
        """Per feature, what it adds to the forecast of a series of this scale, in kWh.

        A feature that is an energy is divided by the scale, as the forecast is: one kWh more of
        it adds as much at every station. Of the others one unit adds in proportion to the scale.
        """
        slopes = self._ridge.coef_[: len(FEATURES)]
        relative = [name in ENERGIES for name in FEATURES]
        return [
            {
                "kwh_per_deviation": round(float(slope) * scale_kwh, 6),
                "kwh_per_unit": round(float(slope / spread) * (1 if is_energy else scale_kwh), 6),
            }
            for slope, spread, is_energy in zip(slopes, self._spread, relative, strict=True)
        ]

    def _filled(self, matrix: Floats) -> Floats:
        filled: Floats = np.where(np.isnan(matrix), self._fill, matrix)
        return filled

    def _design(self, filled: Floats) -> Floats:
        hour = filled[:, FEATURES.index("hour_of_day")].astype(int)
        hours = np.eye(HOURS_PER_DAY)[hour]
        return np.hstack([(filled - self._centre) / self._spread, hours])


def _known_column_means(matrix: Floats) -> Floats:
    known = ~np.isnan(matrix)
    count = known.sum(axis=0)
    total = np.where(known, matrix, 0.0).sum(axis=0)
    means: Floats = np.where(count > 0, total / np.maximum(count, 1), 0.0)
    return means
