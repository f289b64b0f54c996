"""Whether a sample repeats rows that it was fitted on: distances to the nearest real session."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from ecocharge.profiles.draws import Floats

_HALF_TURN = np.pi / 12
_LEAST_KWH = 0.01


@dataclass(frozen=True)
class Likeness:
    """Distances of sessions to their nearest neighbour in the sample that was fitted.

    Attributes:
        synthetic: median distance of synthetic sessions.
        real: median distance of real sessions that the fit never saw.
        synthetic_copies, real_copies: share of either that equal a fitted session in
            the hour of the week, length to the minute and energy to the last digit.
    """

    synthetic: float
    real: float
    synthetic_copies: float
    real_copies: float


def likeness(fitted: pd.DataFrame, unseen: pd.DataFrame, synthetic: pd.DataFrame) -> Likeness:
    """Compare how close synthetic and unseen real sessions come to those of the fit.

    The space: hour of the day on its circle, weekday, log energy and log minutes, each divided by
    its spread over the fitted sessions. A sampler that repeats rows has distances near 0.
    """
    space = _space(fitted)
    spread = space.std(axis=0)
    tree = cKDTree(space / spread)
    near = [np.median(tree.query(_space(rows) / spread)[0]) for rows in (synthetic, unseen)]
    known = set(_keys(fitted))
    copies = [np.mean([key in known for key in _keys(rows)]) for rows in (synthetic, unseen)]
    return Likeness(float(near[0]), float(near[1]), float(copies[0]), float(copies[1]))


def _minutes(rows: pd.DataFrame) -> Floats:
    span = rows["ended_at"] - rows["started_at"]
    return span.dt.total_seconds().to_numpy().astype(np.float64) / 60.0


def _space(rows: pd.DataFrame) -> Floats:
    start = rows["started_at"]
    hour = (start.dt.hour + start.dt.minute / 60.0).to_numpy() * _HALF_TURN
    return np.column_stack(
        [
            np.sin(hour),
            np.cos(hour),
            start.dt.dayofweek.to_numpy(dtype=np.float64),
            np.log(rows["energy_kwh"].to_numpy(dtype=np.float64).clip(_LEAST_KWH)),
            np.log(_minutes(rows).clip(1.0)),
        ]
    )


def _keys(rows: pd.DataFrame) -> list[tuple[int, int, int, float]]:
    start = rows["started_at"]
    return list(
        zip(
            start.dt.dayofweek.tolist(),
            start.dt.hour.tolist(),
            np.rint(_minutes(rows)).astype(int).tolist(),
            rows["energy_kwh"].round(3).tolist(),
            strict=True,
        )
    )
