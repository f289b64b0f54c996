"""The pictures as Vega-Lite; their rows arrive in the browser, under the name `rows`.

A picture without a height of its own gets one from the page, by the number of its rows. What a
moment of a time line shows is read out by the page: a tooltip on each of its points would cost more
than all else that is drawn.
"""

from __future__ import annotations

from typing import Any

import altair as alt

Spec = dict[str, Any]
# Left to the page's theme: colours come from its config, in the order of these names.
_LINES = ["actual", "forecast", "same hour a week before"]
# A month as two short lines, left out where the next would touch it.
_MONTHS = alt.Axis(
    labelAngle=0,
    labelOverlap=True,
    labelExpr="[monthAbbrevFormat(toNumber(slice(datum.value, 5)) - 1), slice(datum.value, 0, 4)]",
)
_TIMES = alt.Axis(labelOverlap=True, labelSeparation=10)
_CARS = ["charging, from the grid", "same distance on petrol"]


def _rows() -> alt.NamedData:
    return alt.NamedData(name="rows")


def _finish(chart: alt.Chart | alt.LayerChart) -> Spec:
    across = alt.AutoSizeParams(type="fit-x", contains="padding")
    return _bare(chart.properties(width="container", autosize=across))


def _bare(chart: alt.Chart | alt.LayerChart | alt.FacetChart) -> Spec:
    spec: Spec = chart.to_dict()
    # The page sets its own theme, and no schema address may be left for anyone to fetch.
    for key in ("$schema", "config"):
        spec.pop(key, None)
    return spec


def energy_by_hour() -> Spec:
    """Rows of `row`, `order`, `hour` (0-23), `value` (kWh per station-day), `energy`, `days`."""
    chart = (
        alt.Chart(_rows(), description="Heat map of energy by local hour of day")
        .mark_rect()
        .encode(
            x=alt.X(
                "hour:O", title="local hour of day", axis=alt.Axis(labelAngle=0, labelOverlap=True)
            ),
            y=alt.Y("row:N", title=None, sort=alt.EncodingSortField("order", op="min")),
            color=alt.Color("value:Q", title="kWh per station and day"),
            tooltip=[
                alt.Tooltip("row:N", title="row"),
                alt.Tooltip("hour:O", title="hour"),
                alt.Tooltip("value:Q", title="kWh per station and day", format=",.3f"),
                alt.Tooltip("energy:Q", title="energy (kWh)", format=",.1f"),
                alt.Tooltip("days:Q", title="station-days", format=",d"),
            ],
        )
    )
    return _finish(chart)


def daily(*, ringed: bool) -> Spec:
    """Rows of `time` (ms, UTC midnight of the local day), `value` (kWh), `whole` (yes or no).

    Args:
        ringed: a ring marks the days that are not whole; there must be one, for a picture of no
            ring has no extent.
    """
    time = alt.X("time:T", title=None, scale=alt.Scale(type="utc"), axis=_TIMES)
    value = alt.Y("value:Q", title="kWh per day")
    line = alt.Chart(_rows()).mark_line().encode(x=time, y=value)
    ring = (
        alt.Chart(_rows())
        .transform_filter("datum.whole == 'no'")
        .mark_point(filled=False, size=40, aria=False)
        .encode(x=time, y=value)
    )
    layers = (line, ring) if ringed else (line,)
    chart = alt.layer(*layers, description="Energy by local day, kWh")
    return _finish(chart.properties(height=200))


def errors() -> Spec:
    """Rows of `hour` (0-23, UTC), `name` (forecast or naive) and `value` (mean |error|, kWh)."""
    chart = (
        alt.Chart(_rows(), description="Mean absolute error by hour of day, kWh")
        .mark_line(point=True)
        .encode(
            x=alt.X("hour:O", title="hour of day (UTC)", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("value:Q", title="kWh"),
            color=alt.Color("name:N", title=None, scale=alt.Scale(domain=_LINES[1:])),
            tooltip=[
                alt.Tooltip("hour:O", title="hour"),
                alt.Tooltip("name:N", title="of"),
                alt.Tooltip("value:Q", title="mean absolute error (kWh)", format=",.2f"),
            ],
        )
        .properties(height=180)
    )
    return _finish(chart)


def ranking() -> Spec:
    """Rows of `label`, `order`, `value`, `text`; the page names the unit in its heading."""
    base = alt.Chart(_rows()).encode(
        y=alt.Y("label:N", title=None, sort=alt.EncodingSortField("order", op="min")),
        x=alt.X("value:Q", title=None, axis=alt.Axis(labels=False, ticks=False, grid=False)),
        tooltip=[alt.Tooltip("label:N", title="station"), alt.Tooltip("text:N", title="value")],
    )
    bars = base.mark_bar()
    labels = base.mark_text(align="left", dx=4).encode(text="text:N")
    chart = alt.layer(bars, labels, description="Ranked stations")
    # Room for the longest label beyond the longest bar.
    return _finish(chart.properties(padding={"left": 5, "top": 5, "right": 60, "bottom": 5}))


def multiples() -> Spec:
    """Rows of `label`, `order`, `time` (ms, UTC start of a month), `value` and `text`.

    The page sets the columns and the width of each.
    """
    chart = (
        alt.Chart(_rows())
        .mark_line(point=alt.OverlayMarkDef(size=14))
        .encode(
            x=alt.X(
                "time:T",
                title=None,
                scale=alt.Scale(type="utc"),
                axis=alt.Axis(tickCount=3, labelFlush=True, labelOverlap=True, grid=False),
            ),
            y=alt.Y("value:Q", title=None, axis=alt.Axis(tickCount=3, minExtent=30, maxExtent=30)),
            tooltip=[
                alt.Tooltip("label:N", title="station"),
                alt.Tooltip("time:T", title="month", format="%B %Y", timeUnit="utcyearmonth"),
                alt.Tooltip("text:N", title="value"),
            ],
        )
        .properties(height=72)
        .facet(
            facet=alt.Facet("label:N", title=None, sort=alt.EncodingSortField("order", op="min")),
            spacing={"row": 12, "column": 18},
            align="all",
        )
        .properties(description="A small picture per station, month by month, on one scale")
    )
    return _bare(chart)


def forecast() -> Spec:
    """Rows of `time` (ms, UTC), `name` (one of three lines), `value`, `low` and `high` in kWh."""
    time = alt.X("time:T", title="hour (UTC)", scale=alt.Scale(type="utc"), axis=_TIMES)
    band = (
        alt.Chart(_rows())
        .transform_filter("datum.name == 'forecast'")
        .mark_area(interpolate="monotone", opacity=0.3)
        .encode(x=time, y=alt.Y("low:Q", title="kWh per hour"), y2="high:Q")
    )
    lines = (
        alt.Chart(_rows())
        .mark_line(interpolate="monotone")
        .encode(
            x=time,
            y=alt.Y("value:Q"),
            color=alt.Color("name:N", title=None, scale=alt.Scale(domain=_LINES)),
            strokeDash=alt.StrokeDash(
                "name:N", title=None, scale=alt.Scale(domain=_LINES, range=[[1, 0], [1, 0], [3, 3]])
            ),
        )
    )
    chart = alt.layer(band, lines, description="Forecast with 80 % band against actual energy")
    return _finish(chart.properties(height=280))


def emissions() -> Spec:
    """Rows of `month`, `name` (grid or petrol) and `value` in kg CO2."""
    chart = (
        alt.Chart(_rows(), description="Monthly emissions of charging against petrol, kg CO2")
        .mark_bar()
        .encode(
            x=alt.X("month:O", title=None, axis=_MONTHS),
            xOffset=alt.XOffset("name:N", scale=alt.Scale(domain=_CARS)),
            y=alt.Y("value:Q", title="kg CO2 per month"),
            color=alt.Color("name:N", title=None, scale=alt.Scale(domain=_CARS)),
            tooltip=[
                alt.Tooltip("month:O", title="month"),
                alt.Tooltip("name:N", title="of"),
                alt.Tooltip("value:Q", title="kg CO2", format=",.1f"),
            ],
        )
        .properties(height=240)
    )
    return _finish(chart)


def intensity() -> Spec:
    """Rows of `month`, `value` (g CO2 per kWh, of covered energy) and `coverage` (0 to 1)."""
    chart = (
        alt.Chart(_rows(), description="Monthly carbon intensity of the energy charged")
        .mark_line(point=True)
        .encode(
            x=alt.X("month:O", title=None, axis=_MONTHS),
            y=alt.Y("value:Q", title="g CO2 per kWh"),
            tooltip=[
                alt.Tooltip("month:O", title="month"),
                alt.Tooltip("value:Q", title="g CO2 per kWh", format=",.1f"),
                alt.Tooltip("coverage:Q", title="energy with a factor", format=".1%"),
            ],
        )
        .properties(height=240)
    )
    return _finish(chart)


def clock() -> Spec:
    """Rows of `hour` (0-23, local), `value` (g CO2 per kWh) and `covered` (kWh with a factor)."""
    chart = (
        alt.Chart(_rows(), description="Carbon intensity of the energy charged, by hour of day")
        .mark_line(point=True)
        .encode(
            x=alt.X(
                "hour:O", title="local hour of day", axis=alt.Axis(labelAngle=0, labelOverlap=True)
            ),
            y=alt.Y("value:Q", title="g CO2 per kWh"),
            tooltip=[
                alt.Tooltip("hour:O", title="hour"),
                alt.Tooltip("value:Q", title="g CO2 per kWh", format=",.1f"),
                alt.Tooltip("covered:Q", title="energy with a factor (kWh)", format=",.1f"),
            ],
        )
        .properties(height=240)
    )
    return _finish(chart)


def all_specs() -> dict[str, Spec]:
    """Every picture by the name that the page knows it by."""
    return {
        "hours": energy_by_hour(),
        "daily": daily(ringed=False),
        "dailyRinged": daily(ringed=True),
        "ranking": ranking(),
        "forecast": forecast(),
        "errors": errors(),
        "emissions": emissions(),
        "intensity": intensity(),
        "clock": clock(),
        "multiples": multiples(),
    }
