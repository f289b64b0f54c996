"""From kWh at an origin to the numbers a regression sees: everything relative to the scale."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from ecocharge.forecasting.settings import Settings

Floats = npt.NDArray[np.float64]

DAY_TYPES = {"weekday": 0.0, "weekend": 1.0, "holiday": 2.0}

RELATIVE_TO_SCALE = (
    *(f"lag_{days}d_kwh" for days in range(1, 8)),
    *(f"weekday_lag_{weeks}w_kwh" for weeks in range(1, 5)),
    "hour_mean_7d_kwh",
    "hour_mean_28d_kwh",
    "hour_day_type_mean_28d_kwh",
    "last_value_kwh",
    "mean_3h_kwh",
    "mean_6h_kwh",
    "mean_12h_kwh",
    "mean_24h_kwh",
    "mean_168h_kwh",
)
_AS_THEY_ARE = (
    "hour_active_share_28d",
    "open_sessions",
    "open_session_hours",
    "horizon_hours",
    "hour_of_day",
    "day_of_week",
)
_DERIVED = (
    "day_type",
    "network_momentum",
    "same_hour_spread",
    "weekday_mean",
    "log_scale",
    "utilisation",
)
FEATURES: tuple[str, ...] = (*RELATIVE_TO_SCALE, *_AS_THEY_ARE, *_DERIVED)

ENERGIES = (*RELATIVE_TO_SCALE, "same_hour_spread", "weekday_mean")
"""Features that are an energy over the series' scale, as the label is."""

_WEEK_LAGS = tuple(f"lag_{days}d_kwh" for days in range(1, 8))
_SAME_WEEKDAY_LAGS = tuple(f"weekday_lag_{weeks}w_kwh" for weeks in range(1, 5))


def series_scale(rows: pd.DataFrame, settings: Settings) -> Floats:
    """Each row's 28-day mean in kWh an hour, floored so that a quiet series stays divisible."""
    rated_kw = rows["rated_kw"].to_numpy(float, na_value=np.nan)
    floor = np.where(rated_kw > 0, rated_kw * settings.scale_floor_ratio, settings.scale_floor_kwh)
    mean_kwh = np.nan_to_num(rows["mean_672h_kwh"].to_numpy(float, na_value=np.nan))
    scale: Floats = np.maximum(mean_kwh, floor)
    return scale


def feature_matrix(rows: pd.DataFrame, scale: Floats) -> Floats:
    """One row per feature row, one column per name in `FEATURES`; unknown is NaN."""

    def column(name: str) -> Floats:
        values: Floats = rows[name].to_numpy(float, na_value=np.nan)
        return values

    lags = np.column_stack([column(name) for name in _WEEK_LAGS])
    weekdays = np.column_stack([column(name) for name in _SAME_WEEKDAY_LAGS])
    rated_kw = column("rated_kw")
    derived: dict[str, Floats] = {
        "day_type": np.asarray(rows["day_type"].map(DAY_TYPES), dtype=np.float64),
        "network_momentum": _ratio(column("network_mean_24h_kwh"), column("network_mean_672h_kwh")),
        "same_hour_spread": _row_std(lags) / scale,
        "weekday_mean": _row_mean(weekdays) / scale,
        "log_scale": np.log(scale),
        "utilisation": _ratio(scale, rated_kw),
    }
    return np.column_stack(
        [column(name) / scale for name in RELATIVE_TO_SCALE]
        + [column(name) for name in _AS_THEY_ARE]
        + [derived[name] for name in _DERIVED]
    )


def feature_hash(names: Sequence[str] = FEATURES) -> str:
    """Twelve hex digits that change when a feature is added, dropped, renamed or moved."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:12]


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    safe = np.where(denominator > 0, denominator, np.nan)
    quotient: Floats = numerator / safe
    return quotient


def _row_mean(values: Floats) -> Floats:
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    mean: Floats = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return mean


def _row_std(values: Floats) -> Floats:
    variance = _row_mean((values - _row_mean(values)[:, None]) ** 2)
    return np.asarray(np.sqrt(variance), dtype=np.float64)
