"""What is forecast together: a few series of one scope, and what serves each of their days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from ecocharge.forecasting.plan import WEEK, Stretch, stretches_of
from ecocharge.forecasting.reading import SCOPES, Source
from ecocharge.forecasting.settings import Settings

SERIES_AT_ONCE = 16
"""Series whose rows are in memory together; what is forecast does not depend on it."""


@dataclass(frozen=True)
class Lot:
    """Some series of one scope of a network.

    Attributes:
        network: whose series, a source system.
        series_ids: at least one.
        stretches: by what they are served, in the order of time; at least one.
        first_day: the first day whose origins bear on their forecasts, as a day number.
        since: no origin of that day or a later one is before this, UTC.
    """

    network: str
    series_ids: tuple[str, ...]
    stretches: tuple[Stretch, ...]
    first_day: int
    since: pd.Timestamp


def lots_of(source: Source, settings: Settings) -> Iterator[Lot]:
    """The lots with an origin that has no forecast; the fits that serve them are made on the way.

    Args:
        source: where the rows are.
        settings: lengths and limits.
    """
    all_days, all_series = source.days(settings), source.series(settings)
    back = max(settings.calibration_days, settings.validation_days) + WEEK + 1
    for network in sorted(all_series["source_system"].unique()):
        days, series = (each[each["source_system"] == network] for each in (all_days, all_series))
        stretches = stretches_of(source, days, series, settings)
        for scope in SCOPES:
            own = tuple(each for each in stretches if each.scope == scope)
            if own:
                first_day = own[0].period.first_day - back
                since = days.loc[days["day_number"] >= first_day, "first_origin"].min()
                is_due = series["last_due_day"] >= own[0].period.first_day
                names = series.loc[is_due & (series["scope"] == scope), "series_id"].tolist()
                for first in range(0, len(names), SERIES_AT_ONCE):
                    some = tuple(names[first : first + SERIES_AT_ONCE])
                    yield Lot(network, some, own, first_day, since)
