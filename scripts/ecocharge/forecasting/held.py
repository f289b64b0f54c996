"""A warehouse in memory, of rows that were fetched from an engine which does not run in Python."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from ecocharge.forecasting.reading import Warehouse
from ecocharge.forecasting.stored import SCHEMA_NAME, TABLES

RELATIONS = ("features", "profiles", "peer_levels", "unknown_energy")


def held_warehouse(tables: Mapping[str, pa.Table]) -> Warehouse:
    """The tables of a build and of the durable state, as far as they were fetched.

    Args:
        tables: by the names of `RELATIONS`, all of them, and, once something has been issued, by
            those of `stored.TABLES`. Timestamps have no zone and mean UTC.
    """
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("attach ':memory:' as state")
    connection.execute(f"create schema state.{SCHEMA_NAME}")
    for name in TABLES:
        if name in tables:
            connection.register("fetched", tables[name])
            connection.execute(f"create table state.{SCHEMA_NAME}.{name} as from fetched")
    return Warehouse(
        connection, **{name: connection.from_arrow(tables[name]) for name in RELATIONS}
    )
