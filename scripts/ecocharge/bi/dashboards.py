"""The three dashboards, as every kit draws them: which metric, by what, where on the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from ecocharge.bi.model import Model

# The canvas of a page, pixels; a Power BI page has this size, the others follow its shape.
WIDTH, HEIGHT = 1280, 720
_CARD_HEIGHT = 110
_GAP = 10


class Shape(Enum):
    """How a visual is drawn."""

    CARD = "card"
    LINE = "line"
    COLUMNS = "columns"
    BARS = "bars"
    MATRIX = "matrix"


@dataclass(frozen=True)
class By:
    """What a visual is drawn along: a column, or the fact's time at a grain.

    Args:
        column: a column of the fact or of the stations; None for its time.
        grain: `hour`, `day` or `month`, where it is the time.
    """

    column: str | None = None
    grain: str | None = None


@dataclass(frozen=True)
class Visual:
    """One picture of metrics of one fact.

    Args:
        by: the axis, or the rows of a matrix; None for a card.
        across: the colours, or the columns of a matrix.
        only: a column of the fact and the one value that is shown.
    """

    name: str
    title: str
    shape: Shape
    metrics: tuple[str, ...]
    by: By | None = None
    across: By | None = None
    only: tuple[str, str] | None = None

    def fact(self, model: Model) -> str:
        """The table that its metrics are of."""
        (table,) = {model.metric(metric).table for metric in self.metrics}
        return table


@dataclass(frozen=True)
class Box:
    """A place on the canvas, pixels from the top left."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Page:
    name: str
    title: str
    visuals: tuple[Visual, ...]

    def placed(self) -> Iterator[tuple[Visual, Box]]:
        """Every visual with its place: cards in a row on top, the others two to a row below."""
        cards = [each for each in self.visuals if each.shape is Shape.CARD]
        charts = [each for each in self.visuals if each.shape is not Shape.CARD]
        width = (WIDTH - _GAP) // len(cards)
        for at, card in enumerate(cards):
            yield card, Box(_GAP + at * width, _GAP, width - _GAP, _CARD_HEIGHT)
        top = _CARD_HEIGHT + 2 * _GAP
        rows = (len(charts) + 1) // 2
        height = (HEIGHT - top) // rows
        for at, chart in enumerate(charts):
            is_alone = at == len(charts) - 1 and at % 2 == 0
            wide = (WIDTH - _GAP) // (1 if is_alone else 2)
            x, y = _GAP + (at % 2) * wide, top + (at // 2) * height
            yield chart, Box(x, y, wide - _GAP, height - _GAP)


def _card(metric: str, title: str) -> Visual:
    return Visual(f"card_{metric}", title, Shape.CARD, (metric,))


PAGES = (
    Page(
        "energy",
        "Energy by hour and location",
        (
            _card("energy_kwh", "Energy charged, kWh"),
            _card("sessions", "Sessions"),
            _card("kwh_per_session", "kWh per session"),
            _card("active_stations", "Stations with a session"),
            Visual(
                "energy_by_hour",
                "Energy by hour of the day, kWh",
                Shape.COLUMNS,
                ("energy_kwh",),
                by=By("hour_of_day"),
                across=By("day_type"),
            ),
            Visual(
                "energy_by_city_and_hour",
                "Energy by city and hour of the day, kWh",
                Shape.MATRIX,
                ("energy_kwh",),
                by=By("city"),
                across=By("hour_of_day"),
            ),
            Visual(
                "energy_by_station",
                "Energy by station, kWh",
                Shape.BARS,
                ("energy_kwh",),
                by=By("station_name"),
            ),
            Visual(
                "energy_by_day",
                "Energy by day, kWh",
                Shape.LINE,
                ("energy_kwh",),
                by=By(grain="day"),
            ),
        ),
    ),
    Page(
        "forecast",
        "Forecast against actual",
        (
            _card("station_wape", "Error, stations (WAPE)"),
            _card("naive_station_wape", "Error of last week's hour, stations"),
            _card("network_wape", "Error, network (WAPE)"),
            _card("network_bias", "Bias, network"),
            Visual(
                "forecast_by_hour",
                "Energy and its mean forecast by hour (UTC), networks, kWh",
                Shape.LINE,
                ("scored_energy", "expected_energy"),
                by=By(grain="hour"),
                only=("level", "network"),
            ),
            Visual(
                "error_by_station",
                "Error by station (WAPE), and that of last week's hour",
                Shape.BARS,
                ("station_wape", "naive_station_wape"),
                by=By("series_id"),
                only=("level", "station"),
            ),
        ),
    ),
    Page(
        "stations",
        "Station efficiency and sustainability",
        (
            _card("occupancy", "Occupancy"),
            _card("energy_utilisation", "Utilisation"),
            _card("renewable_ratio", "Renewable share"),
            _card("factor_coverage", "Energy with a grid factor"),
            Visual(
                "use_by_station",
                "Occupancy, idle share and utilisation by station",
                Shape.BARS,
                ("occupancy", "idle_ratio", "energy_utilisation"),
                by=By("station_name"),
            ),
            Visual(
                "energy_by_port_day",
                "Energy per port and day by station, kWh",
                Shape.BARS,
                ("kwh_per_port_day",),
                by=By("station_name"),
            ),
            Visual(
                "emissions_by_month",
                "Emissions of charging, and those avoided, by month, kg CO2",
                Shape.COLUMNS,
                ("grid_kg_co2", "avoided_kg_co2"),
                by=By(grain="month"),
            ),
            Visual(
                "intensity_by_month",
                "Carbon intensity by month, kg CO2 per kWh",
                Shape.LINE,
                ("kg_co2_per_kwh",),
                by=By(grain="month"),
            ),
        ),
    ),
)
