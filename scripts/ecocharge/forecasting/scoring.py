"""How good a forecast was. Every score is a ratio of sums over one set of hours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def wape(actual: Floats, forecast: Floats) -> float:
    """Sum of |error| over the sum of the actuals; NaN when nothing was delivered."""
    return _ratio(np.abs(actual - forecast).sum(), actual.sum())


def rae(actual: Floats, forecast: Floats) -> float:
    """Sum of |error| over that of always saying the set's mean; NaN for a constant set."""
    return _ratio(np.abs(actual - forecast).sum(), np.abs(actual - actual.mean()).sum())


def rmse(actual: Floats, forecast: Floats) -> float:
    """Root of the mean squared error, in the unit of the data."""
    return float(np.sqrt(np.mean((actual - forecast) ** 2)))


def bias(actual: Floats, forecast: Floats) -> float:
    """Sum of (forecast - actual) over the sum of the actuals; positive is too high."""
    return _ratio((forecast - actual).sum(), actual.sum())


def coverage(actual: Floats, lower: Floats, upper: Floats) -> float:
    """Share of actuals within [lower, upper], among the rows that have an interval."""
    has_interval = ~(np.isnan(lower) | np.isnan(upper))
    inside = (actual >= lower) & (actual <= upper) & has_interval
    return _ratio(inside.sum(), has_interval.sum())


@dataclass(frozen=True)
class Scores:
    """One algorithm over one set of hours: the median's errors, the mean's RMSE and bias."""

    hours: int
    rae: float
    wape: float
    rmse: float
    bias: float
    coverage_80: float
    coverage_95: float


def score(
    actual: Floats,
    p50: Floats,
    mean: Floats,
    interval_80: tuple[Floats, Floats],
    interval_95: tuple[Floats, Floats],
) -> Scores:
    """All scores of one forecast; arrays of one length, kWh, actuals without NaN."""
    return Scores(
        hours=len(actual),
        rae=rae(actual, p50),
        wape=wape(actual, p50),
        rmse=rmse(actual, mean),
        bias=bias(actual, mean),
        coverage_80=coverage(actual, *interval_80),
        coverage_95=coverage(actual, *interval_95),
    )


def _ratio(numerator: float, denominator: float) -> float:
    return float(numerator / denominator) if denominator else float("nan")
