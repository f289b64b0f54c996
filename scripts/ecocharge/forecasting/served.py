"""What an operator got: by which rung, from which model, and what that leans on."""

from __future__ import annotations

import duckdb
from rich.console import Console
from rich.table import Table

from ecocharge.forecasting.estimators import BOOSTING, RIDGE

_DRIVERS = 8

_RUNGS = """
    with served as (
        select
            forecasts.*,
            cast(demand.energy_kwh as double) as actual_kwh,
            avg(cast(demand.energy_kwh as double)) over (
                partition by forecasts.source_system, forecasts.level, rung
            ) as mean_actual_kwh
        from forecasting.fct_demand_forecast as forecasts
        inner join forecasting.dim_forecast_models using (model_id)
        inner join intermediate.int_forecasting__hourly_demand as demand
            on forecasts.series_id = demand.series_id
            and forecasts.target_hour_utc = demand.hour_start_utc
        where
            days_ahead = 0
            and energy_kwh is not null
            and (forecasts.algorithm = 'fallback' or (promoted and forecasts.algorithm = ?))
    )
    select
        source_system,
        level,
        rung,
        count(distinct series_id),
        count(*),
        count(*) / sum(count(*)) over (partition by source_system, level),
        sum(abs(p50_kwh - actual_kwh)) / nullif(sum(abs(actual_kwh - mean_actual_kwh)), 0),
        sum(abs(p50_kwh - actual_kwh)) / nullif(sum(actual_kwh), 0),
        avg(case when p10_kwh is not null then cast(
            actual_kwh between p10_kwh and p90_kwh as integer
        ) end)
    from served
    group by source_system, level, rung
    order by
        source_system,
        list_position(['station', 'city', 'network'], level),
        list_position(
            ['model', 'current_model', 'naive', 'short_history', 'new', 'silent'], rung
        )
"""

_MODELS = """
    select
        source_system, scope, model_id, trained_at, age_days, is_stale,
        gate_abs_error_kwh / nullif(current_abs_error_kwh, 0)
    from forecasting.dim_forecast_models
    where is_current
    order by source_system, scope, algorithm
"""

_LEANS_ON = """
    select source_system, scope, drivers.algorithm, rae_lost, words
    from forecasting.rpt_forecast_drivers as drivers
    inner join forecasting.dim_forecast_models using (model_id, source_system, scope)
    where is_current and importance_rank <= ? and scope = 'stations'
    order by source_system, scope, drivers.algorithm, importance_rank
"""


def print_rungs(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    """One table: what was served on each rung, and how far off it was, day-ahead."""
    table = Table(title="What was served, day-ahead", title_justify="left")
    for name in ("source", "level", "rung"):
        table.add_column(name)
    for name in ("series", "hours", "share", "RAE p50", "WAPE p50", "in 80 %"):
        table.add_column(name, justify="right")
    for source, level, rung, series, hours, *ratios in connection.execute(
        _RUNGS, [BOOSTING]
    ).fetchall():
        share, rae, wape, inside = ratios
        table.add_row(
            source,
            level,
            rung,
            str(series),
            f"{hours:,}",
            f"{share:.1%}",
            _number(rae),
            _number(wape),
            "-" if inside is None else f"{inside:.1%}",
        )
    if table.row_count:
        console.print(table)


def print_models(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    """The models in charge, and what those of the stations lean on most."""
    models = Table(title="Models in charge", title_justify="left")
    for name in ("source", "scope", "model", "fitted as of", "age"):
        models.add_column(name)
    models.add_column("error over the one before", justify="right")
    for source, scope, model_id, trained_at, age, is_stale, gate in connection.execute(
        _MODELS
    ).fetchall():
        days = f"{age} days{', stale' if is_stale else ''}"
        models.add_row(source, scope, model_id, f"{trained_at:%Y-%m-%d}", days, _number(gate))
    if models.row_count:
        console.print(models)
    found = connection.execute(_LEANS_ON, [_DRIVERS]).fetchall()
    for algorithm in (BOOSTING, RIDGE):
        own = [row for row in found if row[2] == algorithm]
        if own:
            table = Table(title=f"What {algorithm} leans on", title_justify="left")
            table.add_column("source")
            table.add_column("RAE lost without", justify="right")
            table.add_column("feature")
            for source, _, _, lost, words in own:
                table.add_row(source, f"{lost:.3f}", words)
            console.print(table)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
