"""The state file: what no rebuild may lose, in a DuckDB file of its own.

The tables made here are those of the landing step. dbt attaches the same file as `state`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ecocharge.errors import EcoChargeError

_LANDING_DDL = """
create schema if not exists landing;
create table if not exists landing.manifest (
    source_system text not null,
    entity text not null,
    source_file text not null,
    load_id text not null,
    sha256 text not null,
    size_bytes bigint not null,
    rows_in bigint not null,
    blank_lines bigint not null,
    unparsable_rows bigint not null,
    encoding text,
    delimiter text,
    columns_missing text,
    columns_unknown text,
    exported_on date,
    salt_fingerprint text,
    arrival_seq bigint not null,
    landed_at_utc timestamp not null,
    unique (source_system, entity, load_id)
);
create table if not exists landing.feeds (
    source_system text not null unique,
    description text,
    time_zone text,
    time_zone_is_assumed boolean not null,
    country_code text,
    region text,
    city text,
    currency text,
    grid_zone text,
    declared_lag_minutes bigint not null
);
create table if not exists landing.forgotten (
    key_hash text not null,
    source_system text,
    forgotten_at_utc timestamp not null
);
-- Columns that state files made by earlier versions lack.
alter table landing.manifest add column if not exists header text default '';
alter table landing.manifest add column if not exists drift text default '';
"""


@contextmanager
def open_state(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the state file for writing, making its folder, schema and tables where missing.

    DuckDB lets one process write at a time, so holding the connection also makes whatever is
    done under it the only landing or build at work.

    Args:
        path: the DuckDB file, see `Paths.state`.

    Yields:
        An open connection; it is closed on leaving, whatever happens.

    Raises:
        EcoChargeError: when another process holds the file, or it cannot be opened or made.
    """
    connection = _connect(path)
    try:
        connection.execute(_LANDING_DDL)
        yield connection
    finally:
        connection.close()


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return duckdb.connect(str(path))
    except OSError as error:
        raise EcoChargeError(
            f"the state folder cannot be made ({error.strerror})",
            remedy="check the folder's permissions, or set ECOCHARGE_STATE to another file",
            file=path,
        ) from error
    except duckdb.Error as error:
        if "lock" in str(error).lower():
            raise EcoChargeError(
                "the state file is in use by another process",
                remedy="wait for the running landing or build to end, or close the program that "
                "has the file open, then try again",
                file=path,
            ) from error
        raise EcoChargeError(
            "the state file cannot be opened as a DuckDB database",
            remedy="check its permissions; if it is damaged, restore it from a backup, or move "
            "it away: the landing manifest is then rebuilt from the landed files",
            file=path,
        ) from error
