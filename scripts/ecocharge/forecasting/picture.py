"""One page of the forecast: the last weeks, errors by hour and horizon, coverage, drivers."""

from __future__ import annotations

from pathlib import Path

import altair as alt
import duckdb
import pandas as pd

from ecocharge.forecasting.estimators import BOOSTING, RIDGE
from ecocharge.pictures import write_picture

_WIDTH, _HEIGHT = 330, 190
_DAYS = 14
_DRIVERS = 12
_BANDS = ["1-6", "7-12", "13-24", "25-72", "73-168"]
_SHOWN = [BOOSTING, RIDGE, "naive_hour_mean", "naive_week"]
_COLOURS = ["#e4572e", "#2e86ab", "#8a8a8a", "#c4c4c4"]

_LATEST = """
    with network as (
        select
            *,
            max(target_hour_utc) filter (where actual_kwh is not null) over () as last_hour_utc
        from forecasting.rpt_forecast_vs_actual
        where series_id = (
            select series_id
            from forecasting.rpt_forecast_vs_actual
            where level = 'network'
            group by series_id
            order by sum(actual_kwh) desc nulls last, series_id
            limit 1
        )
    )
    select
        target_hour_utc as hour,
        series_id,
        cast(actual_kwh as double) as actual,
        cast(forecast_kwh as double) as forecast,
        cast(network.p10_kwh as double) as p10,
        cast(network.p90_kwh as double) as p90,
        cast(issued.p2_5_kwh as double) as p2_5,
        cast(issued.p97_5_kwh as double) as p97_5
    from network
    inner join forecasting.fct_demand_forecast as issued
        using (series_id, origin_ts_utc, target_hour_utc, model_id)
    where target_hour_utc > last_hour_utc - to_days(?)
    order by target_hour_utc
"""

_BY_HOUR = """
    select
        demand.hour_of_day as hour,
        algorithm,
        cast(sum(abs(p50_kwh - energy_kwh)) / nullif(sum(energy_kwh), 0) as double) as wape
    from forecasting.fct_demand_forecast as forecasts
    inner join intermediate.int_forecasting__hourly_demand as demand
        on forecasts.series_id = demand.series_id
        and forecasts.target_hour_utc = demand.hour_start_utc
    where
        energy_kwh is not null and days_ahead = 0 and forecasts.level = 'station'
        and list_contains(?, algorithm)
    group by all
    order by all
"""

_BY_BAND = """
    select
        horizon_band as band,
        algorithm,
        cast(sum(sum_abs_error) / nullif(sum(sum_actual), 0) as double) as wape
    from forecasting.rpt_forecast_accuracy
    where level = 'station' and list_contains(?, algorithm)
    group by all
    order by all
"""

_COVERAGE = """
    with forecasts as (
        select
            forecasts.level,
            algorithm,
            cast(energy_kwh between p10_kwh and p90_kwh as integer) as in_80,
            cast(energy_kwh between p2_5_kwh and p97_5_kwh as integer) as in_95
        from forecasting.fct_demand_forecast as forecasts
        inner join intermediate.int_forecasting__hourly_demand as demand
            on forecasts.series_id = demand.series_id
            and forecasts.target_hour_utc = demand.hour_start_utc
        where energy_kwh is not null and p90_kwh is not null and algorithm != 'ridge'
    )
    unpivot (
        select
            level || ', ' || case algorithm when 'fallback' then 'fallback' else 'model' end
                as served,
            avg(in_80) * 100 as "80 %",
            avg(in_95) * 100 as "95 %"
        from forecasts
        group by all
    )
    on "80 %", "95 %" into name nominal value share
    order by served, nominal
"""

_LEANS_ON = """
    select words, avg(rae_lost) as lost
    from forecasting.rpt_forecast_drivers as drivers
    inner join forecasting.dim_forecast_models as models using (model_id)
    where models.is_current and models.scope = 'stations' and models.algorithm = ?
    group by words
    order by lost desc, words
    limit ?
"""


def draw(connection: duckdb.DuckDBPyConnection, file: Path) -> bool:
    """Write the page as .svg or .png, by the file's name.

    Args:
        connection: the warehouse, with forecasts built.
        file: where to.

    Returns:
        False, and no file, where nothing has been forecast that is known by now.

    Raises:
        EcoChargeError: for another ending.
    """
    latest = connection.execute(_LATEST, [_DAYS]).df()
    if latest.empty:
        return False
    charts = [
        _weeks(latest),
        _errors(
            connection.execute(_BY_HOUR, [_SHOWN]).df(),
            alt.X("hour:Q", title="local hour of day", scale=alt.Scale(nice=False)),
        ),
        _errors(
            connection.execute(_BY_BAND, [_SHOWN]).df(),
            alt.X("band:N", title="hours ahead", sort=_BANDS),
        ),
        _coverage(connection.execute(_COVERAGE).df()),
        _drivers(connection.execute(_LEANS_ON, [BOOSTING, _DRIVERS]).df()),
    ]
    page = alt.vconcat(
        charts[0],
        alt.hconcat(*charts[1:3]).resolve_scale(y="shared"),
        alt.hconcat(*charts[3:]).resolve_scale(color="independent"),
        title="The forecast, and what happened",
    )
    write_picture(page.resolve_scale(color="independent"), file)
    return True


def _weeks(latest: pd.DataFrame) -> alt.LayerChart:
    x = alt.X("hour:T", title=None)
    base = alt.Chart(latest)
    lines = latest.melt("hour", ["actual", "forecast"], "data", "energy").dropna()
    return alt.layer(
        base.mark_area(opacity=0.15, color=_COLOURS[0]).encode(
            x=x, y=alt.Y("p2_5:Q", title="kWh an hour"), y2="p97_5:Q"
        ),
        base.mark_area(opacity=0.25, color=_COLOURS[0]).encode(x=x, y="p10:Q", y2="p90:Q"),
        alt.Chart(lines)
        .mark_line(strokeWidth=1.2)
        .encode(
            x=x,
            y="energy:Q",
            color=alt.Color(
                "data:N",
                title=None,
                scale=alt.Scale(domain=["actual", "forecast"], range=["#333333", _COLOURS[0]]),
            ),
        ),
    ).properties(
        width=2 * _WIDTH + 120,
        height=_HEIGHT,
        title=f"{latest['series_id'].iloc[0]}, day-ahead, with 80 and 95 % intervals (UTC)",
    )


def _errors(table: pd.DataFrame, x: alt.X) -> alt.Chart:
    return (
        alt.Chart(table)
        .mark_line(point=True)
        .encode(
            x=x,
            y=alt.Y("wape:Q", title="sum of |error| over demand", scale=alt.Scale(zero=True)),
            color=alt.Color(
                "algorithm:N", title=None, scale=alt.Scale(domain=_SHOWN, range=_COLOURS)
            ),
        )
        .properties(width=_WIDTH, height=_HEIGHT, title="Stations' error")
    )


def _coverage(table: pd.DataFrame) -> alt.LayerChart:
    bars = (
        alt.Chart(table)
        .mark_bar()
        .encode(
            x=alt.X("share:Q", title="% of hours inside", scale=alt.Scale(domain=[0, 100])),
            y=alt.Y("served:N", title=None),
            yOffset="nominal:N",
            color=alt.Color(
                "nominal:N",
                title="interval",
                scale=alt.Scale(domain=["80 %", "95 %"], range=_COLOURS[:2]),
            ),
        )
    )
    marks = alt.Chart(pd.DataFrame({"share": [80, 95]})).mark_rule(strokeDash=[4, 3])
    return alt.layer(bars, marks.encode(x="share:Q")).properties(
        width=_WIDTH, height=_HEIGHT, title="Coverage"
    )


def _drivers(table: pd.DataFrame) -> alt.Chart:
    return (
        alt.Chart(table)
        .mark_bar(color=_COLOURS[1])
        .encode(
            x=alt.X("lost:Q", title="relative absolute error lost without it"),
            y=alt.Y("words:N", title=None, sort="-x", axis=alt.Axis(labelLimit=400)),
        )
        .properties(width=_WIDTH, height=_HEIGHT, title="What the stations' model leans on")
    )
