"""The durable state as Parquet, for engines that read no DuckDB file."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from ecocharge.errors import EcoChargeError
from ecocharge.publishing.database import attach_read_only, name, text

TABLES = (
    ("landing", "manifest"),
    ("landing", "feeds"),
    ("quality", "published_days"),
    ("quality", "published_loads"),
    ("quality", "restatements"),
    ("runs", "runs"),
)
"""Schemas and tables that models read. Forecasts are left out: each engine keeps its own."""


def share(state: Path, folder: Path) -> dict[str, int]:
    """Write each table of `TABLES` to a file `<folder>/<schema>/<table>/rows.parquet`.

    Timestamps, which are UTC without a zone in the state, say that they are UTC. A reader sees the
    file of before or the new one, never half of one.

    Args:
        state: the state file.
        folder: made where it is missing.

    Returns:
        Rows by `schema.table`.

    Raises:
        EcoChargeError: there is no state, it is at work, or the folder cannot be written.
    """
    if not state.is_file():
        raise EcoChargeError("there is no state", file=state, remedy="land or build something")
    written = {}
    with duckdb.connect() as connection:
        attach_read_only(connection, state, "state")
        for schema, table in TABLES:
            target = folder / schema / table
            try:
                target.mkdir(parents=True, exist_ok=True)
                written[f"{schema}.{table}"] = _write(connection, schema, table, target)
            except (OSError, duckdb.IOException) as error:
                raise EcoChargeError(
                    f"cannot be written: {str(error).splitlines()[0]}",
                    file=target,
                    remedy="check the folder's permissions and the room on its disk",
                ) from error
    return written


def _write(connection: duckdb.DuckDBPyConnection, schema: str, table: str, target: Path) -> int:
    aside = target / f".rows-{os.getpid()}"
    rows = f"select {_columns(connection, schema, table)} from state.{schema}.{table}"
    try:
        connection.execute(f"copy ({rows}) to {text(str(aside))} (format parquet)")
        aside.replace(target / "rows.parquet")
    finally:
        aside.unlink(missing_ok=True)
    ((count,),) = connection.execute(f"select count(*) from state.{schema}.{table}").fetchall()
    return int(count)


def _columns(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    found = connection.execute(
        "select column_name, data_type from duckdb_columns() where database_name = 'state' "
        "and schema_name = ? and table_name = ? order by column_index",
        [schema, table],
    ).fetchall()
    return ", ".join(
        f"timezone('UTC', {name(column)}) as {name(column)}"
        if kind == "TIMESTAMP"
        else name(column)
        for column, kind in found
    )
