"""The benchmark of the forecast: rivals know no more than we do, and the same hours are scored."""

from __future__ import annotations

import math
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from rendered_sql import ROOT

from ecocharge.forecasting.estimators import BOOSTING
from ecocharge.forecasting.known import UnknownEnergy

sys.path.insert(0, str(ROOT / "benchmarks"))

from forecast_figures import HINDSIGHT, Figure, common_hours, coverage_figures, scores
from forecast_sets import Network

MIDNIGHT = pd.Timestamp("2025-03-02")
HOURS = pd.date_range("2025-03-01", periods=48, freq="h")


def network() -> Network:
    demand = pd.DataFrame({"series_id": "a", "hour_start_utc": HOURS, "energy_kwh": 2.0})
    unknown = pd.DataFrame(
        {
            "origin_ts_utc": [MIDNIGHT],
            "series_id": ["a"],
            "hour_start_utc": [HOURS[23]],
            "energy_kwh": [1.5],
        }
    )
    return Network(pd.DataFrame(), UnknownEnergy(unknown), demand, pd.DataFrame())


def test_rivals_see_what_had_been_counted_before_the_origin_and_no_more() -> None:
    known = network().known(["a"], MIDNIGHT, 6)
    assert known["ds"].tolist() == HOURS[18:24].tolist()
    assert known["y"].tolist() == [2.0] * 5 + [0.5]
    later = network().demand.assign(
        energy_kwh=np.where(HOURS >= MIDNIGHT, 99.0, network().demand["energy_kwh"])
    )
    other = replace(network(), demand=later).known(["a"], MIDNIGHT, 6)
    pd.testing.assert_frame_equal(known, other, check_exact=True)


def issued() -> pd.DataFrame:
    """Two days of one station by two algorithms; the other one lacks the last hour."""
    own = pd.DataFrame(
        {
            "series_id": "a",
            "level": "station",
            "algorithm": BOOSTING,
            "origin_ts_utc": HOURS.floor("D"),
            "target_hour_utc": HOURS,
            "days_ahead": 0,
            "day_type": "weekday",
            "hour_of_day": HOURS.hour,
            "actual_kwh": np.repeat([1.0, 3.0], 24),
            "p50_kwh": 2.0,
            "mean_kwh": 2.0,
            "p2_5_kwh": 0.0,
            "p10_kwh": 2.0,
            "p90_kwh": 3.0,
            "p97_5_kwh": 3.0,
        }
    )
    day, stopgap = (own.assign(algorithm=name) for name in ("naive_day", "fallback"))
    return pd.concat([own, day.iloc[:-1], stopgap.iloc[:3]], ignore_index=True)


def test_only_hours_that_all_have_forecast_are_scored() -> None:
    rival = issued().iloc[1:48][["series_id", "origin_ts_utc", "target_hour_utc"]]
    rows = common_hours(issued(), rival.assign(algorithm="rival", p50_kwh=1.0, mean_kwh=1.0))
    assert rows.groupby("algorithm").size().to_dict() == dict.fromkeys(
        [BOOSTING, HINDSIGHT, "naive_day", "rival"], 46
    )
    table = scores(rows)
    assert table.loc[("station", False, "rival"), "rae"] == pytest.approx(1.0)
    assert table.loc[("station", False, BOOSTING), "wape_mean"] == pytest.approx(0.5)


def test_coverage_counts_hours_inside_and_stations_within_the_range() -> None:
    rows = common_hours(issued(), issued().iloc[:0])
    found = {figure.name: figure for figure in coverage_figures(rows)}
    assert found["station: in the 80 % interval"].value == pytest.approx(23 / 47)
    assert found["station: in the 80 % interval"].verdict == "MISSED"
    assert found["station: in the 95 % interval"].value == 1.0
    assert found["stations with 70 to 90 % in the 80 % interval"].value == 0.0
    # There is no network series: its coverage is not a number, and so not met.
    assert found["network: in the 80 % interval"].verdict == "MISSED"


def test_a_figure_without_a_range_is_only_told() -> None:
    assert Figure("told", 3.0).verdict == ""
    assert Figure("below", 0.7, high=0.72).verdict == "met"
    assert Figure("unknown", math.nan, high=0.72).verdict == "MISSED"
