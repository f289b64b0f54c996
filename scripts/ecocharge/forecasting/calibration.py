"""Intervals and bias control from a series' own latest errors, as known at each origin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ecocharge.forecasting.known import Floats, Hours, UnknownEnergy
from ecocharge.forecasting.settings import HOURS_PER_DAY, Settings

QUANTILES = {"p2_5_kwh": 0.025, "p10_kwh": 0.1, "p90_kwh": 0.9, "p97_5_kwh": 0.975}
LEVELS = np.array(list(QUANTILES.values()))

ISSUED = "issued_residuals"
VALIDATION = "validation_residuals"
POOLED = "pooled_residuals"


@dataclass(frozen=True)
class Errors:
    """Past forecasts of one series by ascending target hour, with the final actuals (kWh)."""

    hours: Hours
    p50: Floats
    mean: Floats
    actual: Floats
    is_issued: npt.NDArray[np.bool_]

    def between(self, first: int, end: int) -> Errors:
        """The errors whose target hour is in [first, end)."""
        part = slice(*np.searchsorted(self.hours, [first, end]))
        return Errors(
            self.hours[part],
            self.p50[part],
            self.mean[part],
            self.actual[part],
            self.is_issued[part],
        )


NO_ERRORS = Errors(
    np.empty(0, np.int64), np.empty(0), np.empty(0), np.empty(0), np.empty(0, np.bool_)
)


def merge(issued: Errors, validation: Errors) -> Errors:
    """Issued forecasts, and validation forecasts for the hours that none was issued for."""
    fresh = ~np.isin(validation.hours, issued.hours)
    hours = np.concatenate([issued.hours, validation.hours[fresh]])
    order = np.argsort(hours, kind="stable")

    def joined(left: Floats, right: Floats) -> Floats:
        both: Floats = np.concatenate([left, right[fresh]])[order]
        return both

    return Errors(
        hours[order],
        joined(issued.p50, validation.p50),
        joined(issued.mean, validation.mean),
        joined(issued.actual, validation.actual),
        np.concatenate([issued.is_issued, validation.is_issued[fresh]])[order],
    )


def as_known(
    errors: Errors, unknown: UnknownEnergy, series_id: str, origin: int, settings: Settings
) -> Errors:
    """The errors of the calibration days before the origin hour, actuals as they stood then."""
    past = errors.between(origin - settings.calibration_days * HOURS_PER_DAY, origin)
    has_actual = ~np.isnan(past.actual)
    hours = past.hours[has_actual]
    return Errors(
        hours,
        past.p50[has_actual],
        past.mean[has_actual],
        unknown.known(series_id, origin, hours, past.actual[has_actual]),
        past.is_issued[has_actual],
    )


def bias_factor(past: Errors, origin: int, level_kwh: float, settings: Settings) -> float:
    """What to multiply the mean with, from the calibration days before the origin.

    Args:
        past: errors as known at the origin.
        origin: hour of the origin.
        level_kwh: the series' scale in kWh an hour, by which small samples are shrunk.
        settings: limits and lengths.
    """
    window = past.between(
        origin - settings.calibration_days * HOURS_PER_DAY,
        origin - settings.bias_blind_days * HOURS_PER_DAY,
    )
    weight = settings.bias_weight_days * HOURS_PER_DAY * level_kwh
    factor = (window.actual.sum() + weight) / (window.mean.sum() + weight)
    return float(np.clip(factor, 1 / settings.bias_limit, settings.bias_limit))


def residual_quantiles(
    past: Errors, origin: int, level: Floats, settings: Settings
) -> tuple[Floats, str] | None:
    """Quantiles of actual minus p50 for forecasts of these mean levels.

    Args:
        past: errors as known at the origin.
        origin: hour of the origin.
        level: mean forecast in kWh per row to be given an interval.
        settings: limits and lengths.

    Returns:
        An array of shape (rows, 4) in the order of `QUANTILES`, and where it comes from; None
        when the series has too few errors behind it.
    """
    if len(past.hours) < settings.bin_hours:
        return None
    residuals = past.actual - past.p50
    bins = int(np.clip(len(residuals) // settings.bin_hours, 1, settings.bin_count))
    edges = np.quantile(past.mean, np.arange(1, bins) / bins)
    past_bin = np.searchsorted(edges, past.mean, side="right")
    row_bin = np.searchsorted(edges, level, side="right")
    overall = _quantiles(residuals)
    table = np.stack(
        [
            _quantiles(residuals[past_bin == number]) if np.any(past_bin == number) else overall
            for number in range(bins)
        ]
    )
    source = ISSUED if past.is_issued.all() else VALIDATION
    return table[row_bin], source


def _quantiles(values: Floats) -> Floats:
    """`np.quantile(values, LEVELS)`, without its set-up: it is asked for thousands of times."""
    ordered = np.sort(values)
    places = np.arange(len(ordered), dtype=np.float64)
    found: Floats = np.interp(np.asarray(LEVELS) * (len(ordered) - 1), places, ordered)
    return found


def ordered_interval(p50: Floats, offsets: Floats) -> Floats:
    """Quantiles around the median: never negative, never crossing it or each other."""
    raw = p50[:, None] + offsets
    raw[:, :2] = np.minimum(raw[:, :2], p50[:, None])
    raw[:, 2:] = np.maximum(raw[:, 2:], p50[:, None])
    return np.maximum(np.sort(raw, axis=1), 0.0)
