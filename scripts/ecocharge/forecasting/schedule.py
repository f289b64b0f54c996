"""When a model is fitted: first after enough history, then every so many local days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ecocharge.forecasting.settings import HOURS_PER_DAY, Settings


@dataclass(frozen=True)
class FitPeriod:
    """Local days `first_day` to `last_day` (both served by one fit), as day numbers."""

    first_day: int
    last_day: int


def fewest_known_hours(settings: Settings) -> float:
    """Known hours of the 28 days before an origin that a series must have behind it."""
    return settings.history_share * settings.history_days * HOURS_PER_DAY


def eligible(rows: pd.DataFrame, settings: Settings) -> npt.NDArray[np.bool_]:
    """Rows whose series has enough known hours behind the origin to be scaled and learned."""
    enough = rows["known_hours_672h"].to_numpy(float) >= fewest_known_hours(settings)
    mask: npt.NDArray[np.bool_] = enough
    return mask


def fit_periods(first_day: int | None, last_day: int, settings: Settings) -> list[FitPeriod]:
    """The fits that a network calls for.

    Args:
        first_day: the first day on which a series has enough history; None when none has.
        last_day: the newest day with an origin.
        settings: lengths in days.
    """
    if first_day is None:
        return []
    # Counted from the first day, so that the same days share a fit however long the feed grows.
    periods = (
        FitPeriod(day, min(day + settings.refit_days - 1, last_day))
        for day in range(first_day + settings.training_days, last_day + 1, settings.refit_days)
    )
    return [period for period in periods if period.last_day > last_day - settings.backtest_days]


def early_periods(
    first_day: int, last_day: int, fits: list[FitPeriod], settings: Settings
) -> list[FitPeriod]:
    """The days of a network before its first fit, in stretches, as far back as is backtested."""
    end = fits[0].first_day if fits else last_day + 1
    periods = (
        FitPeriod(day, min(day + settings.early_days, end) - 1)
        for day in range(first_day, end, settings.early_days)
    )
    return [period for period in periods if period.last_day > last_day - settings.backtest_days]
