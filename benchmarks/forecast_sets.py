"""What a built warehouse holds for the comparison of forecasts: rows, history, our forecasts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from ecocharge.forecasting.fitting import TrainingSet, training_set
from ecocharge.forecasting.known import UnknownEnergy, to_hours
from ecocharge.forecasting.naives import NAIVES
from ecocharge.forecasting.schedule import eligible, fit_periods
from ecocharge.forecasting.settings import Settings

Floats = npt.NDArray[np.float64]
KEY = ["series_id", "origin_ts_utc", "target_hour_utc"]
_ORDER = ["series_id", "origin_ts_utc", "target_hour_utc"]

_OURS = """
    select series_id, origin_ts_utc, target_hour_utc, algorithm,
        cast(p50_kwh as double) as p50, cast(mean_kwh as double) as mean,
        cast(p2_5_kwh as double) as p2_5, cast(p10_kwh as double) as p10,
        cast(p90_kwh as double) as p90, cast(p97_5_kwh as double) as p97_5
    from forecasting.fct_demand_forecast
    join (select model_id, algorithm from forecasting.dim_forecast_models) using (model_id)
"""


@dataclass(frozen=True)
class Fold:
    """A fit and what it serves: labels as known at the hour of the fit, rows to be forecast."""

    fitted_at: int
    scope: str
    data: TrainingSet
    due: pd.DataFrame


@dataclass
class Set:
    """One warehouse; every rival sees the same origins and the same knowledge at each."""

    name: str
    warehouse: Path
    settings: Settings
    source: str | None = None

    def _read(self, sql: str) -> pd.DataFrame:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).df()

    @cached_property
    def features(self) -> pd.DataFrame:
        """Feature rows with `energy_kwh`, what happened."""
        found = self._read("from intermediate.int_forecasting__features")
        if self.source:
            found = found[found["source_system"] == self.source]
        return found.sort_values(_ORDER, kind="stable").reset_index(drop=True)

    @cached_property
    def unknown(self) -> UnknownEnergy:
        """What was not on record at each origin."""
        return UnknownEnergy(self._read("from intermediate.int_forecasting__unknown_energy"))

    @cached_property
    def demand(self) -> pd.DataFrame:
        """Hourly energy of every series as finally known: series_id, hour, energy_kwh."""
        found = self._read(
            "select series_id, hour_start_utc, energy_kwh"
            " from intermediate.int_forecasting__hourly_demand where not is_future"
        )
        return found.assign(hour=to_hours(found["hour_start_utc"])).sort_values(
            ["series_id", "hour"]
        )

    @cached_property
    def ours(self) -> pd.DataFrame:
        """What the project issued: one row per forecast and algorithm."""
        return self._read(_OURS)

    def folds(self) -> Iterator[Fold]:
        """Fits in the order of time, on the schedule of the project."""
        for source in sorted(self.features["source_system"].unique()):
            rows = self.features[self.features["source_system"] == source]
            rows = rows[eligible(rows, self.settings)].reset_index(drop=True)
            is_station = (rows["level"] == "station").to_numpy()
            day = rows["day_number"].to_numpy()
            for period in fit_periods(rows, self.settings):
                served = (day >= period.first_day) & (day <= period.last_day)
                if not served.any():
                    continue
                first = rows.loc[day >= period.first_day, ["day_number", "origin_ts_utc"]]
                first = first[first["day_number"] == first["day_number"].min()]
                fitted_at = int(to_hours(first["origin_ts_utc"]).min())
                for scope, mask in (("stations", is_station), ("aggregates", ~is_station)):
                    due = rows[served & mask].reset_index(drop=True)
                    if len(due):
                        mine = rows[mask].reset_index(drop=True)
                        data = training_set(mine, self.unknown, fitted_at)
                        yield Fold(fitted_at, scope, data, due)

    def history(self, series_id: str, origin: int, hours: int) -> Floats:
        """The last hours before an origin as known at it, kWh; NaN where nothing is known."""
        mine = self._by_series[series_id]
        start, end = np.searchsorted(mine["hour"].to_numpy(), [origin - hours, origin])
        past = mine.iloc[start:end]
        known = self.unknown.known(
            series_id, origin, past["hour"].to_numpy(), past["energy_kwh"].to_numpy(float)
        )
        whole = np.full(hours, np.nan)
        whole[past["hour"].to_numpy() - (origin - hours)] = known
        return whole

    @cached_property
    def _by_series(self) -> dict[str, pd.DataFrame]:
        return {str(name): rows for name, rows in self.demand.groupby("series_id")}

    @cached_property
    def scored(self) -> pd.DataFrame:
        """Rows that happened, with a column for each forecast of ours and each naive."""
        rows = self.features[
            [*KEY, "level", "days_ahead", "day_number", "hour_of_day", "energy_kwh"]
        ].dropna(subset=["energy_kwh"])
        for algorithm, found in self.ours.groupby("algorithm"):
            is_naive = algorithm in NAIVES
            columns = ["p50"] if is_naive else ["p50", "mean", "p2_5", "p10", "p90", "p97_5"]
            named = {
                name: str(algorithm) if is_naive else f"{algorithm}_{name}" for name in columns
            }
            rows = rows.merge(found[[*KEY, *columns]].rename(columns=named), how="left", on=KEY)
        return rows
