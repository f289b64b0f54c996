"""Forecasts for every origin that has none yet: a plan of fits, then a few series at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from ecocharge.forecasting.calibration import LEVELS
from ecocharge.forecasting.design import series_scale
from ecocharge.forecasting.estimators import BOOSTING
from ecocharge.forecasting.fitting import (
    Fit,
    Mask,
    Model,
    TrainingSet,
    held_out,
    predict,
    training_set,
)
from ecocharge.forecasting.ladder import CURRENT_MODEL, FALLBACK, MODEL, NAIVE, rungs, stopgap
from ecocharge.forecasting.lots import Lot, lots_of
from ecocharge.forecasting.naives import NAIVES
from ecocharge.forecasting.past import Past
from ecocharge.forecasting.plan import Stretch
from ecocharge.forecasting.reading import Source
from ecocharge.forecasting.rows import frame, naive_rows, pooled_quantiles, validation_errors
from ecocharge.forecasting.schedule import eligible
from ecocharge.forecasting.schema import SCHEMA, to_table
from ecocharge.forecasting.settings import Settings
from ecocharge.forecasting.threads import on_one_thread


def issue_forecasts(source: Source, settings: Settings | None = None) -> pa.RecordBatchReader:
    """Forecast every origin that has no issued forecast.

    Args:
        source: features, what is unknown when, and what has been issued.
        settings: other than the default, for tests.

    Returns:
        Batches of `SCHEMA`, made while they are read; none where nothing is known of a network
        yet.
    """
    settings = settings or Settings()
    batches = forecasts_of(source, lots_of(source, settings), settings)
    return pa.RecordBatchReader.from_batches(SCHEMA, batches)


def forecasts_of(
    source: Source, lots: Iterable[Lot], settings: Settings
) -> Iterator[pa.RecordBatch]:
    """The forecasts of these lots, as batches of `SCHEMA`.

    Args:
        source: has the rows of their series.
        lots: in any order; they may be planned while their forecasts are read.
        settings: those that they were planned with.
    """
    for table in on_one_thread(_tables(source, lots, settings)):
        yield from table.to_batches()


def _tables(source: Source, lots: Iterable[Lot], settings: Settings) -> Iterator[pa.Table]:
    told: set[tuple[str, str]] = set()
    for lot in lots:
        yield from _Batch(source, lot, told, settings).forecasts()


class _Batch:
    """The series of a lot, and what has been issued for them.

    Args:
        source: where their rows are.
        lot: whose, and by what they are served.
        told: networks and ids of the fits whose drivers some row carries already.
        settings: lengths and limits.
    """

    def __init__(
        self, source: Source, lot: Lot, told: set[tuple[str, str]], settings: Settings
    ) -> None:
        self._lot = lot
        self._told = told
        self._settings = settings
        self._rows = source.rows(lot.series_ids, lot.first_day)
        self._unknown = source.unknown(lot.series_ids)
        issued = source.issued(lot.series_ids, self._rows["origin_ts_utc"].min())
        self._rung = rungs(self._rows, settings)
        self._has_history = eligible(self._rows, settings)
        done = pd.MultiIndex.from_frame(issued[["series_id", "origin_ts_utc"]])
        origins = pd.MultiIndex.from_frame(self._rows[["series_id", "origin_ts_utc"]])
        self._is_due: Mask = ~origins.isin(done)
        self._past = Past(self._rows, issued, self._unknown, settings)

    def forecasts(self) -> Iterator[pa.Table]:
        """One table per algorithm and stretch of days; none where everything is issued."""
        day = self._rows["day_number"].to_numpy()
        for stretch in self._lot.stretches:
            period = stretch.period
            served = self._is_due & (day >= period.first_day) & (day <= period.last_day)
            if served.any():
                yield from self._served(stretch, served)

    def _served(self, stretch: Stretch, served: Mask) -> Iterator[pa.Table]:
        has_model = self._rung == MODEL
        rung = np.where(has_model, NAIVE, self._rung)
        due = self._rows[served & has_model].reset_index(drop=True)
        below = served & ~has_model
        if not stretch.is_fit:
            below = served
        elif len(due):
            latest = self._latest(stretch.fitted_at)
            for fit in stretch.fits:
                yield to_table(self._regression(fit, latest, due))
            yield from (to_table(naive_rows(due, algorithm)) for algorithm in NAIVES)
            if stretch.incumbent:
                yield to_table(self._current(*stretch.incumbent, due))
            elif not stretch.in_charge:
                below = served
        if below.any():
            rows = self._rows[below].reset_index(drop=True)
            yield to_table(self._stopgap(rows, rung[below], stretch))

    def _latest(self, fitted_at: int) -> TrainingSet:
        """The validation days of a fit, of these series."""
        among = self._has_history & held_out(self._rows, fitted_at, self._settings)
        return training_set(self._rows, self._unknown, fitted_at, among)

    def _regression(self, fit: Fit, latest: TrainingSet, due: pd.DataFrame) -> pd.DataFrame:
        prediction = predict(fit.model, due, self._settings)
        scale = series_scale(due, self._settings)
        calibrated = self._past.calibrate(
            fit.algorithm,
            due,
            (prediction.p50, prediction.mean),
            validation_errors(fit, latest, self._settings) if len(latest.label) else {},
            pooled_quantiles(fit, len(due), self._settings) * scale[:, None],
        )
        forecast = frame(due, prediction.p50, calibrated, **fit.record, rung=MODEL)
        # Kilobytes of text, which one row can carry for all.
        model = self._lot.network, str(fit.record["model_id"])
        forecast.loc[forecast.index[model not in self._told :], "drivers"] = None
        self._told.add(model)
        return forecast

    def _current(self, model_id: str, model: Model, due: pd.DataFrame) -> pd.DataFrame:
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
            model_id=model_id,
            rung=CURRENT_MODEL,
        )

    def _stopgap(
        self, due: pd.DataFrame, rung: npt.NDArray[np.object_], stretch: Stretch
    ) -> pd.DataFrame:
        found = stopgap(due, rung, stretch.ladder)
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
