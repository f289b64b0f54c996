"""The numbers that shape a forecast. A fit's registry row carries them all."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

HOURS_PER_DAY = 24


@dataclass(frozen=True)
class Settings:
    """How the demand forecast is fitted and calibrated; every length is in days unless named."""

    history_days: int = 28
    """Days a series must have behind it, with at least `history_share` of their hours known."""
    history_share: float = 0.8
    training_days: int = 28
    """Days between the first eligible origin and the first fit."""
    refit_days: int = 28
    """A fit each fortnight took 22 s more of a build of 87 s and lowered the stations' error by
    0.02 % day-ahead and 0.5 % week-ahead; so models grow stale, and `dim_forecast_models` says so.
    """
    backtest_days: int = 182
    """Days before the newest origin that are forecast in hindsight when nothing is issued yet."""
    validation_days: int = 14
    calibration_days: int = 28
    """No more than `refit_days`: a later build does not know an earlier fit's validation."""
    bias_blind_days: int = 2
    """The newest days say little about bias: many of their sessions are still open."""
    bias_weight_days: float = 14.0
    """Days of perfect forecasts that pull the bias factor towards one."""
    bias_limit: float = 1.5
    bin_count: int = 4
    """Residuals are binned by the level of the forecast: a quiet night is not a busy noon."""
    bin_hours: int = 48
    """Fewest residuals a bin may hold."""
    tail_ratio: float = 0.93
    """Intervals are made to miss that much less than they may: the hours ahead are always a little
    less like the past than the past is like itself."""
    tail_limit: float = 1.5
    """What one bin may miss at most, in shares of what the whole series may."""
    tail_trials: int = 5
    max_training_rows: int = 40_000
    min_training_rows: int = 336
    lesson_days: int = 365
    """A fit learns from origins of so many days before it, a year of seasons."""
    lesson_series: int = 64
    """A fit learns from so many series at most, always the same ones: rows are sampled from them,
    and a model that serves ten thousand stations is fitted in the memory of sixty-four."""
    scale_floor_ratio: float = 0.02
    """Floor of the scale as a share of the rated power; 28 quiet days must not divide by zero."""
    scale_floor_kwh: float = 0.1
    trees: int = 60
    learning_rate: float = 0.1
    leaves: int = 8
    bins: int = 63
    min_leaf_rows: int = 40
    l2: float = 1.0
    tie_breaker: float = 0.1
    """Width of the noise on the median's labels, in scales: where most hours are exactly zero,
    absolute error has no gradient to leave zero by."""
    ridge_alpha: float = 30.0
    ridge_cap: float = 1.5
    """A linear forecast may exceed the largest training label by half and no more."""
    seed: int = 20250203
    gate_days: int = 28
    """Days before a fit on which it is compared with the model that it would replace."""
    driver_rows: int = 800
    """Validation rows, at most, on which each feature's part in the forecast is measured."""
    early_days: int = 7
    """Before a network has a fit, what its newcomers are compared with is renewed so often."""

    def as_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)
