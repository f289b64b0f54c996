"""The network as operators hand it over: one line per connector, or per charge point."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

Text = Mapping[str, Sequence[str]]
"""Columns of text by name, all of one length."""

_OF_CONNECTOR = ("connector_standard", "power_type", "rated_kw")
_OF_STATION = (
    "station_name",
    "site_type",
    "address",
    "city",
    "region",
    "country_code",
    "latitude",
    "longitude",
    "time_zone",
    "grid_zone",
)
_IDS = ("station_id", "charger_id", "port_id", "connector_id")


def stations_csv(stations: Text, connectors: Text) -> bytes:
    """A `stations.csv` of the generated network, one row per connector."""
    by_id = {row["station_id"]: row for row in rows_of(stations)}
    lines = [
        {**row, **by_id[row["station_id"]], **{name: row[name] for name in _IDS}}
        for row in rows_of(connectors)
    ]
    header = (*_IDS, *_OF_STATION, *_OF_CONNECTOR, "opened_on", "closed_on")
    return write_csv(header, lines)


def write_csv(header: Sequence[str], rows: Sequence[Mapping[str, str]]) -> bytes:
    """Rows as CSV in UTF-8; what a row has beyond the header is left out."""
    text = io.StringIO()
    writer = csv.DictWriter(text, header, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def rows_of(table: Text) -> list[dict[str, str]]:
    return [dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)]
