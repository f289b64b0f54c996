"""The warehouse written anew, without the space that replaced tables have left in it.

DuckDB uses the space of dropped tables again, but gives none of it back: a warehouse stays as large
as it ever was. A copy has only what is there.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NamedTuple

import duckdb

from ecocharge.errors import EcoChargeError
from ecocharge.paths import Paths
from ecocharge.publishing.database import attach_read_only, name, text
from ecocharge.publishing.files import sync


class Compacted(NamedTuple):
    """Bytes of the warehouse before and after."""

    before: int
    after: int


def compact(paths: Paths) -> Compacted:
    """Replace the warehouse by a copy of itself, in one rename; the durable state stays as it is.

    Every table is counted in both before the copy takes its place.

    Raises:
        EcoChargeError: there is no warehouse, it is at work, the disk is full, or the copy differs.
    """
    warehouse = paths.warehouse
    if not warehouse.is_file():
        raise EcoChargeError(
            "there is no warehouse", file=warehouse, remedy="run `ecocharge build`"
        )
    before = warehouse.stat()
    _require_room(warehouse, before.st_size)
    aside = warehouse.with_name(f".{warehouse.name}.compact-{os.getpid()}")
    try:
        _copy(warehouse, paths.state, aside)
        # Publishing takes a warehouse only as old as its build.
        os.utime(aside, ns=(before.st_atime_ns, before.st_mtime_ns))
        sync(aside)
        after = aside.stat().st_size
        aside.replace(warehouse)
    except duckdb.Error as error:
        raise EcoChargeError(
            f"cannot be copied: {str(error).splitlines()[0]}",
            file=warehouse,
            remedy="let the build or the reader that holds it end; the file is as it was",
        ) from None
    finally:
        for left in (aside, aside.with_name(f"{aside.name}.wal")):
            left.unlink(missing_ok=True)
    sync(warehouse.parent)
    return Compacted(before.st_size, after)


def _require_room(warehouse: Path, size: int) -> None:
    free = shutil.disk_usage(warehouse.parent).free
    if free < size:
        raise EcoChargeError(
            f"the disk has {free / 1e6:,.0f} MB free, and a copy may take {size / 1e6:,.0f} MB",
            file=warehouse,
            remedy="make room, or remove the file and build again",
        )


def _copy(warehouse: Path, state: Path, aside: Path) -> None:
    # Views name the warehouse and the state by what dbt calls them.
    old = warehouse.stem
    with duckdb.connect() as connection:
        attach_read_only(connection, warehouse, old)
        if state.is_file():
            attach_read_only(connection, state, "state")
        connection.execute(f"attach {text(str(aside))} as compacted")
        connection.execute(f"copy from database {name(old)} to compacted")
        if _counted(connection, old) != _counted(connection, "compacted"):
            raise EcoChargeError(
                "the copy differs from it", file=warehouse, remedy="remove it and build again"
            )


def _counted(connection: duckdb.DuckDBPyConnection, database: str) -> dict[tuple[str, str], int]:
    """Rows by schema and table; views count as none."""
    found = connection.execute(
        "select table_schema, table_name, table_type from information_schema.tables "
        "where table_catalog = ?",
        [database],
    ).fetchall()
    counts = {}
    for schema, table, kind in found:
        rows = 0
        if kind == "BASE TABLE":
            sql = f"select count(*) from {name(database, schema, table)}"
            ((rows,),) = connection.execute(sql).fetchall()
        counts[schema, table] = rows
    return counts
