"""Two published methods, written anew from their descriptions and refitted to the same half.

EV-SDG (Lahariya, Benoit and Develder 2020): exponential gaps between arrivals per month, day type
and hour, then Gaussian mixtures of the duration and of the energy given the hour, drawn apart.
ACN-Sim (Lee, Johansson and Low 2019): one Gaussian mixture of arrival hour, duration and energy
for weekdays and one for weekends, with a Poisson number of sessions a day, and a new place for
every car. Neither project's code is used, and neither knows stations: they are drawn at random
by how often each is used.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from sklearn.mixture import GaussianMixture

from ecocharge.realism.baselines.naive import as_times
from ecocharge.realism.sample import Bools, Floats, Ints, Sample

_ARRIVAL_HOURS = 24
_PARTS_APART = 4
_PARTS_JOINT = 30
_ROWS_PER_PART = 20
_MINUTE = 1 / 60
_FIRST_WEEKEND_DAY = 5

Draw = Callable[[int], Floats]


def ev_sdg(real: Sample, days: Ints, seed: int) -> Sample:
    """Arrivals by hour and day type; duration and energy drawn apart."""
    rng = np.random.default_rng([seed, 3])
    starts, values = [], []
    for weekend in (False, True):
        rows = _is_weekend(real.start_day) == weekend
        observed = max(int((_is_weekend(real.days) == weekend).sum()), 1)
        filled = days[_is_weekend(days) == weekend]
        for hour in range(_ARRIVAL_HOURS):
            here = rows & (real.hour_of_day.astype(np.int64) == hour)
            # A Poisson number at uniform moments is what exponential gaps amount to.
            arrivals = rng.poisson(here.sum() / observed, len(filled))
            if not arrivals.sum():
                continue
            day = np.repeat(filled, arrivals)
            starts.append(day * 86_400.0 + (hour + rng.uniform(0, 1, len(day))) * 3600)
            drawn = [
                _mixture(column[here][:, None], _PARTS_APART, rng)(len(day))
                for column in (np.log(real.hours + _MINUTE), np.log(_positive(real.energy)))
            ]
            values.append(np.column_stack(drawn))
    start, log_values = np.concatenate(starts), np.concatenate(values)
    return _sample(real, days, start, np.exp(log_values[:, 0]), np.exp(log_values[:, 1]), rng)


def acn_sim(real: Sample, days: Ints, seed: int) -> Sample:
    """A joint mixture of arrival, duration and energy per day type, as plain values."""
    rng = np.random.default_rng([seed, 4])
    starts, values = [], []
    table = np.column_stack([real.hour_of_day, real.hours, real.energy])
    for weekend in (False, True):
        rows = _is_weekend(real.start_day) == weekend
        observed = max(int((_is_weekend(real.days) == weekend).sum()), 1)
        filled = days[_is_weekend(days) == weekend]
        arrivals = rng.poisson(rows.sum() / observed, len(filled))
        if not arrivals.sum():
            continue
        drawn = _mixture(table[rows], _PARTS_JOINT, rng)(int(arrivals.sum()))
        hour = np.clip(drawn[:, 0], 0, _ARRIVAL_HOURS - _MINUTE)
        starts.append(np.repeat(filled, arrivals) * 86_400.0 + hour * 3600)
        values.append(drawn[:, 1:])
    start, drawn = np.concatenate(starts), np.concatenate(values)
    # The method's own remedy for what a Gaussian puts below zero: a least stay and energy.
    hours, energy = np.maximum(drawn[:, 0], 5 * _MINUTE), np.maximum(drawn[:, 1], 0.5)
    return _sample(real, days, start, hours, energy, rng)


def _mixture(table: Floats, parts: int, rng: np.random.Generator) -> Draw:
    """A fitted mixture to draw from; the rows themselves where they are too few to fit."""
    count = min(parts, len(table) // _ROWS_PER_PART)
    if count < 1:
        return lambda size: table[rng.integers(0, len(table), size)]
    model = GaussianMixture(count, random_state=int(rng.integers(2**31)), reg_covar=1e-4)
    model.fit(table)

    def draw(size: int) -> Floats:
        model.random_state = int(rng.integers(2**31))
        drawn: Floats = rng.permutation(model.sample(size)[0])
        return drawn

    return draw


def _sample(
    real: Sample, days: Ints, start: Floats, hours: Floats, energy: Floats, rng: np.random.Generator
) -> Sample:
    place = real.sessions.iloc[rng.integers(0, len(real), len(start))]
    driver = real.sessions["driver_key"].to_numpy(object)[rng.integers(0, len(real), len(start))]
    return Sample.of(
        pd.DataFrame(
            {
                "station_id": place["station_id"].to_numpy(),
                "connector_id": place["connector_id"].to_numpy(),
                "driver_key": driver,
                "started_at": as_times(start),
                "ended_at": as_times(start + hours * 3600),
                "charging_ended_at": as_times(start + hours * 3600) if real.knows_idle else pd.NaT,
                "energy_kwh": energy,
            }
        ),
        days,
    )


def _is_weekend(days: Ints) -> Bools:
    weekend: Bools = (days + 3) % 7 >= _FIRST_WEEKEND_DAY
    return weekend


def _positive(energy: Floats) -> Floats:
    return np.maximum(energy, 0.01)
