"""By what each stretch of days is served: fits, judged in the order of time, and the ladder below.

It looks at no more than `lesson_series` series of a scope, so that it needs as much memory for ten
thousand stations as for a hundred.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ecocharge.forecasting.design import feature_hash
from ecocharge.forecasting.estimators import BOOSTING
from ecocharge.forecasting.fitting import (
    MAKERS,
    Fit,
    Mask,
    Model,
    TrainingSet,
    fit_scope,
    instant,
    predict,
    trained,
    training_set,
)
from ecocharge.forecasting.gate import Gate, Incumbent
from ecocharge.forecasting.known import UnknownEnergy, to_hours
from ecocharge.forecasting.ladder import MODEL, Ladder, learn, rungs
from ecocharge.forecasting.reading import SCOPES, Source
from ecocharge.forecasting.rows import latest_day_ahead
from ecocharge.forecasting.schedule import FitPeriod, early_periods, eligible, fit_periods
from ecocharge.forecasting.settings import Settings

WEEK = 7
"""Days that a forecast reaches, at most."""


@dataclass(frozen=True)
class Stretch:
    """Days of one scope that are served alike.

    Attributes:
        period: the days.
        scope: `stations` or `aggregates`.
        known_at: what happened before this hour may be known.
        fits: what was fitted for these days; none before a network has enough history.
        in_charge: whether the boosted trees among the fits were promoted.
        incumbent: where they were not, the model in charge, if there is one.
        ladder: for the series that no model serves.
    """

    period: FitPeriod
    scope: str
    is_fit: bool
    fitted_at: int
    fits: tuple[Fit, ...]
    in_charge: bool
    incumbent: tuple[str, Model] | None
    ladder: Ladder


def stretches_of(
    source: Source, days: pd.DataFrame, series: pd.DataFrame, settings: Settings
) -> list[Stretch]:
    """The stretches in which a network has an origin without a forecast, in the order of time.

    A fit that no missing origin needs is not made, so that a rebuild without news costs nothing;
    a fit that is made again from the same knowledge is the same fit, with the same id.

    Args:
        source: where the rows are.
        days: the network's, of `Source.days`.
        series: the network's, of `Source.series`.
        settings: lengths and limits.
    """
    wanted = list(_wanted(days, settings))
    return _Planner(source, days, series, wanted, settings).stretches() if wanted else []


def _wanted(days: pd.DataFrame, settings: Settings) -> Iterator[tuple[FitPeriod, bool, str]]:
    first_day, last_day = int(days["day_number"].min()), int(days["day_number"].max())
    has_history = days.loc[days["first_eligible_origin"].notna(), "day_number"]
    first_eligible = int(has_history.min()) if len(has_history) else None
    fits = fit_periods(first_eligible, last_day, settings)
    due = days[days["is_due"].to_numpy(bool)]
    for period, is_fit in [
        *((early, False) for early in early_periods(first_day, last_day, fits, settings)),
        *((period, True) for period in fits),
    ]:
        inside = due["day_number"].between(period.first_day, period.last_day)
        for scope in SCOPES:
            own = due[inside & (due["scope"] == scope)]
            if len(own):
                yield period, is_fit and bool(own["model_is_due"].any()), scope


class _Planner:
    """The teachers of one network: the series that its fits learn from."""

    def __init__(
        self,
        source: Source,
        days: pd.DataFrame,
        series: pd.DataFrame,
        wanted: list[tuple[FitPeriod, bool, str]],
        settings: Settings,
    ) -> None:
        self._source = source
        self._days = days
        self._series = series
        self._wanted = wanted
        self._settings = settings
        self._models: dict[str, Model] = {}

    def stretches(self) -> list[Stretch]:
        """Fit and judge in the order of time."""
        settings = self._settings
        first_wanted = self._wanted[0][0].first_day
        since = self._days.loc[self._days["day_number"] >= first_wanted, "first_origin"].min()
        teachers = sorted(
            {
                name
                for period, _, scope in self._wanted
                for name in self._teachers(scope, period.first_day)
            }
        )
        self._unknown = self._source.unknown(teachers)
        issued = self._source.issued(
            teachers, since - pd.Timedelta(days=settings.gate_days + settings.refit_days + WEEK)
        )
        network = str(self._series["source_system"].iloc[0])
        self._gate = Gate(issued, self._source.fits(network))
        self._rows = self._source.rows(teachers, first_wanted - settings.lesson_days)
        done = pd.MultiIndex.from_frame(issued[["series_id", "origin_ts_utc"]])
        is_done = pd.MultiIndex.from_frame(self._rows[["series_id", "origin_ts_utc"]]).isin(done)
        self._serves: Mask = ~is_done & (rungs(self._rows, settings) == MODEL)
        return [
            self._stretch(period, scope, is_fit=is_fit) for period, is_fit, scope in self._wanted
        ]

    def _teachers(self, scope: str, day: int) -> list[str]:
        """The same ones every time: a newcomer does not change what was learned before it came."""
        own = self._series[
            (self._series["scope"] == scope) & (self._series["first_eligible_day"] <= day)
        ]
        names = sorted(own["series_id"], key=lambda name: hashlib.sha256(name.encode()).digest())
        return sorted(names[: self._settings.lesson_series])

    def _stretch(self, period: FitPeriod, scope: str, *, is_fit: bool) -> Stretch:
        settings = self._settings
        known_at = self._first_hour("first_origin", period)
        fitted_at = self._first_hour("first_eligible_origin", period) if is_fit else known_at
        fits: list[Fit] = []
        in_charge, instead = False, None
        if is_fit:
            data = self._lessons(self._rows, self._unknown, scope, period.first_day, fitted_at)
            fits = fit_scope(data, scope, fitted_at, settings)
            served = self._serves & self._is_of(self._rows, scope, period)
            due = self._rows[served & (self._rows["days_ahead"] == 0).to_numpy(bool)]
            for fit in fits:
                promoted = self._gate.judge(fit, data, scope, fitted_at, settings)
                if promoted or fit.algorithm != BOOSTING:
                    self._gate.heard(fit.algorithm, _said(fit.model, due, settings))
                if promoted and fit.algorithm == BOOSTING:
                    self._models[str(fit.record["model_id"])] = fit.model
                    in_charge = True
            incumbent = self._gate.incumbent(scope, BOOSTING, instant(fitted_at))
            if incumbent and not in_charge:
                model = self._made_again(incumbent, scope)
                if model:
                    instead = incumbent.model_id, model
                    self._gate.heard(BOOSTING, _said(model, due, settings))
        recent = self._lessons(
            self._rows,
            self._unknown,
            scope,
            period.first_day,
            known_at,
            days=settings.calibration_days + WEEK,
        )
        learned = latest_day_ahead(recent, known_at, settings)
        return Stretch(
            period,
            scope,
            is_fit,
            fitted_at,
            tuple(fits),
            in_charge,
            instead,
            learn(learned.rows, learned.label, settings.bias_limit),
        )

    def _first_hour(self, which: str, period: FitPeriod) -> int:
        """The earliest origin of the day: no zone may learn from another's later evening."""
        days = self._days[self._days[which].notna()]
        origins = days.loc[days["day_number"] == period.first_day, which]
        if origins.empty:
            origins = days.loc[days["day_number"] >= period.first_day, which]
        return int(to_hours(origins).min())

    def _lessons(
        self,
        rows: pd.DataFrame,
        unknown: UnknownEnergy,
        scope: str,
        day: int,
        known_at: int,
        days: int | None = None,
    ) -> TrainingSet:
        """What the teachers of a day show, of this many days before it."""
        back = self._settings.lesson_days if days is None else days
        origin_day = rows["day_number"].to_numpy()
        among = (
            rows["series_id"].isin(self._teachers(scope, day)).to_numpy(bool)
            & eligible(rows, self._settings)
            & (origin_day >= day - back)
        )
        return training_set(rows, unknown, known_at, among)

    def _is_of(self, rows: pd.DataFrame, scope: str, period: FitPeriod) -> Mask:
        day = rows["day_number"].to_numpy()
        mask: Mask = (
            rows["series_id"].isin(self._teachers(scope, period.first_day)).to_numpy(bool)
            & (day >= period.first_day)
            & (day <= period.last_day)
        )
        return mask

    def _made_again(self, incumbent: Incumbent, scope: str) -> Model | None:
        """The model in charge, from what it learned from; None where features have changed."""
        if incumbent.model_id not in self._models:
            if incumbent.feature_hash != feature_hash():
                return None
            own = Settings(**json.loads(incumbent.parameters))
            at = int(to_hours(pd.Series([incumbent.trained_at]))[0])
            on_that_day = self._days["first_eligible_origin"] >= incumbent.trained_at
            if not on_that_day.any():
                return None
            day = int(self._days.loc[on_that_day, "day_number"].min())
            teachers = self._teachers(scope, day)
            rows, unknown = (
                self._source.rows(teachers, day - own.lesson_days),
                self._source.unknown(teachers),
            )
            data = self._lessons(rows, unknown, scope, day, at, days=own.lesson_days)
            if not len(data.label):
                return None
            self._models[incumbent.model_id] = trained(MAKERS[BOOSTING], data, own)
        return self._models[incumbent.model_id]


def _said(model: Model, due: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    keys = due[["series_id", "target_hour_utc", "days_ahead"]]
    p50 = predict(model, due, settings).p50 if len(due) else np.empty(0)
    return keys.assign(p50_kwh=p50)
