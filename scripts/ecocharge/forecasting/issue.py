"""Forecasts for every origin that has none yet: fit, predict, calibrate, in the order of time."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from threadpoolctl import threadpool_limits

from ecocharge.forecasting.calibration import LEVELS
from ecocharge.forecasting.design import feature_hash, series_scale
from ecocharge.forecasting.estimators import BOOSTING
from ecocharge.forecasting.fitting import (
    MAKERS,
    Fit,
    Model,
    fit_scope,
    instant,
    predict,
    trained,
    training_set,
)
from ecocharge.forecasting.gate import Gate, Incumbent
from ecocharge.forecasting.known import UnknownEnergy, to_hours
from ecocharge.forecasting.ladder import CURRENT_MODEL, FALLBACK, MODEL, NAIVE, rungs, stopgap
from ecocharge.forecasting.naives import NAIVES
from ecocharge.forecasting.past import Past
from ecocharge.forecasting.rows import (
    frame,
    latest_day_ahead,
    naive_rows,
    pooled_quantiles,
    validation_errors,
)
from ecocharge.forecasting.schedule import FitPeriod, early_periods, eligible, fit_periods
from ecocharge.forecasting.schema import ORDER, SCHEMA, to_table
from ecocharge.forecasting.settings import Settings


def issue_forecasts(
    features: pd.DataFrame,
    unknown_energy: pd.DataFrame,
    issued: pd.DataFrame,
    settings: Settings | None = None,
) -> pa.Table:
    """Forecast every origin that has no issued forecast.

    A fit that no missing origin needs is not made, so that a rebuild without news costs nothing;
    a fit that is made again from the same knowledge is the same fit, with the same id.

    Args:
        features: `int_forecasting__features`, in any order; with the columns of `with_peers` for
            series that have too little history of their own.
        unknown_energy: `int_forecasting__unknown_energy`, in any order.
        issued: what `stored_forecasts` finds; its forecasts are kept out of the result
            and calibrate the new ones.
        settings: other than the default, for tests.

    Returns:
        A table of `SCHEMA`, empty where nothing is known of a network yet.
    """
    settings = settings or Settings()
    tables: list[pa.Table] = []
    # One thread: sums in another order would differ in their last digits.
    with threadpool_limits(limits=1):
        for source_system in sorted(features["source_system"].unique()):
            rows = _of(features, source_system)
            own = unknown_energy["series_id"].isin(rows["series_id"].unique())
            network = _Network(
                rows, UnknownEnergy(unknown_energy[own]), _of(issued, source_system), settings
            )
            tables.extend(network.forecasts())
    return pa.concat_tables(tables) if tables else SCHEMA.empty_table()


def _of(frame: pd.DataFrame, source_system: str) -> pd.DataFrame:
    mine = frame[frame["source_system"] == source_system]
    return mine.sort_values(ORDER, kind="stable").reset_index(drop=True)


class _Network:
    """One source's rows, what is unknown when, and what has been issued for it."""

    def __init__(
        self,
        rows: pd.DataFrame,
        unknown: UnknownEnergy,
        issued: pd.DataFrame,
        settings: Settings,
    ) -> None:
        self._rows = rows
        self._unknown = unknown
        self._settings = settings
        self._rung = rungs(rows, settings)
        done = pd.MultiIndex.from_frame(issued[["series_id", "origin_ts_utc"]])
        self._is_due = ~pd.MultiIndex.from_frame(rows[["series_id", "origin_ts_utc"]]).isin(done)
        self._scope = np.where(rows["level"] == "station", "stations", "aggregates")
        self._past = Past(rows, issued, unknown, settings)
        self._gate = Gate(issued, dict(zip(rows["series_id"], self._scope, strict=True)))
        self._models: dict[str, Model] = {}

    def forecasts(self) -> Iterator[pa.Table]:
        """One table per algorithm and stretch of days; none where everything is issued."""
        has_history = eligible(self._rows, self._settings)
        day = self._rows["day_number"].to_numpy()
        fits = fit_periods(self._rows[has_history], self._settings, last_day=int(day.max()))
        for period, is_fit in [
            *((early, False) for early in early_periods(self._rows, fits, self._settings)),
            *((period, True) for period in fits),
        ]:
            served = self._is_due & (day >= period.first_day) & (day <= period.last_day)
            for scope in ("stations", "aggregates"):
                of_scope = self._scope == scope
                if (served & of_scope).any():
                    lessons = self._rows[of_scope & has_history].reset_index(drop=True)
                    yield from self._scope_forecasts(
                        scope, served & of_scope, lessons, period, is_fit=is_fit
                    )

    def _scope_forecasts(
        self,
        scope: str,
        served: npt.NDArray[np.bool_],
        lessons: pd.DataFrame,
        period: FitPeriod,
        *,
        is_fit: bool,
    ) -> Iterator[pa.Table]:
        has_model = self._rung == MODEL
        due = self._rows[served & has_model].reset_index(drop=True)
        rung = np.where(self._rung == MODEL, NAIVE, self._rung)
        below = served if not is_fit else served & ~has_model
        if is_fit and len(due):
            fitted_at = self._first_hour(eligible(self._rows, self._settings), period)
            data = training_set(lessons, self._unknown, fitted_at)
            in_charge = False
            for fit in fit_scope(data, scope, fitted_at, self._settings):
                promoted = self._gate.judge(fit, data, scope, fitted_at, self._settings)
                forecast = self._regression(fit, due)
                if promoted or fit.algorithm != BOOSTING:
                    self._gate.heard(fit.algorithm, forecast)
                if promoted and fit.algorithm == BOOSTING:
                    self._models[str(fit.record["model_id"])] = fit.model
                    in_charge = True
                yield to_table(forecast)
            yield from (to_table(naive_rows(due, algorithm)) for algorithm in NAIVES)
            if not in_charge:
                incumbent = self._gate.incumbent(scope, BOOSTING, instant(fitted_at))
                model = self._made_again(incumbent, lessons) if incumbent else None
                if incumbent and model:
                    forecast = self._current(incumbent, model, due)
                    self._gate.heard(BOOSTING, forecast)
                    yield to_table(forecast)
                else:
                    below = served
        if below.any():
            rows = self._rows[below].reset_index(drop=True)
            yield to_table(self._stopgap(rows, rung[below], lessons, period))

    def _first_hour(self, among: npt.NDArray[np.bool_], period: FitPeriod) -> int:
        """The earliest origin of the day: no zone may learn from another's later evening."""
        rows = self._rows[among]
        origins = rows.loc[rows["day_number"] == period.first_day, "origin_ts_utc"]
        if origins.empty:
            origins = rows.loc[rows["day_number"] >= period.first_day, "origin_ts_utc"]
        return int(to_hours(origins).min())

    def _regression(self, fit: Fit, due: pd.DataFrame) -> pd.DataFrame:
        prediction = predict(fit.model, due, self._settings)
        scale = series_scale(due, self._settings)
        calibrated = self._past.calibrate(
            fit.algorithm,
            due,
            (prediction.p50, prediction.mean),
            validation_errors(fit),
            pooled_quantiles(fit, len(due), self._settings) * scale[:, None],
        )
        forecast = frame(due, prediction.p50, calibrated, **fit.record, rung=MODEL)
        # Kilobytes of text, which one row can carry for all.
        forecast.loc[forecast.index[1:], "drivers"] = None
        return forecast

    def _current(self, incumbent: Incumbent, model: Model, due: pd.DataFrame) -> pd.DataFrame:
        """The model in charge goes on, since its successor was not made or not promoted."""
        prediction = predict(model, due, self._settings)
        calibrated = self._past.calibrate(
            FALLBACK,
            due,
            (prediction.p50, prediction.mean),
            self._past.of(BOOSTING),
            np.full((len(due), len(LEVELS)), np.nan),
        )
        return frame(
            due,
            prediction.p50,
            calibrated,
            algorithm=FALLBACK,
            model_id=incumbent.model_id,
            rung=CURRENT_MODEL,
        )

    def _made_again(self, incumbent: Incumbent, lessons: pd.DataFrame) -> Model | None:
        """The model in charge, from what it learned from; None where features have changed."""
        if incumbent.model_id not in self._models:
            if incumbent.feature_hash != feature_hash():
                return None
            at = int(to_hours(pd.Series([incumbent.trained_at]))[0])
            data = training_set(lessons, self._unknown, at)
            if not len(data.label):
                return None
            own = Settings(**json.loads(incumbent.parameters))
            self._models[incumbent.model_id] = trained(MAKERS[BOOSTING], data, own)
        return self._models[incumbent.model_id]

    def _stopgap(
        self,
        due: pd.DataFrame,
        rung: npt.NDArray[np.object_],
        lessons: pd.DataFrame,
        period: FitPeriod,
    ) -> pd.DataFrame:
        known_at = self._first_hour(np.ones(len(self._rows), dtype=bool), period)
        learned = latest_day_ahead(
            training_set(lessons, self._unknown, known_at), known_at, self._settings
        )
        found = stopgap(due, rung, learned.rows, learned.label, self._settings.bias_limit)
        known = ~np.isnan(found.mean)
        due = due[known].reset_index(drop=True)
        calibrated = self._past.calibrate(
            FALLBACK, due, (found.p50[known], found.mean[known]), {}, found.offsets[known]
        )
        return frame(
            due,
            found.p50[known],
            calibrated,
            algorithm=FALLBACK,
            model_id=FALLBACK,
            rung=found.rung[known],
        )
