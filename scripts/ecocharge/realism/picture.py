"""One page of small multiples: the synthetic sessions against the real ones."""

from __future__ import annotations

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

from ecocharge.pictures import write_picture
from ecocharge.realism import measures
from ecocharge.realism.portrait import HOURS, hourly_counts, hourly_series, portrait
from ecocharge.realism.sample import Floats, Sample

_NAMES = ("real", "synthetic")
_COLOURS = ("#4c4c4c", "#e4572e")
_LEVELS = np.linspace(0.01, 0.99, 99)
_LAGS = 24 * 8
_WIDTH, _HEIGHT = 250, 160
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def draw(real: Sample, synthetic: Sample, file: Path, title: str) -> None:
    """Write the picture as .svg or .png, by the file's name.

    Raises:
        EcoChargeError: for another ending.
    """
    write_picture(page(real, synthetic, title), file)


def page(real: Sample, synthetic: Sample, title: str) -> alt.ConcatChart:
    """The small multiples; a panel that either side does not know is left out."""
    samples = (real, synthetic)
    portraits = [portrait(each) for each in samples]
    charts = [
        _lines([each.hour * 100 for each in portraits], "hour of day", "% of sessions"),
        _weekdays([each.weekday * 100 for each in portraits]),
        _distribution([each.energy for each in samples], "energy (kWh)"),
        _distribution([each.hours for each in samples], "connected (hours)"),
        _distribution(
            [each.energy / np.maximum(each.hours, 1 / 60) for each in samples], "mean power (kW)"
        ),
    ]
    if all(each.knows_idle for each in samples):
        charts.append(
            _distribution(
                [each.idle_share * 100 for each in samples], "idle (% of the stay)", log=False
            )
        )
    charts += [
        _lines(
            [_ranked(each) for each in samples],
            "connectors, busiest first (%)",
            "% of sessions, cumulative",
        ),
        _lines([_correlogram(each) for each in samples], "lag (hours)", "autocorrelation"),
        _distribution(
            [
                hourly_counts(each).sum(axis=1) / hourly_counts(each).sum(axis=1).mean()
                for each in samples
            ],
            "sessions of a day over their mean",
            log=False,
        ),
    ]
    return alt.concat(*charts, columns=3, title=title)


def _lines(values: list[Floats], x: str, y: str) -> alt.Chart:
    table = _table([(np.arange(len(each), dtype=float), each) for each in values])
    return _styled(alt.Chart(table).mark_line(), x, y)


def _weekdays(values: list[Floats]) -> alt.Chart:
    table = pd.concat(
        [
            pd.DataFrame({"x": _DAYS, "y": each, "data": name})
            for name, each in zip(_NAMES, values, strict=True)
        ]
    )
    chart = alt.Chart(table).mark_line(point=True)
    return chart.encode(
        x=alt.X("x:N", sort=list(_DAYS), title="weekday"),
        y=alt.Y("y:Q", title="% of sessions"),
        color=_colour(),
    ).properties(width=_WIDTH, height=_HEIGHT)


def _distribution(values: list[Floats], x: str, *, log: bool = True) -> alt.Chart:
    """Cumulative distributions: no choice of bins to flatter one side."""
    quantiles = [np.quantile(each[~np.isnan(each)], _LEVELS) for each in values]
    if log:
        quantiles = [np.maximum(each, 0.01) for each in quantiles]
    table = _table([(each, _LEVELS * 100) for each in quantiles])
    chart = alt.Chart(table).mark_line(interpolate="step-after")
    return _styled(chart, x, "% of sessions up to", log=log)


def _styled(chart: alt.Chart, x: str, y: str, *, log: bool = False) -> alt.Chart:
    scale = alt.Scale(type="log") if log else alt.Scale(nice=False)
    return chart.encode(
        x=alt.X("x:Q", title=x, scale=scale), y=alt.Y("y:Q", title=y), color=_colour(), order="x:Q"
    ).properties(width=_WIDTH, height=_HEIGHT)


def _colour() -> alt.Color:
    return alt.Color(
        "data:N", title=None, scale=alt.Scale(domain=list(_NAMES), range=list(_COLOURS))
    )


def _table(pairs: list[tuple[Floats, Floats]]) -> pd.DataFrame:
    return pd.concat(
        [
            pd.DataFrame({"x": x, "y": y, "data": name})
            for name, (x, y) in zip(_NAMES, pairs, strict=True)
        ]
    )


def _ranked(sample: Sample) -> Floats:
    """Cumulative share of sessions at each percent of connectors, shape (101,)."""
    counts = np.sort(np.bincount(sample.codes("connector_id")))[::-1]
    share = np.concatenate([[0.0], np.cumsum(counts) / counts.sum()]) * 100
    ranked: Floats = np.interp(np.linspace(0, len(counts), 101), np.arange(len(share)), share)
    return ranked


def _correlogram(sample: Sample) -> Floats:
    series = hourly_series(sample, hourly_counts(sample))
    lags = min(_LAGS, len(series) - HOURS)
    return np.array([1.0, *(measures.autocorrelation(series, lag) for lag in range(1, lags))])
