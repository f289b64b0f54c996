"""Forecasts trained on synthetic and on real sessions, side by side, as a table and as JSON."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from ecocharge.realism.forecast_transfer import Forecast, Transfer
from ecocharge.realism.sample import Ints


def transfer_table(found: Transfer) -> Table:
    """What was trained on what, its errors on the real days, and how it compares."""
    first, last = _ends(found.days)
    table = Table(
        title=f"Day-ahead forecasts of {found.hours:,} real station-hours, {first} to {last}",
        caption="RAE: sum of |error| over that of always saying the mean. Ratio: to training on "
        "real sessions.",
    )
    table.add_column("forecast")
    table.add_column("trained on")
    for name in ("RAE of stations", "ratio", "RAE of network", "ratio"):
        table.add_column(name, justify="right")
    real = found.forecasts[0]
    for each in found.forecasts:
        table.add_row(
            each.name,
            _trained_on(each),
            f"{each.stations:.3f}",
            f"{each.stations / real.stations:.2f}",
            f"{each.network:.3f}",
            f"{each.network / real.network:.2f}",
        )
    return table


def transfer_json(found: Transfer) -> dict[str, Any]:
    """Everything the table shows."""
    first, last = _ends(found.days)
    stations, network = found.ratios
    return {
        "ratio_stations": stations,
        "ratio_network": network,
        "first_day": first,
        "last_day": last,
        "station_hours": found.hours,
        "forecasts": [
            {
                "name": each.name,
                "trained_on": _trained_on(each),
                "rae_stations": each.stations,
                "rae_network": each.network,
            }
            for each in found.forecasts
        ],
    }


def _trained_on(forecast: Forecast) -> str:
    sample = forecast.lesson
    if sample is None:
        return "nothing"
    first, last = _ends(sample.days)
    stations = sample.sessions["station_id"].nunique()
    return f"{len(sample):,} sessions, {stations} stations, {first} to {last}"


def _ends(days: Ints) -> tuple[str, str]:
    first, last = days[[0, -1]].astype("datetime64[D]").astype(str).tolist()
    return first, last
