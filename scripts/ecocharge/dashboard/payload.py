"""The numbers of the page, read from the published file and packed small.

A row per station and month goes out, never a session: the page sums what its filters leave.
"""

from __future__ import annotations

import json
import math
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb

from ecocharge.dashboard import queries
from ecocharge.errors import EcoChargeError
from ecocharge.publishing.database import attach_read_only
from ecocharge.publishing.layout import DATABASE_FILE, DESCRIPTION_FILE

Payload = dict[str, Any]
_Row = tuple[Any, ...]
_PUBLISH_FIRST = "run `ecocharge publish`"
_HOURS = 24


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


def _index(stations: list[_Row]) -> dict[str, int]:
    return {row[0]: place for place, row in enumerate(stations)}


def _with_labels(stations: list[_Row]) -> list[list[Any]]:
    names = [row[1] for row in stations]
    return [
        [row[0], row[1] if names.count(row[1]) == 1 else f"{row[1]} ({row[0]})", *row[2:]]
        for row in stations
    ]


def _by_station(rows: list[_Row], index: dict[str, int]) -> list[list[Any]]:
    return [[index[row[0]], *row[1:]] for row in rows if row[0] in index]


def _hours(rows: list[_Row], index: dict[str, int]) -> list[list[Any]]:
    """One row per station, month and day type: two lists of 24, NULL where never observed."""
    packed = []
    for key, cells in groupby(rows, key=itemgetter(0, 1, 2)):
        energy: list[Any] = [None] * _HOURS
        days: list[Any] = [None] * _HOURS
        for *_, hour, kwh, observed in cells:
            energy[hour], days[hour] = kwh, observed
        if key[0] in index:
            same = len(set(days)) == 1
            packed.append([index[key[0]], *key[1:], energy, days[0] if same else days])
    return packed


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


def _read(connection: duckdb.DuckDBPyConnection) -> Payload:
    stations = _rows(connection, queries.STATIONS)
    index = _index(stations)
    methods = _rows(connection, queries.METHODS)[0]
    return {
        "stations": _with_labels(stations),
        "hours": _hours(_rows(connection, queries.HOURS), index),
        "efficiency": _by_station(_rows(connection, queries.EFFICIENCY), index),
        "period": _rows(connection, queries.PERIOD)[0],
        "sustainability": _by_station(_rows(connection, queries.SUSTAINABILITY), index),
        "methods": {"factor": methods[0] or [], "baseline": methods[1] or []},
        "forecast": _forecast(connection),
        "forecastDays": queries.FORECAST_DAYS,
        "forecastStations": queries.FORECAST_STATIONS,
        "accuracy": _rows(connection, queries.ACCURACY),
        "bands": [band for (band,) in _rows(connection, queries.BANDS)],
        "reconciliation": _rows(connection, queries.RECONCILIATION),
    }


def read_payload(published: Path) -> Payload:
    """Everything the page shows, from the generation that `published` names now.

    Energy is in kWh, emissions in kg CO2, time in minutes; ratios are left to the page.

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
            payload = _read(connection)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            reason = str(error).splitlines()[0]
            raise EcoChargeError(
                f"lacks what the page shows: {reason}",
                file=file,
                remedy="run `ecocharge build` and `ecocharge publish` with this version",
            ) from None
    description = json.loads(about.read_text(encoding="utf-8"))
    generation = {key: description[key] for key in ("id", "created_at_utc", "code_version")}
    return {"generation": generation, **payload}
