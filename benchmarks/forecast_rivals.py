"""Our forecast beside its rivals: the same origins, the same knowledge at each, one command.

    pip install -r benchmarks/requirements.txt
    python benchmarks/forecast_rivals.py dense=dense.duckdb s=s.duckdb dundee=real.duckdb:dundee

Each set is a warehouse that `ecocharge build` left, and a feed of it where it holds several. A set
called `dense` is read hour by hour (`ecocharge generate --preset s --meter-values all`) and meets
mlforecast and statsforecast too. Ratios are ours over theirs: below 1 is better.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from forecast_rival_models import ets_rows, lightgbm_rows, recursive_rows
from forecast_sets import KEY, Set

from ecocharge.forecasting.naives import NAIVES
from ecocharge.forecasting.settings import Settings

P50, MEAN, RIDGE = "hist_gradient_boosting_p50", "hist_gradient_boosting_mean", "ridge_mean"
_LEAST_ORIGINS = 56
_STATIONS_WITHIN = (0.70, 0.90)
_LEAST_ROWS = 24 * 14


@dataclass(frozen=True)
class Line:
    """One figure and what it must be."""

    what: str
    value: float
    lowest: float = -np.inf
    highest: float = np.inf

    def text(self) -> str:
        verdict = "yes" if self.lowest <= self.value <= self.highest else "**no**"
        bounds = [
            f"at least {self.lowest:g}" if np.isfinite(self.lowest) else "",
            f"at most {self.highest:g}" if np.isfinite(self.highest) else "",
        ]
        wanted = ", ".join(filter(None, bounds))
        return f"| {self.what} | {self.value:.3f} | {wanted} | {verdict if wanted else ''} |"


def _common(rows: pd.DataFrame, *columns: str) -> pd.DataFrame:
    return rows.dropna(subset=list(columns))


def error_ratio(rows: pd.DataFrame, ours: str, theirs: str) -> float:
    """Sum of absolute errors over that of another: RAE over RAE, for the mean cancels."""
    both = _common(rows, ours, theirs)
    actual = both["energy_kwh"]
    return float((actual - both[ours]).abs().sum() / (actual - both[theirs]).abs().sum())


def squared_ratio(rows: pd.DataFrame, ours: str, theirs: str) -> float:
    """RMSE over RMSE."""
    both = _common(rows, ours, theirs)
    actual = both["energy_kwh"]
    ours_squared = ((actual - both[ours]) ** 2).sum()
    return float(np.sqrt(ours_squared / ((actual - both[theirs]) ** 2).sum()))


def best_naive(rows: pd.DataFrame, *, squared: bool = False) -> str:
    """The naive, zero among them, with the least error over the hours that all know."""
    known = _common(rows, *NAIVES)
    power = 2 if squared else 1
    return min(
        NAIVES, key=lambda name: float(((known["energy_kwh"] - known[name]).abs() ** power).sum())
    )


def covered(rows: pd.DataFrame, low: str, high: str) -> float:
    """Share of hours inside the interval."""
    known = _common(rows, f"hist_gradient_boosting_{low}", f"hist_gradient_boosting_{high}")
    inside = known["energy_kwh"].between(
        known[f"hist_gradient_boosting_{low}"], known[f"hist_gradient_boosting_{high}"]
    )
    return float(inside.mean())


def bias(rows: pd.DataFrame) -> float:
    """Mean forecast less actual, over actual."""
    known = _common(rows, MEAN)
    return float((known[MEAN] - known["energy_kwh"]).sum() / known["energy_kwh"].sum())


def coverage_lines(rows: pd.DataFrame, stations: pd.DataFrame) -> Iterator[Line]:
    """Intervals of stations together and one by one, and of the network."""
    network = rows[(rows["level"] == "network") & (rows["days_ahead"] == 0)]
    for name, part in (("stations", stations), ("network", network)):
        yield Line(f"{name}: inside 80 %", covered(part, "p10", "p90"), 0.77, 0.84)
        yield Line(f"{name}: inside 95 %", covered(part, "p2_5", "p97_5"), 0.925)
    each = [
        covered(own, "p10", "p90")
        for _, own in stations.groupby("series_id")
        if len(own) >= _LEAST_ROWS
    ]
    low, high = _STATIONS_WITHIN
    within = float(np.mean([low <= share <= high for share in each]))
    yield Line(f"share of {len(each)} stations with {low:.2f} to {high:.2f}", within, 0.80)


def session_lines(rows: pd.DataFrame, stations: pd.DataFrame) -> Iterator[Line]:
    """What every set must show."""
    naive, squared = best_naive(stations), best_naive(stations, squared=True)
    yield Line(f"RAE over best naive ({naive})", error_ratio(stations, P50, naive), highest=1)
    yield Line(
        f"RMSE over best naive ({squared})", squared_ratio(stations, MEAN, squared), highest=1
    )
    yield Line("RAE over LightGBM", error_ratio(stations, P50, "lgb_p50"))
    yield Line("RMSE over LightGBM", squared_ratio(stations, MEAN, "lgb_mean"))
    network = rows[(rows["level"] == "network") & (rows["days_ahead"] == 0)]
    for source, own in network.groupby(network["series_id"].str.partition(":")[0]):
        yield Line(f"bias of the mean, network {source}", bias(own), -0.05, 0.05)


def dense_lines(found: Set, rows: pd.DataFrame, stations: pd.DataFrame) -> Iterator[Line]:
    """What the dense set must show beyond that."""
    yield Line("RAE over week naive", error_ratio(stations, P50, "naive_week"), highest=0.56)
    yield Line("RAE over day naive", error_ratio(stations, P50, "naive_day"), highest=0.72)
    naive = best_naive(stations)
    yield Line(f"RAE over best naive ({naive})", error_ratio(stations, P50, naive), highest=0.90)
    yield Line("RAE over LightGBM", error_ratio(stations, P50, "lgb_p50"), highest=1.00)
    recursive = stations.merge(recursive_rows(found), on=KEY)
    yield Line("RAE over mlforecast", error_ratio(recursive, P50, "mlforecast_p50"), highest=0.92)
    ets = stations.merge(ets_rows(found, _LEAST_ORIGINS), on=KEY)
    yield Line("RAE over AutoETS", error_ratio(ets, P50, "ets_p50"), highest=0.90)
    cities = rows[(rows["level"] == "city") & (rows["days_ahead"] == 0)]
    yield Line("cities: WAPE over day naive", error_ratio(cities, MEAN, "naive_day"), highest=0.75)
    yield Line("cities: WAPE over Ridge", error_ratio(cities, MEAN, RIDGE), highest=0.95)
    ahead = rows[(rows["level"] == "station") & (rows["days_ahead"] > 0)]
    yield Line(
        "week-ahead RAE over week naive", error_ratio(ahead, P50, "naive_week"), highest=0.88
    )


def report(found: Set) -> None:
    """Print one set's table."""
    began = time.perf_counter()
    rows = found.scored.merge(lightgbm_rows(found), how="left", on=KEY).dropna(subset=[P50])
    stations = rows[(rows["level"] == "station") & (rows["days_ahead"] == 0)]
    lines = list(session_lines(rows, stations))
    if found.name == "dense":
        lines += dense_lines(found, rows, stations)
    lines += coverage_lines(rows, stations)
    origins = stations["day_number"].nunique()
    print(f"\n## {found.name}: {origins} origins, {len(stations):,} station hours\n")
    print("| what | value | wanted | met |\n|---|--:|---|---|")
    for line in lines:
        print(line.text())
    print(f"\n({time.perf_counter() - began:.0f} s)", flush=True)


def _set(text: str) -> Set:
    name, _, place = text.partition("=")
    file, _, source = place.partition(":")
    return Set(name, Path(file), Settings(), source or None)


def main() -> None:
    """Compare on every set given."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("sets", nargs="+", metavar="NAME=WAREHOUSE[:FEED]")
    for text in parser.parse_args().sets:
        report(_set(text))


if __name__ == "__main__":
    main()
