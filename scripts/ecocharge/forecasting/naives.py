"""What an operator could run instead, as known at the origin."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

NAIVES: dict[str, str | None] = {
    "naive_week": "weekday_lag_1w_kwh",
    "naive_day": "lag_1d_kwh",
    "naive_hour_mean": "hour_mean_7d_kwh",
    "naive_last_value": "last_value_kwh",
    "naive_zero": None,
}
"""Algorithm (which is its model id too) to the feature that it repeats; None is all zero."""


def naive_values(rows: pd.DataFrame, algorithm: str) -> npt.NDArray[np.float64]:
    """The naive's kWh per row; NaN where the hour it repeats is unknown."""
    feature = NAIVES[algorithm]
    if feature is None:
        return np.zeros(len(rows))
    values: npt.NDArray[np.float64] = rows[feature].to_numpy(float, na_value=np.nan)
    return values
