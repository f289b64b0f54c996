"""A mart as Parquet: one file, or a folder of that name with one file for each month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from ecocharge.publishing.artifacts import Mart
from ecocharge.publishing.database import name, text
from ecocharge.publishing.files import sha256
from ecocharge.publishing.layout import (
    MONTH_COLUMN,
    MONTH_FILE,
    NO_MONTH,
    PARQUET_FOLDER,
)


@dataclass(frozen=True)
class PublishedFile:
    """One Parquet file of a generation; `path` is relative to its folder."""

    path: str
    rows: int
    bytes: int
    sha256: str


def parquet_path(mart: Mart) -> str:
    """Where a mart is in its generation: a file, or a folder if it is partitioned."""
    return f"{PARQUET_FOLDER}/{mart.name}.parquet"


def write_parquet(
    connection: duckdb.DuckDBPyConnection, table: str, mart: Mart, folder: Path
) -> list[PublishedFile]:
    """Write a mart under `folder`, sorted by its key, so that equal rows give equal bytes.

    A mart that names a column in `partition_by_month` becomes `<mart>.parquet/month=2025-03/`
    for each month of that column. Which marts do is said in their yml and not by their size: the
    path that a reader knows keeps its shape however much is landed.

    Args:
        connection: reads `table`.
        table: the quoted name of what to write.
        mart: its name, key and partitioning.
        folder: of the generation.

    Raises:
        duckdb.Error: the disk is full, or the column to partition by is not there.
    """
    path = parquet_path(mart)
    order = _order(connection, table, mart)
    if not mart.partition_by_month:
        return [_write(connection, f"select * from {table} order by {order}", folder, path)]
    column = name(mart.partition_by_month)
    files = []
    for month, condition in _months(connection, table, column):
        selected = f"select * from {table} where {condition} order by {order}"
        inside = f"{path}/{MONTH_COLUMN}={month}/{MONTH_FILE}"
        files.append(_write(connection, selected, folder, inside))
    return files


def _order(connection: duckdb.DuckDBPyConnection, table: str, mart: Mart) -> str:
    """By time and key; by every column where no key is known, for rows that differ in any."""
    described = connection.execute(f"describe {table}").fetchall()
    time = [mart.partition_by_month] if mart.partition_by_month else []
    columns = [*time, *(mart.primary_key or [row[0] for row in described])]
    return ", ".join(name(column) for column in dict.fromkeys(columns))


def _months(
    connection: duckdb.DuckDBPyConnection, table: str, column: str
) -> list[tuple[str, str]]:
    """The months of a column, in order, each with the condition that its rows meet.

    A mart without rows has one month without a name, so that its columns can still be read.
    """
    found: list[tuple[datetime | None]] = connection.execute(
        f"select distinct date_trunc('month', {column})::timestamp as month from {table}"
        " order by month nulls last"
    ).fetchall()
    return [_month(column, month) for (month,) in found or [(None,)]]


def _month(column: str, month: datetime | None) -> tuple[str, str]:
    if month is None:
        return NO_MONTH, f"{column} is null"
    begin = f"timestamp '{month}'"
    return f"{month:%Y-%m}", f"{column} >= {begin} and {column} < {begin} + interval 1 month"


def _write(
    connection: duckdb.DuckDBPyConnection, query: str, folder: Path, path: str
) -> PublishedFile:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    copied: Any = connection.execute(
        f"copy ({query}) to {text(str(file))} (format parquet, codec zstd)"
    ).fetchone()
    return PublishedFile(path, copied[0], file.stat().st_size, sha256(file))
