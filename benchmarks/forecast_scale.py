"""Time and peak memory of the forecast, by the number of stations.

    python benchmarks/forecast_scale.py --warehouse target/forecast_rivals/dense/warehouse.duckdb

What runs is what the build's model runs, `issue_forecasts`, from an empty state: fits on a year of
origins, their validation, gate and drivers, and forecasts of `--days` midnights (a week ahead on
Mondays) with bias factor and intervals for every station, city and the network. The stations are
copies of the warehouse's own, each with its level scaled. Each size runs in a process of its own.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pandas as pd

from ecocharge.forecasting.issue import issue_forecasts
from ecocharge.forecasting.known import UnknownEnergy
from ecocharge.forecasting.reading import STATIONS, Warehouse
from ecocharge.forecasting.schema import ORDER
from ecocharge.forecasting.settings import Settings

_COPY = "#"


class Copies:
    """A source with as many stations as are asked for, each a scaled copy of a real one."""

    def __init__(self, source: Warehouse, stations: int, settings: Settings) -> None:
        self._source = source
        real = source.series(settings)
        originals = real.loc[real["scope"] == STATIONS, "series_id"].tolist()
        self._copies = [
            (f"{originals[number % len(originals)]}{_COPY}{number:05}", number)
            for number in range(stations)
        ]

    def days(self, settings: Settings) -> pd.DataFrame:
        return self._source.days(settings)

    def series(self, settings: Settings) -> pd.DataFrame:
        real = self._source.series(settings)
        copies = pd.DataFrame({"copy": [name for name, _ in self._copies]})
        copies["series_id"] = copies["copy"].str.split(_COPY).str[0]
        stations = real.merge(copies, on="series_id").drop(columns="series_id")
        others = real[real["scope"] != STATIONS]
        return pd.concat([others, stations.rename(columns={"copy": "series_id"})])

    def rows(self, series_ids: Sequence[str], first_day: int) -> pd.DataFrame:
        given = self._source.rows(_originals(series_ids), first_day)
        energies = [name for name in given.columns if name.endswith("_kwh")]
        copied = given.merge(_scales(series_ids), on="series_id")
        copied[energies] = copied[energies].mul(copied["scale"], axis=0)
        copied = copied.drop(columns=["series_id", "scale"]).rename(columns={"copy": "series_id"})
        return copied.sort_values(ORDER).reset_index(drop=True)

    def unknown(self, series_ids: Sequence[str]) -> UnknownEnergy:
        return self._source.unknown([])

    def issued(self, series_ids: Sequence[str], since: pd.Timestamp) -> pd.DataFrame:
        return self._source.issued([], since)

    def fits(self, source_system: str) -> pd.DataFrame:
        return self._source.fits("")


def _originals(series_ids: Sequence[str]) -> list[str]:
    return sorted({name.split(_COPY)[0] for name in series_ids})


def _scales(series_ids: Sequence[str]) -> pd.DataFrame:
    """What becomes of an original: between half and one and a half times its level."""
    parts = [name.partition(_COPY) for name in series_ids]
    return pd.DataFrame(
        {
            "copy": list(series_ids),
            "series_id": [original for original, _, _ in parts],
            "scale": [0.5 + int(number or 48) % 97 / 97 for _, _, number in parts],
        }
    )


def run(path: Path, source_system: str, stations: int, days: int) -> None:
    """Print one line for this many stations."""
    settings = Settings(backtest_days=days, refit_days=days)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as built (read_only)")
        connection.execute("attach ':memory:' as state")
        connection.execute("set threads = 1")
        connection.execute("set memory_limit = '1GB'")
        features, *others = (
            connection.table(f"built.intermediate.int_forecasting__{name}")
            for name in ("features", "network_profiles", "peer_levels", "unknown_energy")
        )
        own = features.filter(f"source_system = '{source_system}'")
        copies = Copies(Warehouse(connection, own, *others), stations, settings)
        began, forecasts = time.process_time(), 0
        for batch in issue_forecasts(copies, settings):
            forecasts += batch.num_rows
    took = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(
        f"{stations:6,} stations, {stations * 8_760:11,} station hours a year:"
        f" {forecasts:10,} forecasts in {took:7.1f} s (CPU),"
        f" {1_000 * took / stations:6.1f} ms a station, peak {peak:.2f} GB",
        flush=True,
    )


def main() -> None:
    """One process for each number of stations."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--warehouse", type=Path, required=True)
    parser.add_argument("--source", default="native", help="whose stations are copied")
    parser.add_argument("--stations", default="100,1000,10000")
    parser.add_argument("--days", type=int, default=7, help="midnights that are forecast")
    options = parser.parse_args()
    sizes = [int(size) for size in options.stations.split(",")]
    if len(sizes) == 1:
        run(options.warehouse.resolve(), options.source, sizes[0], options.days)
        return
    for size in sizes:
        command = [sys.executable, __file__, "--warehouse", str(options.warehouse)]
        command += ["--source", options.source, "--days", str(options.days)]
        subprocess.run([*command, "--stations", str(size)], check=True)


if __name__ == "__main__":
    main()
