"""What is asked of the forecast, and what it reaches: ratios, coverage and bias per set."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ecocharge.forecasting.estimators import BOOSTING, RIDGE
from ecocharge.forecasting.ladder import FALLBACK
from ecocharge.forecasting.naives import NAIVES
from ecocharge.forecasting.scoring import Floats, bias, coverage, rae, rmse, wape

KEYS = ["series_id", "origin_ts_utc", "target_hour_utc"]
HINDSIGHT = "hindsight"
"""What each series turned out to need at this hour of such a day, over the very hours scored.
Nobody can know it beforehand: it says how much of a set's demand follows from the clock at all."""
_WIDEST = 0.84


@dataclass(frozen=True)
class Figure:
    """One measured number and the range it must lie in; without a range it is only told."""

    name: str
    value: float
    low: float = -math.inf
    high: float = math.inf

    @property
    def verdict(self) -> str:
        if not self.must:
            return ""
        return "met" if self.low <= self.value <= self.high else "MISSED"

    @property
    def must(self) -> str:
        if (self.low, self.high) == (-math.inf, math.inf):
            return ""
        if self.low == -math.inf:
            return f"<= {self.high:g}"
        return f">= {self.low:g}" if self.high == math.inf else f"{self.low:g} to {self.high:g}"


def common_hours(issued: pd.DataFrame, rivals: pd.DataFrame) -> pd.DataFrame:
    """Issued forecasts and the rivals', of the hours that every algorithm of a level forecast.

    What stood in where a fit was not promoted is left out: it is there on some days only.

    Args:
        issued: `Network.issued`.
        rivals: series_id, origin_ts_utc, target_hour_utc, algorithm, p50_kwh, mean_kwh.
    """
    carried = ["level", "days_ahead", "actual_kwh"]
    hours = issued.loc[issued["algorithm"] == BOOSTING, [*KEYS, *carried]]
    own = issued[issued["algorithm"] != FALLBACK]
    rows = pd.concat([own, rivals.merge(hours, on=KEYS)], ignore_index=True)
    rows["week_ahead"] = rows["days_ahead"] > 0
    band = ["level", "week_ahead"]
    algorithms = rows.groupby(band)["algorithm"].transform("nunique")
    complete = rows.groupby(KEYS)["algorithm"].transform("nunique") == algorithms
    kept = rows[complete]
    return pd.concat([kept, _hindsight(kept)], ignore_index=True)


def _hindsight(rows: pd.DataFrame) -> pd.DataFrame:
    own = rows[rows["algorithm"] == BOOSTING].drop(columns=["p10_kwh", "p90_kwh"])
    alike = own.groupby(["series_id", "week_ahead", "day_type", "hour_of_day"])["actual_kwh"]
    return own.drop(columns=["p2_5_kwh", "p97_5_kwh"]).assign(
        algorithm=HINDSIGHT, p50_kwh=alike.transform("median"), mean_kwh=alike.transform("mean")
    )


def scores(rows: pd.DataFrame) -> pd.DataFrame:
    """RAE and WAPE of p50; RMSE, WAPE and bias of the mean; coverage: per level and algorithm."""
    table = []
    for (level, week_ahead, algorithm), own in rows.groupby(["level", "week_ahead", "algorithm"]):
        value = {name: own[name].to_numpy(float) for name in own if str(name).endswith("kwh")}
        actual, mean = value["actual_kwh"], value["mean_kwh"]
        table.append(
            {
                "level": level,
                "week_ahead": week_ahead,
                "algorithm": algorithm,
                "hours": len(own),
                "rae": rae(actual, value["p50_kwh"]),
                "rmse": rmse(actual, mean),
                "wape_mean": wape(actual, mean),
                "bias": bias(actual, mean),
                "coverage_80": coverage(actual, value["p10_kwh"], value["p90_kwh"]),
                "coverage_95": coverage(actual, value["p2_5_kwh"], value["p97_5_kwh"]),
            }
        )
    return pd.DataFrame(table).set_index(["level", "week_ahead", "algorithm"]).sort_index()


def dense_figures(table: pd.DataFrame) -> list[Figure]:
    """The ratios asked for where every hour is known at its end."""
    stations = table.loc["station", False]
    cities = table.loc["city", False]
    week = table.loc["station", True]

    def to(rows: pd.DataFrame, column: str, *rivals: str) -> float:
        return float(rows.loc[BOOSTING, column] / rows.loc[list(rivals), column].min())

    def beyond(rows: pd.DataFrame, column: str, *rivals: str) -> float:
        return float(rows.loc[HINDSIGHT, column] / rows.loc[list(rivals), column].min())

    light = [name for name in stations.index if name.startswith("lightgbm")]
    recursive = [name for name in stations.index if name.startswith("mlforecast")]
    return [
        Figure("RAE of p50 / week naive", to(stations, "rae", "naive_week"), high=0.56),
        Figure("RAE of p50 / day naive", to(stations, "rae", "naive_day"), high=0.72),
        Figure("RAE of p50 / best naive", to(stations, "rae", *NAIVES), high=0.90),
        Figure("RAE of p50 / best LightGBM", to(stations, "rae", *light), high=1.00),
        Figure("RAE of p50 / best mlforecast", to(stations, "rae", *recursive), high=0.92),
        Figure("RAE of p50 / AutoETS", to(stations, "rae", "autoets"), high=0.90),
        Figure("city WAPE of mean / day naive", to(cities, "wape_mean", "naive_day"), high=0.75),
        Figure("city WAPE of mean / Ridge", to(cities, "wape_mean", RIDGE), high=0.95),
        Figure("week-ahead RAE / week naive", to(week, "rae", "naive_week"), high=0.88),
        Figure("hindsight: RAE / week naive", beyond(stations, "rae", "naive_week")),
        Figure("hindsight: RAE / best naive", beyond(stations, "rae", *NAIVES)),
        Figure(
            "hindsight: city WAPE of mean / day naive", beyond(cities, "wape_mean", "naive_day")
        ),
        Figure("hindsight: city WAPE of mean / Ridge", beyond(cities, "wape_mean", RIDGE)),
    ]


def session_figures(table: pd.DataFrame) -> list[Figure]:
    """The ratios asked for where a session is known when it ends."""
    stations = table.loc["station", False]
    naives = stations.loc[list(NAIVES)]
    ours = stations.loc[BOOSTING]
    network = float(table.loc[("network", False, BOOSTING), "bias"])
    light = [name for name in stations.index if name.startswith("lightgbm")]
    best = stations.loc[light, "rae"].min()
    below_one = math.nextafter(1.0, 0.0)
    return [
        Figure("RAE of p50 / best naive", float(ours["rae"] / naives["rae"].min()), high=below_one),
        Figure(
            "RMSE of mean / best naive", float(ours["rmse"] / naives["rmse"].min()), high=below_one
        ),
        Figure("bias of the network's mean", network, low=-0.05, high=0.05),
        Figure("RAE of p50 / best LightGBM", float(ours["rae"] / best)),
    ]


def coverage_figures(rows: pd.DataFrame) -> list[Figure]:
    """How often the day-ahead intervals of the boosted trees held what came."""
    own = rows[(rows["algorithm"] == BOOSTING) & ~rows["week_ahead"]]
    figures = []
    for level in ("station", "network"):
        at = own[own["level"] == level]
        inside_80, inside_95 = inside(at, "p10_kwh", "p90_kwh"), inside(at, "p2_5_kwh", "p97_5_kwh")
        figures += [
            Figure(f"{level}: in the 80 % interval", float(inside_80.mean()), 0.77, 0.84),
            Figure(f"{level}: in the 95 % interval", float(inside_95.mean()), low=0.925),
        ]
        if level == "station":
            each = inside_80.groupby(at["series_id"]).mean()
            share = float(each.between(0.70, 0.90).mean())
            figures.append(Figure("stations with 70 to 90 % in the 80 % interval", share, low=0.80))
            # An interval holds its median, so it holds these hours however narrow it is.
            certain = (at["actual_kwh"] == 0) & (at["p50_kwh"] == 0)
            each = certain.groupby(at["series_id"]).mean()
            figures += [
                Figure("station: median and hour both nothing", float(certain.mean())),
                Figure("stations where they are so above 84 %", float((each > _WIDEST).mean())),
            ]
    return figures


def inside(rows: pd.DataFrame, lower: str, upper: str) -> pd.Series[float]:
    """1 where the actual lies within the interval, 0 where not, NaN without an interval."""
    actual: Floats = rows["actual_kwh"].to_numpy(float)
    low, high = rows[lower].to_numpy(float), rows[upper].to_numpy(float)
    held = ((actual >= low) & (actual <= high)).astype(float)
    held[np.isnan(low) | np.isnan(high)] = np.nan
    return pd.Series(held, index=rows.index)
