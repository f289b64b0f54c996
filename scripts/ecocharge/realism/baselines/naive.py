"""The floor of the score: everything uniform and independent, in the ranges of the real data."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecocharge.realism.sample import Floats, Ints, Sample

_RANGE = (0.0, 0.95)


def naive(real: Sample, days: Ints, seed: int) -> Sample:
    """Uniform starts, durations and energies, on connectors and for drivers drawn at random.

    Args:
        real: gives sessions per day, the ranges up to its 95th percentile, connectors, drivers.
        days: the days to fill.
        seed: another seed, another draw.
    """
    rng = np.random.default_rng([seed, 1])
    count = int(rng.poisson(len(real) / len(real.days) * len(days)))
    start = rng.choice(days, count) * 86_400.0 + rng.integers(0, 86_400, count)
    connected = _uniform(rng, real.hours, count) * 3600
    charged = start + connected * rng.uniform(0, 1, count)
    places = real.sessions[["station_id", "connector_id"]].drop_duplicates()
    place = places.sort_values(["station_id", "connector_id"]).iloc[
        rng.integers(0, len(places), count)
    ]
    drivers = np.sort(real.sessions["driver_key"].dropna().unique())
    return Sample.of(
        pd.DataFrame(
            {
                "station_id": place["station_id"].to_numpy(),
                "connector_id": place["connector_id"].to_numpy(),
                "driver_key": rng.choice(drivers, count) if real.knows_drivers else None,
                "started_at": as_times(start),
                "ended_at": as_times(start + connected),
                "charging_ended_at": as_times(charged) if real.knows_idle else pd.NaT,
                "energy_kwh": _uniform(rng, real.energy, count),
            }
        ),
        days,
    )


def _uniform(rng: np.random.Generator, values: Floats, count: int) -> Floats:
    low, high = np.quantile(values, _RANGE)
    return rng.uniform(float(low), float(high), count)


def as_times(seconds: Floats) -> pd.DatetimeIndex:
    """Whole seconds since 1970 as naive times; NaN becomes missing."""
    known = np.nan_to_num(seconds).astype(np.int64).astype("datetime64[s]")
    return pd.DatetimeIndex(np.where(np.isnan(seconds), np.datetime64("NaT"), known))
