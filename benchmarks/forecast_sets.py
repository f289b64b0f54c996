"""The networks that the forecast is measured on: how each is made, and what is read of it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from ecocharge.forecasting.estimators import BOOSTING
from ecocharge.forecasting.known import UnknownEnergy, to_hours
from ecocharge.forecasting.schedule import eligible
from ecocharge.forecasting.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
_ORDER = ["series_id", "origin_ts_utc", "target_hour_utc"]
_KWH = ["p50_kwh", "mean_kwh", "p2_5_kwh", "p10_kwh", "p90_kwh", "p97_5_kwh"]


@dataclass(frozen=True)
class Recipe:
    """A set: the source of its network, and the commands that land it before the build."""

    source: str
    commands: tuple[tuple[str, ...], ...]


def _generated(meter_values: str) -> Recipe:
    return Recipe("native", (("generate", "--preset", "s", "--meter-values", meter_values),))


def _landed(source: str) -> Recipe:
    return Recipe(source, (("land", source, f"{{data}}/{source}", "--demo-salt"),))


RECIPES = {
    # Every charger sends its meter's values, so that each hour is known at its end.
    "dense": _generated("all"),
    # No charger does, so that a session is known when it ends.
    "sessions": _generated("none"),
    "dundee": _landed("dundee"),
    "norway": _landed("norway"),
    "boulder": _landed("boulder"),
}


def warehouse(name: str, folder: Path, data: Path) -> Path:
    """The built warehouse of a set, made under `folder/<name>` where there is none yet.

    Args:
        name: a key of `RECIPES`.
        folder: where the sets are kept.
        data: the folder with the public feeds' files.

    Raises:
        subprocess.CalledProcessError: when landing or building fails.
    """
    home = folder / name
    built = home / "warehouse.duckdb"
    if (home / "built").exists():
        return built
    recipe = RECIPES[name]
    environment = os.environ | {
        "ECOCHARGE_WAREHOUSE": str(built),
        "ECOCHARGE_STATE": str(home / "state.duckdb"),
        "ECOCHARGE_LANDING": str(home / "landing"),
        "DBT_TARGET_PATH": str(home / "target"),
        "DBT_LOG_PATH": str(home / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    home.mkdir(parents=True, exist_ok=True)

    def run(*command: str) -> None:
        subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env=environment, check=True)

    for command in recipe.commands:
        run("ecocharge", *(word.format(data=data) for word in command))
    variables = f"{{ecocharge_sources: [{recipe.source}], ecocharge_native_from: landing}}"
    chosen = ["--select", "+fct_demand_forecast", "+dim_forecast_models"]
    left_out = ["--exclude-resource-type", "test", "unit_test"]
    run("dbt.cli.main", "--quiet", "build", *chosen, *left_out, "--vars", variables)
    (home / "built").touch()
    return built


@dataclass(frozen=True)
class Network:
    """One source of a built warehouse, as the issued forecasts saw it.

    rows: eligible feature rows of the stations, sorted by series, origin and target.
    demand: series_id, hour_start_utc, energy_kwh of the stations, sorted.
    issued: the project's forecasts of every level and algorithm that have an actual, with
        actual_kwh, day_type and hour_of_day of the target, energy as floats, and trained_at of
        the fit behind its boosted trees.
    """

    rows: pd.DataFrame
    unknown: UnknownEnergy
    demand: pd.DataFrame
    issued: pd.DataFrame

    def known(self, stations: list[str], origin: pd.Timestamp, hours: int) -> pd.DataFrame:
        """The last hours of these stations before the origin, as they had been counted by then.

        Returns:
            unique_id, ds (UTC), y (kWh); an hour without a feed is 0.
        """
        parts = []
        for station in stations:
            own = self._by_station[station]
            begin, end = np.searchsorted(
                own["hour_start_utc"].to_numpy(),
                [np.datetime64(origin - pd.Timedelta(hours=hours)), np.datetime64(origin)],
            )
            past = own.iloc[begin:end]
            counted = self.unknown.known(
                station,
                int(to_hours(pd.Series([origin]))[0]),
                to_hours(past["hour_start_utc"]),
                np.nan_to_num(past["energy_kwh"].to_numpy(float)),
            )
            parts.append(
                pd.DataFrame({"unique_id": station, "ds": past["hour_start_utc"], "y": counted})
            )
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def _by_station(self) -> dict[str, pd.DataFrame]:
        return {str(name): own for name, own in self.demand.groupby("series_id")}


def read(path: Path, source: str, origins: int | None = None) -> Network:
    """Read one source of a warehouse.

    Args:
        path: the warehouse.
        source: its `source_system`.
        origins: only the newest so many local days that were forecast.
    """
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "select * from intermediate.int_forecasting__features"
            " where source_system = ? and level = 'station'",
            [source],
        ).df()
        unknown = connection.execute(
            "select * from intermediate.int_forecasting__unknown_energy"
            " where list_contains(?, series_id)",
            [list(rows["series_id"].unique())],
        ).df()
        demand = connection.execute(
            "select series_id, hour_start_utc, cast(energy_kwh as double) as energy_kwh"
            " from intermediate.int_forecasting__hourly_demand"
            " where source_system = ? and level = 'station' and not is_future"
            " order by series_id, hour_start_utc",
            [source],
        ).df()
        issued = connection.execute(_ISSUED, [source]).df()
    issued[[*_KWH, "actual_kwh"]] = issued[[*_KWH, "actual_kwh"]].astype(float)
    fits = issued[issued["algorithm"] == BOOSTING].drop_duplicates(["series_id", "origin_ts_utc"])
    issued = issued.drop(columns="trained_at").merge(
        fits[["series_id", "origin_ts_utc", "trained_at"]], on=["series_id", "origin_ts_utc"]
    )
    if origins is not None:
        newest = sorted(issued["origin_ts_utc"].dt.floor("D").unique())[-origins:]
        issued = issued[issued["origin_ts_utc"].dt.floor("D") >= newest[0]]
    rows = rows[eligible(rows, Settings())].sort_values(_ORDER).reset_index(drop=True)
    return Network(rows, UnknownEnergy(unknown), demand, issued.reset_index(drop=True))


_ISSUED = """
    select
        forecasts.series_id, forecasts.level, forecasts.algorithm, forecasts.origin_ts_utc,
        forecasts.target_hour_utc, forecasts.days_ahead, forecasts.p50_kwh, forecasts.mean_kwh,
        forecasts.p2_5_kwh, forecasts.p10_kwh, forecasts.p90_kwh, forecasts.p97_5_kwh,
        demand.energy_kwh as actual_kwh, demand.day_type, demand.hour_of_day, models.trained_at
    from forecasting.fct_demand_forecast as forecasts
    inner join forecasting.dim_forecast_models as models
        on forecasts.model_id = models.model_id
    inner join intermediate.int_forecasting__hourly_demand as demand
        on forecasts.series_id = demand.series_id
        and forecasts.target_hour_utc = demand.hour_start_utc
    where forecasts.source_system = ? and demand.energy_kwh is not null
"""
