"""Time and peak memory of one fit and of four weeks of forecasts, by the number of stations.

    python benchmarks/forecast_scale.py --warehouse target/forecast_rivals/dense/warehouse.duckdb

The stations are copies of the warehouse's own, each with its level scaled, a year of feature rows
each. What runs are the project's functions: both heads are fitted on the sampled rows of that
year, then every station is forecast a day ahead at each midnight of the last 28 days, with bias
factor and intervals from its errors. Rows are read in batches of stations. Each size runs in a
process of its own, one thread.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from ecocharge.forecasting import calibration
from ecocharge.forecasting.calibration import Errors
from ecocharge.forecasting.design import feature_matrix, series_scale
from ecocharge.forecasting.estimators import Boosting
from ecocharge.forecasting.fitting import predict
from ecocharge.forecasting.known import to_hours
from ecocharge.forecasting.settings import Settings

_BATCH = 100
_FORECAST_DAYS = 28
_COPIES = """
    create temp view copies as
    with originals as (
        select *, dense_rank() over (order by series_id) - 1 as place
        from intermediate.int_forecasting__features
        where level = 'station' and days_ahead = 0 and energy_kwh is not null
        qualify day_number > max(day_number) over () - 365
    )
    select
        copies.station,
        originals.* replace (
            {columns}
        )
    from originals
    inner join (select unnest(range({stations})) as station) as copies
        on originals.place = copies.station % (select max(place) + 1 from originals)
"""


def run(warehouse: Path, stations: int) -> None:
    """Print one line for this many stations."""
    settings = Settings()
    connection = duckdb.connect(str(warehouse), read_only=True)
    connection.execute("set threads = 1")
    connection.execute("set memory_limit = '1GB'")
    names = [
        str(name)
        for (name,) in connection.execute(
            "select column_name from duckdb_columns()"
            " where table_name = 'int_forecasting__features' and column_name like '%_kwh'"
        ).fetchall()
    ]
    scaled = ", ".join(
        f"cast({name} * (0.5 + station % 97 / 97) as double) as {name}" for name in names
    )
    connection.execute(_COPIES.format(columns=scaled, stations=stations))
    began = time.process_time()
    rows = connection.execute(
        "select * from copies using sample reservoir(? rows) repeatable (1)".replace(
            "?", str(settings.max_training_rows)
        )
    ).df()
    read = time.process_time() - began
    began = time.process_time()
    scale = series_scale(rows, settings)
    label = rows["energy_kwh"].to_numpy(float) / scale
    model = Boosting(settings).fit(feature_matrix(rows, scale), label, scale)
    fitted = time.process_time() - began
    began, forecasts = time.process_time(), 0
    for first in range(0, stations, _BATCH):
        batch = connection.execute(
            "select * from copies where station >= ? and station < ?"
            " and day_number > (select max(day_number) from copies where station = 0) - ?"
            " order by station, target_hour_utc",
            [first, first + _BATCH, _FORECAST_DAYS],
        ).df()
        forecasts += _forecast(model, batch, settings)
    served = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(
        f"{stations:6,} stations, {stations * 8_760:11,} rows a year: sampled in {read:6.1f} s,"
        f" fitted in {fitted:5.1f} s, {forecasts:9,} hours forecast in {served:6.1f} s (CPU),"
        f" peak {peak:.2f} GB",
        flush=True,
    )


def _forecast(model: Boosting, batch: pd.DataFrame, settings: Settings) -> int:
    prediction = predict(model, batch, settings)
    scale = series_scale(batch, settings)
    for places in batch.groupby("station").indices.values():
        hours = to_hours(batch["target_hour_utc"].iloc[places])
        origins = to_hours(batch["origin_ts_utc"].iloc[places])
        p50, mean = prediction.p50[places], prediction.mean[places]
        actual = batch["energy_kwh"].to_numpy(float)[places]
        errors = Errors(hours, p50, mean, actual, np.ones(len(places), dtype=bool))
        for origin in np.unique(origins).tolist():
            at = origins == origin
            past = errors.between(0, origin)
            calibration.bias_factor(past, origin, float(scale[places[0]]), settings)
            found = calibration.residual_quantiles(past, origin, mean[at], settings)
            if found is not None:
                calibration.ordered_interval(p50[at], found[0])
    return len(batch)


def main() -> None:
    """One process for each number of stations."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--warehouse", type=Path, required=True)
    parser.add_argument("--stations", default="100,1000,10000")
    options = parser.parse_args()
    sizes = [int(size) for size in options.stations.split(",")]
    if len(sizes) == 1:
        with threadpool_limits(limits=1):
            run(options.warehouse, sizes[0])
        return
    for size in sizes:
        command = [sys.executable, __file__, "--warehouse", str(options.warehouse)]
        subprocess.run([*command, "--stations", str(size)], check=True)


if __name__ == "__main__":
    main()
