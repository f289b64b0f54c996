"""What the score looks at, computed once for each sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ecocharge.realism import measures
from ecocharge.realism.sample import Floats, Ints, Sample

HOURS = 24
WEEKDAYS = 7
LAGS = (1, 24, 168)
_BIN_HOURS = 3
_FEWEST_IN_A_BIN = 20
# Added before a logarithm, so that zeros of dirty data count without ruling it.
_KWH, _HOURS, _KW = 0.1, 1 / 60, 0.1


@dataclass(frozen=True)
class Portrait:
    """The sufficient statistics of one sample; arrays have the shapes named.

    Attributes:
        hour, weekday: shares of plug-ins, (24,) and (7,), per observed day of that weekday.
        log_energy, log_hours, log_power: natural logarithms, (n,); power is kWh over hours.
        idle: share of the connected time, (n,), empty when the feed does not say.
        spearman: rank correlation of energy and duration.
        energy_by_hour, hours_by_hour: log medians per three hours of day, (8,), NaN where few.
        station_icc: how much of log energy and log duration the station decides, (2,).
        over_dispersion, day_fano, autocorrelation: of hourly and daily plug-ins; (3,) for `LAGS`.
        gini: inequality of sessions over connectors.
        overlap: share of sessions that begin before an earlier one on the connector ended.
        log_gap: log hours between two sessions of a connector, (gaps,).
    """

    hour: Floats
    weekday: Floats
    log_energy: Floats
    log_hours: Floats
    log_power: Floats
    idle: Floats
    spearman: float
    energy_by_hour: Floats
    hours_by_hour: Floats
    station_icc: Floats
    over_dispersion: float
    day_fano: float
    autocorrelation: Floats
    gini: float
    overlap: float
    log_gap: Floats


def portrait(sample: Sample) -> Portrait:
    """Compute everything the score compares."""
    log_energy = np.log(np.maximum(sample.energy, 0.0) + _KWH)
    log_hours = np.log(sample.hours + _HOURS)
    power = np.maximum(sample.energy, 0.0) / np.maximum(sample.hours, _HOURS)
    stations = sample.codes("station_id")
    counts = hourly_counts(sample)
    overlap, log_gap = _turns(sample)
    hour_bin = (sample.hour_of_day // _BIN_HOURS).astype(np.int64)
    icc = [measures.intraclass_correlation(values, stations) for values in (log_energy, log_hours)]
    series = hourly_series(sample, counts)
    return Portrait(
        hour=measures.shares(sample.hour_of_day.astype(np.int64), HOURS),
        weekday=_weekday_shares(sample),
        log_energy=log_energy,
        log_hours=log_hours,
        log_power=np.log(power + _KW),
        idle=sample.idle_share if sample.knows_idle else np.empty(0),
        spearman=measures.spearman(sample.energy, sample.hours),
        energy_by_hour=_medians(log_energy, hour_bin),
        hours_by_hour=_medians(log_hours, hour_bin),
        station_icc=np.array(icc),
        over_dispersion=measures.over_dispersion(counts.ravel(), _rhythm(sample, counts).ravel()),
        day_fano=measures.fano(counts.sum(axis=1)),
        autocorrelation=np.array([measures.autocorrelation(series, lag) for lag in LAGS]),
        gini=measures.gini(np.bincount(sample.codes("connector_id")).astype(float)),
        overlap=overlap,
        log_gap=log_gap,
    )


def hourly_counts(sample: Sample) -> Floats:
    """Plug-ins of the network per observed day and local hour, shape (days, 24)."""
    row = np.searchsorted(sample.days, sample.start_day)
    cell = row * HOURS + sample.hour_of_day.astype(np.int64)
    counted = np.bincount(cell, minlength=len(sample.days) * HOURS).astype(float)
    return counted.reshape(-1, HOURS)


def hourly_series(sample: Sample, counts: Floats) -> Floats:
    """The counts on one unbroken time line, NaN where unobserved, shape (hours,)."""
    line = np.full((int(sample.days[-1] - sample.days[0]) + 1, HOURS), np.nan)
    line[sample.days - sample.days[0]] = counts
    return line.ravel()


def _rhythm(sample: Sample, counts: Floats) -> Floats:
    """Each hour's mean over the same hours of the week, shape (days, 24)."""
    expected = np.empty_like(counts)
    weekday = (sample.days + 3) % WEEKDAYS
    for day in range(WEEKDAYS):
        these = weekday == day
        if these.any():
            expected[these] = counts[these].mean(axis=0)
    return expected


def _weekday_shares(sample: Sample) -> Floats:
    sessions = np.bincount(sample.weekday, minlength=WEEKDAYS)
    observed = np.bincount((sample.days + 3) % WEEKDAYS, minlength=WEEKDAYS)
    rate = sessions / np.maximum(observed, 1)
    shares: Floats = rate / max(float(rate.sum()), 1e-12)
    return shares


def _medians(values: Floats, bins: Ints) -> Floats:
    return np.array(
        [
            np.median(values[bins == each]) if (bins == each).sum() >= _FEWEST_IN_A_BIN else np.nan
            for each in range(HOURS // _BIN_HOURS)
        ]
    )


def _turns(sample: Sample) -> tuple[float, Floats]:
    """Overlap share, and log gaps between sessions of a connector within observed stretches."""
    connector = sample.codes("connector_id")
    order = np.lexsort((sample.start, connector))
    connector, stretch = connector[order], sample.stretch[order]
    start, end = sample.start[order], sample.end[order]
    # A long session may reach over several: what counts is the latest end so far.
    latest = _running_maximum(end, connector)
    same = (connector[1:] == connector[:-1]) & (stretch[1:] == stretch[:-1])
    wait: Floats = (start[1:] - latest[:-1]) / 3600.0
    overlap = float((same & (wait < 0)).sum() / len(start))
    return overlap, np.log(wait[same & (wait >= 0)] + _HOURS)


def _running_maximum(values: Floats, groups: Ints) -> Floats:
    """Running maximum within each group of ordered groups, shape of `values`."""
    return np.asarray(pd.Series(values).groupby(groups).cummax(), dtype=np.float64)
