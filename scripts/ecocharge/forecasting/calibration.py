"""Intervals and bias control from a series' own latest errors, as known at each origin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ecocharge.forecasting.known import Floats, Hours, UnknownEnergy
from ecocharge.forecasting.settings import HOURS_PER_DAY, Settings

QUANTILES = {"p2_5_kwh": 0.025, "p10_kwh": 0.1, "p90_kwh": 0.9, "p97_5_kwh": 0.975}
LEVELS = np.array(list(QUANTILES.values()))
MISSED = (0.05, 0.2)
"""The share of hours that the wider and the narrower interval may miss."""

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

    def where(self, part: slice | npt.NDArray[np.bool_]) -> Errors:
        """Some of the errors, in the same order."""
        return Errors(
            self.hours[part],
            self.p50[part],
            self.mean[part],
            self.actual[part],
            self.is_issued[part],
        )

    def between(self, first: int, end: int) -> Errors:
        """The errors whose target hour is in [first, end)."""
        return self.where(slice(*np.searchsorted(self.hours, [first, end])))


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
    """Where the intervals of forecasts of these mean levels end, as actual minus p50.

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
    bins = int(np.clip(len(past.hours) // settings.bin_hours, 1, settings.bin_count))
    # Edges that occur, and above the least level: no bin is empty, however many levels are equal.
    edges = np.unique(np.quantile(past.mean, np.arange(1, bins) / bins, method="higher"))
    edges = edges[edges > past.mean.min()]
    past_bin = np.searchsorted(edges, past.mean, side="right")
    row_bin = np.searchsorted(edges, level, side="right")
    parts = [past.where(past_bin == number) for number in range(len(edges) + 1)]
    wide, narrow = (_ends(parts, share * settings.tail_ratio, settings) for share in MISSED)
    table = np.column_stack([wide[:, 0], narrow, wide[:, 1]])
    source = ISSUED if past.is_issued.all() else VALIDATION
    return table[row_bin], source


def _ends(parts: list[Errors], missed: float, settings: Settings) -> Floats:
    """Where intervals around the median begin and end, so that they miss this share of the past.

    Half of it lies below. But demand is never negative: an interval that reaches down to nothing
    misses less below, and may miss the rest above. And where most hours of a bin are nothing, its
    interval cannot but hold more than asked; the other bins may then miss somewhat more, so that
    the series as a whole is held as often as promised.

    Args:
        parts: errors of each bin.
        missed: share of hours to miss.
        settings: how much more one bin may miss.

    Returns:
        kWh from the median, shape (bins, 2).
    """
    trials = missed * np.linspace(1.0, settings.tail_limit, settings.tail_trials)
    found = []
    held = np.zeros(len(trials))
    for past in parts:
        ordered = np.sort(past.actual - past.p50)
        lower = np.minimum(_quantiles(ordered, trials / 2), 0.0)
        begins = np.maximum(past.p50[:, None] + lower, 0.0)
        below = past.actual[:, None] < begins
        upper = np.maximum(
            _quantiles(ordered, 1 - np.maximum(trials - below.mean(axis=0), trials / 2)), 0.0
        )
        above = past.actual[:, None] > past.p50[:, None] + upper
        held += np.sum(~below & ~above, axis=0)
        found.append(np.stack([lower, upper]))
    hours = sum(len(past.hours) for past in parts)
    # The first trial is what each bin was asked for, whether it holds that or not.
    wanted = np.flatnonzero(held >= (1 - missed) * hours)
    return np.stack(found)[:, :, wanted[-1] if len(wanted) else 0]


def _quantiles(ordered: Floats, levels: Floats) -> Floats:
    """`np.quantile` of sorted values, without its set-up: it is asked for thousands of times."""
    places = np.arange(len(ordered), dtype=np.float64)
    found: Floats = np.interp(levels * (len(ordered) - 1), places, ordered)
    return found


def ordered_interval(p50: Floats, offsets: Floats) -> Floats:
    """Quantiles around the median: never negative, never crossing it or each other."""
    raw = p50[:, None] + offsets
    raw[:, :2] = np.minimum(raw[:, :2], p50[:, None])
    raw[:, 2:] = np.maximum(raw[:, 2:], p50[:, None])
    return np.maximum(np.sort(raw, axis=1), 0.0)
