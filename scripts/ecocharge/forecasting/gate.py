"""Whether a new fit takes over: it must beat the naives, and the model in charge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ecocharge.forecasting.estimators import BOOSTING, RIDGE
from ecocharge.forecasting.fitting import Fit, TrainingSet, earlier_trial
from ecocharge.forecasting.known import to_hours
from ecocharge.forecasting.ladder import CURRENT_MODEL, MODEL
from ecocharge.forecasting.settings import HOURS_PER_DAY, Settings

_KEY = ["series_id", "target_hour_utc"]


@dataclass(frozen=True)
class Incumbent:
    """The model in charge: its registry id, and what it takes to make it again."""

    model_id: str
    trained_at: pd.Timestamp
    parameters: str
    feature_hash: str


class Gate:
    """What the models in charge of one network have said, and which they are.

    Args:
        issued: what earlier builds issued, with `promoted` of its model.
        fits: the registry of the network's fits: scope, algorithm, model_id, trained_at,
            parameters, feature_hash and promoted.
    """

    def __init__(self, issued: pd.DataFrame, fits: pd.DataFrame) -> None:
        self._promoted: dict[tuple[str, str], list[Incumbent]] = {}
        self._said: dict[str, list[pd.DataFrame]] = {}
        for row in fits[fits["promoted"].eq(True)].to_dict("records"):
            self._take(str(row["scope"]), {str(name): value for name, value in row.items()})
        by_model = (issued["rung"] == MODEL).to_numpy(bool)
        promoted = issued[by_model & issued["promoted"].eq(True).to_numpy(bool)]
        self.heard(BOOSTING, promoted[promoted["algorithm"] == BOOSTING])
        self.heard(BOOSTING, issued[issued["rung"] == CURRENT_MODEL])
        self.heard(RIDGE, issued[issued["algorithm"] == RIDGE])

    def heard(self, algorithm: str, forecasts: pd.DataFrame) -> None:
        """Take note of what has been forecast in an algorithm's name.

        Of the boosted trees that is what the model in charge said, of a Ridge what the latest
        fit did: none is ever in charge.
        """
        day_ahead = forecasts[forecasts["days_ahead"] == 0]
        self._said.setdefault(algorithm, []).append(day_ahead[[*_KEY, "p50_kwh"]])

    def judge(
        self, fit: Fit, data: TrainingSet, scope: str, fitted_at: int, settings: Settings
    ) -> bool:
        """Whether the fit is promoted; its registry row is told, with the figures of both.

        Both are scored on the same hours: those of the gate's days before the fit that the model
        in charge forecast for the day at hand, with demand as known at the fit. The new one
        forecasts each fortnight from what came before it.
        """
        beats_naives = bool(fit.record["promoted"])
        incumbent = self.incumbent(scope, fit.algorithm, fit.record["trained_at"])
        if incumbent is not None:
            said = pd.concat(self._said[fit.algorithm]).drop_duplicates(_KEY, keep="last")
            told = self._challenger(fit, incumbent, said, data, fitted_at, settings)
            both = told.merge(said, on=_KEY).merge(_labels(data), on=_KEY).sort_values(_KEY)
            if len(both):
                own, current = (
                    round(float((both[name] - both["label"]).abs().sum()), 6)
                    for name in ("p50", "p50_kwh")
                )
                fit.record["current_model_id"] = incumbent.model_id
                fit.record["gate_hours"] = len(both)
                fit.record["gate_abs_error_kwh"] = own
                fit.record["current_abs_error_kwh"] = current
                fit.record["promoted"] = beats_naives and own <= current
        if fit.record["promoted"]:
            self._take(scope, fit.record)
        return bool(fit.record["promoted"])

    def incumbent(self, scope: str, algorithm: str, at: object) -> Incumbent | None:
        """The newest promoted model that is older than this instant; None at first."""
        older = [
            each
            for each in self._promoted.get((scope, algorithm), [])
            if each.trained_at < pd.Timestamp(str(at))
        ]
        return max(older, key=lambda each: (each.trained_at, each.model_id), default=None)

    def _take(self, scope: str, record: Mapping[str, object]) -> None:
        self._promoted.setdefault((scope, str(record["algorithm"])), []).append(
            Incumbent(
                str(record["model_id"]),
                pd.Timestamp(str(record["trained_at"])),
                str(record["parameters"]),
                str(record["feature_hash"]),
            )
        )

    def _challenger(
        self,
        fit: Fit,
        incumbent: Incumbent,
        said: pd.DataFrame,
        data: TrainingSet,
        fitted_at: int,
        settings: Settings,
    ) -> pd.DataFrame:
        """series_id, target_hour_utc and p50 of the new recipe over the gate's days."""
        latest = fit.validation[fit.validation["days_ahead"] == 0][[*_KEY, "p50"]]
        gate_from = fitted_at - settings.gate_days * HOURS_PER_DAY
        before = fitted_at - settings.validation_days * HOURS_PER_DAY
        same_recipe = (
            incumbent.parameters == fit.record["parameters"]
            and incumbent.feature_hash == fit.record["feature_hash"]
            and to_hours(pd.Series([incumbent.trained_at]))[0] == gate_from
        )
        if same_recipe:
            # The same recipe on the same past is the same model: it would have said the same.
            hours = to_hours(said["target_hour_utc"])
            earlier = said[(hours >= gate_from) & (hours < before)]
            return pd.concat([latest, earlier.rename(columns={"p50_kwh": "p50"})])
        trial = earlier_trial(fit.algorithm, data, (gate_from, before), settings)
        return pd.concat([latest, trial[trial["days_ahead"] == 0][[*_KEY, "p50"]]])


def _labels(data: TrainingSet) -> pd.DataFrame:
    is_day_ahead = (data.rows["days_ahead"] == 0).to_numpy(bool)
    return data.rows.loc[is_day_ahead, _KEY].assign(label=data.label[is_day_ahead])
