"""The numbers of the page, read from the published file and packed small.

A row per station and day goes out, never a session: the page sums what its filters leave.
"""

from __future__ import annotations

import json
import math
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb

from ecocharge.dashboard import queries
from ecocharge.dashboard.days import pack_days, pack_emissions
from ecocharge.errors import EcoChargeError
from ecocharge.publishing.database import attach_read_only
from ecocharge.publishing.layout import DATABASE_FILE, DESCRIPTION_FILE

Payload = dict[str, Any]
_Row = tuple[Any, ...]
# The columns of a station that the filters need; the others are its facts.
_FILTERED = 6
_PUBLISH_FIRST = "run `ecocharge publish`"


def _number(value: Any) -> Any:
    """A value as short JSON: decimals as numbers, whole floats without their point."""
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() else value
    return value


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[_Row]:
    return [tuple(_number(value) for value in row) for row in connection.execute(sql).fetchall()]


def _with_labels(stations: list[_Row]) -> list[list[Any]]:
    names = [row[1] for row in stations]
    return [
        [row[0], row[1] if names.count(row[1]) == 1 else f"{row[1]} ({row[0]})", *row[2:]]
        for row in stations
    ]


def _forecast(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Per series its first hour (hours since 1970, UTC) and one list per measure, gaps as NULL."""
    rows = _rows(connection, queries.FORECAST)
    hours = {key: list(group) for key, group in groupby(rows, key=itemgetter(0))}
    measures = ("actual", "forecast", "p10", "p90", "naive")
    series = []
    for series_id, level, label in _rows(connection, queries.SERIES):
        own = hours[series_id]
        first, last = own[0][1], own[-1][1]
        lists: dict[str, list[Any]] = {name: [None] * (last - first + 1) for name in measures}
        for _, hour, *values in own:
            for name, value in zip(measures, values, strict=True):
                lists[name][hour - first] = value
        series.append({"id": series_id, "level": level, "label": label, "first": first, **lists})
    return series


def _scores(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Per series its sums by UTC day, as lists that begin with the days (since 1970)."""
    rows = connection.execute(queries.SCORES).fetchall()
    scores = []
    for (series_id, level), days in groupby(rows, key=itemgetter(0, 1)):
        packed = [[_since_1970(day), *map(_number, sums)] for _, _, day, *sums in days]
        columns = [list(column) for column in zip(*packed, strict=True)]
        scores.append({"id": series_id, "level": level, "columns": columns})
    return scores


def _since_1970(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _read(connection: duckdb.DuckDBPyConnection) -> tuple[Payload, Payload]:
    stations = _rows(connection, queries.STATIONS)
    first, last = connection.execute(queries.SPAN).fetchall()[0]
    methods = (_rows(connection, queries.METHODS) or [([], [])])[0]
    head = {
        "stations": [row[:_FILTERED] for row in _with_labels(stations)],
        "span": None if first is None else [_since_1970(first), _since_1970(last)],
        "methods": {"factor": methods[0] or [], "baseline": methods[1] or []},
        "forecastDays": queries.FORECAST_DAYS,
        "forecastStations": queries.FORECAST_STATIONS,
        "accuracy": _rows(connection, queries.ACCURACY),
        "bands": [band for (band,) in _rows(connection, queries.BANDS)],
        "reconciliation": _rows(connection, queries.RECONCILIATION),
    }
    cells = {
        "facts": [[row[1], *row[_FILTERED:]] for row in stations],
        "days": pack_days(connection, [row[0] for row in stations]),
        "emissions": pack_emissions(connection, [row[0] for row in stations]),
        "forecast": _forecast(connection),
        "scores": _scores(connection),
    }
    return head, cells


def read_payload(published: Path) -> tuple[Payload, Payload]:
    """Everything the page shows, from the generation that `published` names now.

    Energy is in kWh, that of hours in millionths of it; emissions in kg CO2, time in minutes;
    ratios are left to the page.

    Returns:
        What the page needs at once, and the cells that it unpacks.

    Raises:
        EcoChargeError: nothing is published, or the file lacks a mart or a column.
    """
    # One look at the link: a publish in between must not mix two generations.
    folder = published.resolve()
    file = folder / DATABASE_FILE
    about = folder / DESCRIPTION_FILE
    if not (file.is_file() and about.is_file()):
        raise EcoChargeError("nothing is published yet", file=published, remedy=_PUBLISH_FIRST)
    with duckdb.connect() as connection:
        attach_read_only(connection, file, "marts")
        connection.execute("use marts")
        try:
            head, cells = _read(connection)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            reason = str(error).splitlines()[0]
            raise EcoChargeError(
                f"lacks what the page shows: {reason}",
                file=file,
                remedy="run `ecocharge build` and `ecocharge publish` with this version",
            ) from None
    description = json.loads(about.read_text(encoding="utf-8"))
    generation = {key: description[key] for key in ("id", "created_at_utc", "code_version")}
    return {"generation": generation, **head}, cells
