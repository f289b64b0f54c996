"""Forecasts for every origin that has none yet: fit, predict, calibrate, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from threadpoolctl import threadpool_limits

from ecocharge.forecasting import calibration
from ecocharge.forecasting.calibration import LEVELS, QUANTILES, Errors
from ecocharge.forecasting.design import series_scale
from ecocharge.forecasting.fitting import Fit, fit_scope, predict, training_set
from ecocharge.forecasting.known import Floats, UnknownEnergy, to_hours
from ecocharge.forecasting.naives import NAIVES, naive_values
from ecocharge.forecasting.schedule import FitPeriod, eligible, fit_periods
from ecocharge.forecasting.settings import Settings

_TIME = pa.timestamp("us")

SCHEMA = pa.schema(
    [
        ("source_system", pa.string()),
        ("series_id", pa.string()),
        ("level", pa.string()),
        ("algorithm", pa.string()),
        ("model_id", pa.string()),
        ("origin_ts_utc", _TIME),
        ("target_hour_utc", _TIME),
        ("horizon_hours", pa.int32()),
        ("days_ahead", pa.int32()),
        ("data_cutoff_ts_utc", _TIME),
        ("run_kind", pa.string()),
        ("p50_kwh", pa.float64()),
        ("mean_kwh", pa.float64()),
        ("p2_5_kwh", pa.float64()),
        ("p10_kwh", pa.float64()),
        ("p90_kwh", pa.float64()),
        ("p97_5_kwh", pa.float64()),
        ("bias_factor", pa.float64()),
        ("quality", pa.string()),
        ("scope", pa.string()),
        ("trained_at", _TIME),
        ("train_start", _TIME),
        ("train_end", _TIME),
        ("n_rows", pa.int64()),
        ("feature_hash", pa.string()),
        ("parameters", pa.string()),
        ("seed", pa.int64()),
        ("library_versions", pa.string()),
        ("validation", pa.string()),
        ("promoted", pa.bool_()),
    ]
)
"""One row per origin, series, target hour and algorithm; the fit's registry row repeats on it."""

_CARRIED = [
    "source_system",
    "series_id",
    "level",
    "origin_ts_utc",
    "target_hour_utc",
    "horizon_hours",
    "days_ahead",
    "data_cutoff_ts_utc",
]
_ORDER = ["series_id", "origin_ts_utc", "target_hour_utc"]

_Kind = tuple[str, bool]
"""A series and whether its day-ahead forecasts are meant."""


def issue_forecasts(
    features: pd.DataFrame,
    unknown_energy: pd.DataFrame,
    issued: pd.DataFrame,
    settings: Settings | None = None,
) -> pa.Table:
    """Forecast every eligible origin that has no issued forecast.

    A fit that no missing origin needs is not made, so that a rebuild without news costs nothing;
    a fit that is made again from the same knowledge is the same fit, with the same id.

    Args:
        features: `int_forecasting__features`, in any order.
        unknown_energy: `int_forecasting__unknown_energy`, in any order.
        issued: what `stored_forecasts` finds; its forecasts are kept out of the result
            and calibrate the new ones.
        settings: other than the default, for tests.

    Returns:
        A table of `SCHEMA`, empty where no network has history enough.
    """
    settings = settings or Settings()
    tables: list[pa.Table] = []
    # One thread: sums in another order would differ in their last digits.
    with threadpool_limits(limits=1):
        for source_system in sorted(features["source_system"].unique()):
            network = _Network(
                rows=_of(features, source_system),
                unknown=UnknownEnergy(
                    unknown_energy[
                        unknown_energy["series_id"].isin(
                            features.loc[
                                features["source_system"] == source_system, "series_id"
                            ].unique()
                        )
                    ]
                ),
                issued=_of(issued, source_system),
                settings=settings,
            )
            tables.extend(network.forecasts())
    return pa.concat_tables(tables) if tables else SCHEMA.empty_table()


def _of(frame: pd.DataFrame, source_system: str) -> pd.DataFrame:
    mine = frame[frame["source_system"] == source_system]
    return mine.sort_values(_ORDER, kind="stable").reset_index(drop=True)


@dataclass
class _Network:
    """One source's rows, what is unknown when, and what has been issued for it."""

    rows: pd.DataFrame
    unknown: UnknownEnergy
    issued: pd.DataFrame
    settings: Settings

    def forecasts(self) -> Iterator[pa.Table]:
        rows = self.rows[eligible(self.rows, self.settings)].reset_index(drop=True)
        done = pd.MultiIndex.from_frame(self.issued[["series_id", "origin_ts_utc"]])
        is_due = ~pd.MultiIndex.from_frame(rows[["series_id", "origin_ts_utc"]]).isin(done)
        is_station = (rows["level"] == "station").to_numpy()
        self.past: dict[tuple[str, _Kind], Errors] = dict(self._issued_errors())
        for period in fit_periods(rows, self.settings):
            day = rows["day_number"].to_numpy()
            served = is_due & (day >= period.first_day) & (day <= period.last_day)
            if not served.any():
                continue
            fitted_at = self._fit_hour(rows, period)
            for scope, mask in (("stations", is_station), ("aggregates", ~is_station)):
                due = rows[served & mask].reset_index(drop=True)
                if due.empty:
                    continue
                data = training_set(rows[mask].reset_index(drop=True), self.unknown, fitted_at)
                fits = fit_scope(data, scope, fitted_at, self.settings)
                for fit in fits:
                    yield self._regression(fit, due)
                if fits:
                    yield from (_naive(due, algorithm) for algorithm in NAIVES)

    @staticmethod
    def _fit_hour(rows: pd.DataFrame, period: FitPeriod) -> int:
        """The earliest origin of the day: no zone may learn from another's later evening."""
        origins = rows.loc[rows["day_number"] == period.first_day, "origin_ts_utc"]
        if origins.empty:
            origins = rows.loc[rows["day_number"] >= period.first_day, "origin_ts_utc"]
        return int(to_hours(origins).min())

    def _issued_errors(self) -> Iterator[tuple[tuple[str, _Kind], Errors]]:
        actuals = self.rows[["series_id", "target_hour_utc", "energy_kwh"]].drop_duplicates(
            ["series_id", "target_hour_utc"]
        )
        regressions = self.issued[~self.issued["algorithm"].isin(list(NAIVES))]
        known = regressions.merge(actuals, how="left", on=["series_id", "target_hour_utc"])
        for (algorithm, *kind), rows in known.groupby(["algorithm", "series_id", _band(known)]):
            ordered = rows.sort_values(["target_hour_utc", "origin_ts_utc"])
            yield (
                (str(algorithm), (str(kind[0]), bool(kind[1]))),
                _errors(
                    ordered,
                    ordered["p50_kwh"].to_numpy(float),
                    # The factor corrects the raw mean, so it is the raw mean it learns from.
                    ordered["mean_kwh"].to_numpy(float) / ordered["bias_factor"].to_numpy(float),
                    ordered["energy_kwh"].to_numpy(float),
                    is_issued=True,
                ),
            )

    def _regression(self, fit: Fit, due: pd.DataFrame) -> pa.Table:
        prediction = predict(fit.model, due, self.settings)
        validation = _validation_errors(fit)
        pooled = _pooled_quantiles(fit, due, self.settings)
        scale = series_scale(due, self.settings)
        origins = to_hours(due["origin_ts_utc"])
        actual = due["energy_kwh"].to_numpy(float, na_value=np.nan)
        factor = np.ones(len(due))
        offsets = pooled * scale[:, None]
        quality = np.full(len(due), calibration.POOLED, dtype=object)
        placed = due.assign(place=np.arange(len(due)), is_day_ahead=_band(due))
        placed = placed.sort_values(["target_hour_utc", "origin_ts_utc"], kind="stable")
        for (name, is_day_ahead), rows in placed.groupby(["series_id", "is_day_ahead"], sort=True):
            kind = str(name), bool(is_day_ahead)
            places = rows["place"].to_numpy(np.int64)
            fresh = _errors(
                due.iloc[places],
                prediction.p50[places],
                prediction.mean[places],
                actual[places],
                is_issued=True,
            )
            before = self.past.get((fit.algorithm, kind), calibration.NO_ERRORS)
            history = calibration.merge(
                calibration.merge(before, fresh),
                validation.get(kind, calibration.NO_ERRORS),
            )
            self.past[fit.algorithm, kind] = history
            for origin in np.unique(origins[places]).tolist():
                at = places[origins[places] == origin]
                past = calibration.as_known(history, self.unknown, kind[0], origin, self.settings)
                factor[at] = calibration.bias_factor(
                    past, origin, float(scale[at[0]]), self.settings
                )
                found = calibration.residual_quantiles(
                    past, origin, prediction.mean[at], self.settings
                )
                if found is not None:
                    offsets[at], quality[at] = found
        interval = calibration.ordered_interval(prediction.p50, offsets)
        forecast = due[_CARRIED].assign(
            run_kind=_run_kind(due),
            p50_kwh=prediction.p50,
            mean_kwh=np.round(prediction.mean * np.round(factor, 6), 6),
            bias_factor=np.round(factor, 6),
            quality=quality,
        )
        for name, value in fit.record.items():
            forecast[name] = value
        for place, name in enumerate(QUANTILES):
            forecast[name] = np.round(interval[:, place], 6)
        return _to_table(forecast)


def _naive(due: pd.DataFrame, algorithm: str) -> pa.Table:
    values = naive_values(due, algorithm)
    forecast = due[_CARRIED].assign(
        algorithm=algorithm,
        model_id=algorithm,
        run_kind=_run_kind(due),
        p50_kwh=np.round(values, 6),
        mean_kwh=np.round(values, 6),
        bias_factor=1.0,
        quality="as_known",
    )
    return _to_table(forecast[~np.isnan(values)])


def _run_kind(due: pd.DataFrame) -> list[str]:
    return ["live" if future else "backtest" for future in due["is_future"]]


def _errors(
    rows: pd.DataFrame, p50: Floats, mean: Floats, actual: Floats, *, is_issued: bool
) -> Errors:
    hours = to_hours(rows["target_hour_utc"])
    return Errors(hours, p50, mean, actual, np.full(len(hours), is_issued))


def _band(rows: pd.DataFrame) -> pd.Series[bool]:
    """Whether each row is a day-ahead forecast; the days after it are calibrated on their own."""
    return (rows["days_ahead"] == 0).rename("is_day_ahead")


def _validation_errors(fit: Fit) -> dict[_Kind, Errors]:
    ordered = fit.validation.sort_values(["target_hour_utc", "days_ahead"])
    return {
        (str(series_id), bool(is_day_ahead)): _errors(
            rows,
            rows["p50"].to_numpy(float),
            rows["mean"].to_numpy(float),
            rows["actual"].to_numpy(float),
            is_issued=False,
        )
        for (series_id, is_day_ahead), rows in ordered.groupby(
            ["series_id", _band(ordered)], sort=True
        )
    }


def _pooled_quantiles(fit: Fit, due: pd.DataFrame, settings: Settings) -> Floats:
    """All series' validation residuals relative to their level, for series without their own."""
    level = fit.validation.groupby("series_id")["mean"].transform("mean")
    residuals: pd.Series[float] = (fit.validation["actual"] - fit.validation["p50"]) / np.maximum(
        level, settings.scale_floor_kwh
    )
    quantiles = np.quantile(np.asarray(residuals, dtype=np.float64), LEVELS)
    table: Floats = np.tile(quantiles, (len(due), 1))
    return table


def _to_table(forecast: pd.DataFrame) -> pa.Table:
    present = {
        name: pa.array(forecast[name], type=SCHEMA.field(name).type, from_pandas=True)
        if name in forecast
        else pa.nulls(len(forecast), SCHEMA.field(name).type)
        for name in SCHEMA.names
    }
    return pa.table(present, schema=SCHEMA)
