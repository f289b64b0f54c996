"""The errors of what has been forecast, by series: they calibrate what is forecast next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ecocharge.forecasting import calibration
from ecocharge.forecasting.calibration import Errors
from ecocharge.forecasting.design import series_scale
from ecocharge.forecasting.known import Floats, UnknownEnergy, to_hours
from ecocharge.forecasting.naives import NAIVES
from ecocharge.forecasting.settings import Settings

Kind = tuple[str, bool]
"""A series and whether its day-ahead forecasts are meant."""

NO_QUANTILES = "as_known"
"""Quality of a forecast without an interval."""


@dataclass(frozen=True)
class Calibrated:
    """What becomes of raw forecasts: one value per row, intervals of shape (rows, 4)."""

    mean: Floats
    factor: Floats
    interval: Floats
    quality: npt.NDArray[np.object_]


class Past:
    """Forecasts of a network with the final actuals, by algorithm and kind.

    Args:
        rows: feature rows of the network.
        issued: what earlier builds issued for it.
        unknown: energy not yet on record, by series and origin.
        settings: limits and lengths.
    """

    def __init__(
        self, rows: pd.DataFrame, issued: pd.DataFrame, unknown: UnknownEnergy, settings: Settings
    ) -> None:
        self._unknown = unknown
        self._settings = settings
        self._errors: dict[tuple[str, Kind], Errors] = {}
        actuals = rows[["series_id", "target_hour_utc", "energy_kwh"]].drop_duplicates(
            ["series_id", "target_hour_utc"]
        )
        fitted = issued[~issued["algorithm"].isin(list(NAIVES))]
        known = fitted.merge(actuals, how="left", on=["series_id", "target_hour_utc"])
        for (algorithm, *kind), own in known.groupby(["algorithm", "series_id", band(known)]):
            ordered = own.sort_values(["target_hour_utc", "origin_ts_utc"])
            self._errors[str(algorithm), (str(kind[0]), bool(kind[1]))] = errors(
                ordered,
                ordered["p50_kwh"].to_numpy(float),
                # The factor corrects the raw mean, so it is the raw mean it learns from.
                ordered["mean_kwh"].to_numpy(float) / ordered["bias_factor"].to_numpy(float),
                ordered["energy_kwh"].to_numpy(float),
                is_issued=True,
            )

    def of(self, algorithm: str) -> dict[Kind, Errors]:
        """The errors of one algorithm so far."""
        return {kind: found for (name, kind), found in self._errors.items() if name == algorithm}

    def calibrate(
        self,
        algorithm: str,
        due: pd.DataFrame,
        raw: tuple[Floats, Floats],
        validation: dict[Kind, Errors],
        pooled: Floats,
    ) -> Calibrated:
        """Bias control and intervals of new forecasts, which join the past.

        Args:
            algorithm: whose errors they are.
            due: feature rows.
            raw: median and mean per row, kWh.
            validation: errors of the fit's validation days.
            pooled: quantiles less the median per row, of shape (rows, 4), for series with too
                few errors of their own; NaN where unknown.
        """
        p50, mean = raw
        scale = series_scale(due, self._settings)
        origins = to_hours(due["origin_ts_utc"])
        actual = due["energy_kwh"].to_numpy(float, na_value=np.nan)
        factor = np.ones(len(due))
        offsets = pooled.copy()
        quality = np.where(np.isnan(pooled).any(axis=1), NO_QUANTILES, calibration.POOLED).astype(
            object
        )
        placed = due.assign(place=np.arange(len(due)), is_day_ahead=band(due))
        placed = placed.sort_values(["target_hour_utc", "origin_ts_utc"], kind="stable")
        for (name, is_day_ahead), rows in placed.groupby(["series_id", "is_day_ahead"], sort=True):
            kind = str(name), bool(is_day_ahead)
            places = rows["place"].to_numpy(np.int64)
            fresh = errors(
                due.iloc[places], p50[places], mean[places], actual[places], is_issued=True
            )
            before = self._errors.get((algorithm, kind), calibration.NO_ERRORS)
            history = calibration.merge(
                calibration.merge(before, fresh), validation.get(kind, calibration.NO_ERRORS)
            )
            self._errors[algorithm, kind] = history
            for origin in np.unique(origins[places]).tolist():
                at = places[origins[places] == origin]
                past = calibration.as_known(history, self._unknown, kind[0], origin, self._settings)
                factor[at] = calibration.bias_factor(
                    past, origin, float(scale[at[0]]), self._settings
                )
                found = calibration.residual_quantiles(past, origin, mean[at], self._settings)
                if found is not None:
                    offsets[at], quality[at] = found
        factor = np.round(factor, 6)
        return Calibrated(
            np.round(mean * factor, 6),
            factor,
            np.round(calibration.ordered_interval(p50, offsets), 6),
            quality,
        )


def errors(
    rows: pd.DataFrame, p50: Floats, mean: Floats, actual: Floats, *, is_issued: bool
) -> Errors:
    """Forecasts of one series, sorted by target hour, beside what happened."""
    hours = to_hours(rows["target_hour_utc"])
    return Errors(hours, p50, mean, actual, np.full(len(hours), is_issued))


def band(rows: pd.DataFrame) -> pd.Series[bool]:
    """Whether each row is a day-ahead forecast; the days after it are calibrated on their own."""
    return (rows["days_ahead"] == 0).rename("is_day_ahead")
