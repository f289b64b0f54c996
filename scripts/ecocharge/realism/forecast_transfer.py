"""Trained on synthetic, tested on real: a day-ahead forecast beside one trained on real sessions.

All forecasts are made for the same real days from the same real numbers; they differ only in the
sessions their model was trained on (the test that Esteban, Hyland and Raetsch 2017 call TSTR).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from ecocharge.errors import EcoChargeError
from ecocharge.forecasting.estimators import Boosting
from ecocharge.forecasting.scoring import rae
from ecocharge.forecasting.settings import Settings
from ecocharge.profiles.visits import observed_days
from ecocharge.realism.comparing import BASELINES
from ecocharge.realism.day_ahead import Rows, rows_of
from ecocharge.realism.demand import HOURS, MEMORY_DAYS, Demand
from ecocharge.realism.sample import Floats, Ints, Sample

REAL, SYNTHETIC = "trained on real", "trained on synthetic"
STEPS = 2
"""Models trained; every baseline is one more."""
_PAST_SHARE = 0.7
_LEAST_PAST = 2 * MEMORY_DAYS
_LEAST_FUTURE = 7
_NEARLY_ALL = 0.9
_MOST_ROWS = 100_000
_DAY = 86_400


@dataclass(frozen=True)
class Forecast:
    """One forecast of the real future.

    Attributes:
        name: what made it.
        lesson: the sessions its model was trained on, None where there is nothing to train.
        stations: RAE of the median over every station's hours.
        network: RAE of the sum of the stations' means over the hours of the network.
    """

    name: str
    lesson: Sample | None
    stations: float
    network: float


@dataclass(frozen=True)
class Transfer:
    """All forecasts of one real future, those of `REAL` and `SYNTHETIC` first.

    Attributes:
        days: the days forecast, since 1970, ascending.
        hours: station-hours forecast.
    """

    forecasts: tuple[Forecast, ...]
    days: Ints
    hours: int

    @property
    def ratios(self) -> tuple[float, float]:
        """How many times the error of training on real: of stations, and of the network."""
        real, synthetic = self.forecasts[:2]
        return synthetic.stations / real.stations, synthetic.network / real.network


def transfer(
    synthetic: Sample,
    real: Sample,
    *,
    first: int | None = None,
    baselines: bool = False,
    seed: int = 1,
    step: Callable[[], None] = lambda: None,
) -> Transfer:
    """Train on synthetic sessions and on the real past, and forecast the real future with both.

    Args:
        first: the first day forecast, since 1970; by default seven tenths of the days are past.
        baselines: train on what the simpler generators make of the real past too.
        seed: of the models and the baselines.
        step: called after each model.

    Raises:
        EcoChargeError: when past, future or the synthetic sessions are too short.
    """
    whole = watched(real)
    first = int(whole.days[int(_PAST_SHARE * len(whole.days))]) if first is None else first
    past, days = _split(whole, first)
    test = rows_of(Demand.of(whole))
    test = test.where(test.hour >= first * HOURS)
    if not len(test):
        raise EcoChargeError(
            "no station has sessions on both sides of the first day that is forecast",
            remedy="choose another day with --from",
        )
    lessons = {REAL: past, SYNTHETIC: lesson(watched(synthetic), past)}
    forecasts = []
    for name, sample in lessons.items():
        forecasts.append(_forecast(name, sample, test, seed))
        step()
    last_week = np.where(np.isnan(test.last_week), test.hour_mean, test.last_week)
    naives = {
        "hour of last week": last_week,
        "hour's mean": test.hour_mean,
        "always zero": np.zeros(len(test)),
    }
    for name, values in naives.items():
        forecasts.append(Forecast(name, None, *_errors(test, values, values)))
    for name, generate in BASELINES.items() if baselines else ():
        made = on_record(generate(past, past.days, seed), first)
        forecasts.append(_forecast(name, made, test, seed))
        step()
    return Transfer(tuple(forecasts), days, len(test))


def watched(sample: Sample) -> Sample:
    """The sample without the long silences of its feed: a hole is no day without demand."""
    first, observed = observed_days(sample.start.astype(np.int64))
    return sample.on(first + np.flatnonzero(observed))


def on_record(sample: Sample, day: int) -> Sample:
    """What was on record at the midnight that begins a day: sessions that had ended.

    Args:
        day: since 1970.
    """
    ended = sample.sessions[sample.end <= day * _DAY]
    return Sample.of(ended, sample.days[sample.days < day])


def lesson(synthetic: Sample, past: Sample) -> Sample:
    """The synthetic sessions to train on: the days of the real past, else as many of their own."""
    end = int(past.days[-1]) + 1
    days = np.intersect1d(synthetic.days, past.days)
    if len(days) < _NEARLY_ALL * len(past.days):
        earlier = synthetic.days[synthetic.days < end]
        enough = len(earlier) >= min(len(past.days), len(synthetic.days))
        days = (earlier if enough else synthetic.days)[: len(past.days)]
    if len(days) < _LEAST_PAST:
        raise EcoChargeError(
            f"{len(days)} days of synthetic sessions are too few to train a forecast on",
            remedy=f"make {_LEAST_PAST} days, better as many as the {len(past.days)} of the real "
            "past",
        )
    return on_record(synthetic.on(days), int(days[-1]) + 1)


def _split(whole: Sample, first: int) -> tuple[Sample, Ints]:
    days = whole.days
    before, after = int((days < first).sum()), int((days >= first).sum())
    if before < _LEAST_PAST or after < _LEAST_FUTURE:
        raise EcoChargeError(
            f"{before} real days to train on and {after} to forecast are too few",
            remedy=f"choose another day with --from: {_LEAST_PAST} days before and {_LEAST_FUTURE} "
            "after it are the least",
        )
    return on_record(whole, first), days[days >= first]


def _forecast(name: str, sample: Sample, test: Rows, seed: int) -> Forecast:
    rows = rows_of(Demand.of(sample))
    if len(rows) > _MOST_ROWS:
        # Time grows with the rows, what sixty trees can learn from them hardly does.
        chosen = np.random.default_rng(seed).choice(len(rows), _MOST_ROWS, replace=False)
        rows = rows.where(np.isin(np.arange(len(rows)), chosen))
    if not len(rows):
        raise EcoChargeError(
            f"{name}: no station is there for {MEMORY_DAYS} days",
            remedy="give sessions of a longer time",
        )
    # On a busy machine the trees' threads wait for each other far longer than they work.
    with threadpool_limits(1):
        model = Boosting(Settings(seed=seed))
        model.fit(rows.features, rows.actual / rows.scale, rows.scale)
        found = model.predict(test.features)
    return Forecast(name, sample, *_errors(test, found.p50 * test.scale, found.mean * test.scale))


def _errors(test: Rows, p50: Floats, mean: Floats) -> tuple[float, float]:
    place = np.unique(test.hour, return_inverse=True)[1]
    actual: Floats = np.bincount(place, weights=test.actual).astype(np.float64)
    expected: Floats = np.bincount(place, weights=mean).astype(np.float64)
    return rae(test.actual, p50), rae(actual, expected)
