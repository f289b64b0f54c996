"""A mart as Parquet: one file, or a folder of that name with one file for each month."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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

# Rows, and two sums of their hashes: no other rows have all three.
_ROWS = (
    "count(*) || ' ' || coalesce(sum(hash(each_row)), 0)"
    " || ' ' || coalesce(sum(hash(each_row, 1)), 0)"
)


@dataclass(frozen=True)
class PublishedFile:
    """One Parquet file of a generation.

    Attributes:
        path: relative to the generation's folder.
        content: equal where columns, rows and writer are, and so the bytes.
    """

    path: str
    rows: int
    bytes: int
    sha256: str
    content: str


@dataclass(frozen=True)
class Before:
    """Files of the generation before, by path: those that would come out the same are linked."""

    folder: Path = Path()
    files: Mapping[str, PublishedFile] = field(default_factory=dict)

    def linked(self, folder: Path, path: str, content: str) -> PublishedFile | None:
        """Link a file into the folder of the next generation, where it holds just that content."""
        found = self.files.get(path)
        if found is None or found.content != content:
            return None
        # One that was damaged or lost is written anew, and so are all where there are no links.
        with contextlib.suppress(OSError):
            if sha256(self.folder / path) == found.sha256:
                os.link(self.folder / path, folder / path)
                return found
        return None


NOTHING = Before()


def parquet_path(mart: Mart) -> str:
    """Where a mart is in its generation: a file, or a folder if it is partitioned."""
    return f"{PARQUET_FOLDER}/{mart.name}.parquet"


def write_parquet(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    mart: Mart,
    folder: Path,
    before: Before = NOTHING,
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
        before: the generation before.

    Raises:
        duckdb.Error: the disk is full, or the column to partition by is not there.
    """
    path = parquet_path(mart)
    described = connection.execute(f"describe {table}").fetchall()
    order = _order(described, mart)
    parts = [(path, "true", _whole(connection, table))]
    if mart.partition_by_month:
        column = name(mart.partition_by_month)
        parts = [
            (f"{path}/{MONTH_COLUMN}={month}/{MONTH_FILE}", condition, rows)
            for month, condition, rows in _months(connection, table, column)
        ]
    # The order of rows and the writer's version decide on bytes, too.
    written_as = f"{duckdb.__version__} {order} {described}"
    files = []
    for part, condition, rows in parts:
        content = hashlib.sha256(f"{written_as} {rows}".encode()).hexdigest()
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        selected = f"select * from {table} where {condition} order by {order}"
        files.append(
            before.linked(folder, part, content)
            or _write(connection, selected, folder, part, content)
        )
    return files


def _order(described: Sequence[tuple[Any, ...]], mart: Mart) -> str:
    """By time and key; by every column where no key is known, for rows that differ in any."""
    time = [mart.partition_by_month] if mart.partition_by_month else []
    columns = [*time, *(mart.primary_key or [row[0] for row in described])]
    return ", ".join(name(column) for column in dict.fromkeys(columns))


def _whole(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    ((rows,),) = connection.execute(f"select {_ROWS} from {table} as each_row").fetchall()
    return str(rows)


def _months(
    connection: duckdb.DuckDBPyConnection, table: str, column: str
) -> list[tuple[str, str, str]]:
    """The months of a column, in order, with the condition that the rows meet, and their text.

    A mart without rows has one month without a name, so that its columns can still be read.
    """
    found: list[tuple[datetime | None, str]] = connection.execute(
        f"select date_trunc('month', {column})::timestamp as month, {_ROWS}"
        f" from {table} as each_row group by month order by month nulls last"
    ).fetchall()
    return [(*_month(column, month), rows) for month, rows in found or [(None, "")]]


def _month(column: str, month: datetime | None) -> tuple[str, str]:
    if month is None:
        return NO_MONTH, f"{column} is null"
    begin = f"timestamp '{month}'"
    return f"{month:%Y-%m}", f"{column} >= {begin} and {column} < {begin} + interval 1 month"


def _write(
    connection: duckdb.DuckDBPyConnection, query: str, folder: Path, path: str, content: str
) -> PublishedFile:
    file = folder / path
    copied: Any = connection.execute(
        f"copy ({query}) to {text(str(file))} (format parquet, codec zstd)"
    ).fetchone()
    return PublishedFile(path, copied[0], file.stat().st_size, sha256(file), content)
