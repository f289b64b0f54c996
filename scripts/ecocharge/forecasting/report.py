"""The forecast beside what an operator could run instead, as one table."""

from __future__ import annotations

import math
from dataclasses import asdict
from itertools import product

import duckdb
import pandas as pd
from rich.console import Console
from rich.table import Table

from ecocharge.errors import EcoChargeError
from ecocharge.forecasting.estimators import BOOSTING, RIDGE
from ecocharge.forecasting.naives import NAIVES
from ecocharge.forecasting.scoring import score

ALGORITHMS = (BOOSTING, RIDGE, *NAIVES)
_LEVELS = ("station", "city", "network")
HORIZONS = ("day-ahead", "week-ahead")
"""The day that begins at the origin, and the six days after it."""

_QUERY = """
    with scored as (
        select forecasts.*, demand.energy_kwh as actual_kwh
        from forecasting.fct_demand_forecast as forecasts
        inner join intermediate.int_forecasting__hourly_demand as demand
            on forecasts.series_id = demand.series_id
            and forecasts.target_hour_utc = demand.hour_start_utc
        where list_contains(?, algorithm)
    )
    select
        source_system, level,
        case when days_ahead = 0 then 'day-ahead' else 'week-ahead' end as horizon,
        series_id, origin_ts_utc, target_hour_utc, algorithm,
        cast(actual_kwh as double) as actual_kwh,
        cast(p50_kwh as double) as p50_kwh,
        cast(mean_kwh as double) as mean_kwh,
        cast(p2_5_kwh as double) as p2_5_kwh,
        cast(p10_kwh as double) as p10_kwh,
        cast(p90_kwh as double) as p90_kwh,
        cast(p97_5_kwh as double) as p97_5_kwh
    from scored
    where actual_kwh is not null
    qualify count(*) over (partition by series_id, origin_ts_utc, target_hour_utc) = ?
    order by source_system, level, horizon, series_id, origin_ts_utc, target_hour_utc, algorithm
"""


def comparison(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Scores per source, level and algorithm, over the hours that every algorithm forecast.

    Args:
        connection: the warehouse.

    Returns:
        source_system, level, horizon (`HORIZONS`), origins (days), series, algorithm, and the
        fields of `Scores`; no rows where no network has history enough.

    Raises:
        EcoChargeError: when the warehouse holds no scored forecasts at all.
    """
    try:
        rows = connection.execute(_QUERY, [list(ALGORITHMS), len(ALGORITHMS)]).df()
    except duckdb.CatalogException as error:
        raise EcoChargeError(
            "this warehouse has no scored forecasts",
            remedy="build it first: `ecocharge build`",
        ) from error
    table = []
    keys = ["source_system", "level", "horizon"]
    for (source_system, level, horizon), hours in rows.groupby(keys):
        # Zones have their own midnights; their days are counted, not their instants.
        origins = hours.groupby("series_id")["origin_ts_utc"].nunique().max()
        for algorithm, own in hours.groupby("algorithm"):
            values = {name: own[name].to_numpy(float) for name in own.columns[7:]}
            scores = score(
                values["actual_kwh"],
                values["p50_kwh"],
                values["mean_kwh"],
                (values["p10_kwh"], values["p90_kwh"]),
                (values["p2_5_kwh"], values["p97_5_kwh"]),
            )
            table.append(
                {
                    "source_system": source_system,
                    "level": level,
                    "horizon": horizon,
                    "origins": int(origins),
                    "series": own["series_id"].nunique(),
                    "algorithm": algorithm,
                    **asdict(scores),
                }
            )
    return pd.DataFrame(table)


def print_comparison(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    """One table per source, level and horizon, the best of each column in bold."""
    scores = comparison(connection)
    if scores.empty:
        console.print("No network has the history that a scored forecast needs.")
        return
    keyed = scores.set_index(["source_system", "level", "horizon"])
    sources = sorted(scores["source_system"].unique())
    for source_system, level, horizon in product(sources, _LEVELS, HORIZONS):
        key = (source_system, level, horizon)
        if key in keyed.index:
            console.print(_table(f"{source_system}, {level}: {horizon}", keyed.loc[[key]]))


def _table(title: str, rows: pd.DataFrame) -> Table:
    origins, series, hours = (int(rows[name].iloc[0]) for name in ("origins", "series", "hours"))
    table = Table(
        title=f"{title}, {origins} origins, {series} series, {hours:,} hours",
        title_justify="left",
    )
    table.add_column("algorithm")
    for name in ("RAE p50", "WAPE p50", "RMSE mean", "bias mean", "in 80 %", "in 95 %"):
        table.add_column(name, justify="right")
    best = {name: float(rows[name].min()) for name in ("rae", "wape", "rmse")}
    order = {algorithm: place for place, algorithm in enumerate(ALGORITHMS)}
    for own in sorted(rows.to_dict("records"), key=lambda row: order[row["algorithm"]]):
        table.add_row(
            str(own["algorithm"]),
            *(_number(float(own[name]), best[name]) for name in best),
            f"{float(own['bias']):+.1%}",
            _share(float(own["coverage_80"])),
            _share(float(own["coverage_95"])),
        )
    return table


def _number(value: float, best: float) -> str:
    text = f"{value:.3f}"
    return f"[bold]{text}[/bold]" if value == best else text


def _share(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.1%}"
