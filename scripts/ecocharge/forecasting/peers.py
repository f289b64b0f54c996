"""Beside each feature row, what the other stations of the network would make of its hour."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecocharge.forecasting.known import Floats
from ecocharge.forecasting.settings import HOURS_PER_DAY

PROFILE = "network_profile"
LEVEL = "peer_level_kwh"

_WEEK = 7 * HOURS_PER_DAY
_NO_LEVEL = 1e-6


def with_peers(rows: pd.DataFrame) -> pd.DataFrame:
    """Feature rows with a profile for series that have too little of their own.

    Args:
        rows: `int_forecasting__features`, each row beside the columns of
            `int_forecasting__network_profiles` of its origin and hour of day.

    Returns:
        The rows in their order; `network_profile` instead of those columns: the hour's demand over
        the mean of all hours at the other stations, NaN where there are none.
    """
    is_weekday = (rows["day_type"] == "weekday").to_numpy()
    hour = np.where(is_weekday, _of(rows, "weekday_kwh"), _of(rows, "free_day_kwh"))
    level = _of(rows, "level_kwh")
    # A station is not its own peer.
    own_hour = np.where(
        np.isnan(_of(rows, "hour_day_type_mean_28d_kwh")),
        _of(rows, "hour_mean_28d_kwh"),
        _of(rows, "hour_day_type_mean_28d_kwh"),
    )
    own_level = _of(rows, "mean_672h_kwh")
    is_peer = (
        (rows["level"] == "station").to_numpy()
        & (_of(rows, "history_hours") >= _WEEK)
        & (silent_hours(rows) < HOURS_PER_DAY)
        & (own_level > 0)
        & ~np.isnan(own_hour)
    )
    hour = hour - np.where(is_peer, np.round(np.nan_to_num(own_hour), 6), 0.0)
    level = level - np.where(is_peer, np.round(own_level, 6), 0.0)
    has_peers = level > _NO_LEVEL
    profile = np.maximum(hour, 0.0) / np.where(has_peers, level, np.nan)
    added = ["peer_count", "weekday_kwh", "free_day_kwh", "level_kwh"]
    return rows.drop(columns=added).assign(**{PROFILE: profile})


def silent_hours(rows: pd.DataFrame) -> Floats:
    """Hours before the origin of which nothing is known; NaN where nothing ever was."""
    silence = rows["origin_ts_utc"] - rows["data_cutoff_ts_utc"]
    hours: Floats = silence.dt.total_seconds().to_numpy(float) / 3600
    return hours


def _of(rows: pd.DataFrame, name: str) -> Floats:
    values: Floats = rows[name].to_numpy(float, na_value=np.nan)
    return values
