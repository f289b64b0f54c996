"""The state file: what no rebuild may lose, in a DuckDB file of its own.

The tables made here are those that the command line writes: of landing, of publishing and of the
run log. dbt attaches the same file as `state`, and adds those of the forecasts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ecocharge.errors import EcoChargeError
from ecocharge.locking import BusyError

_TABLES = """
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
create table if not exists landing.inbox_files (
    source_system text not null,
    source_file text not null,
    version text not null,
    seen_at_utc timestamp not null,
    error text,
    unique (source_system, source_file)
);
create table if not exists landing.forgotten (
    key_hash text not null,
    source_system text,
    forgotten_at_utc timestamp not null
);
create schema if not exists quality;
create table if not exists quality.backfills (
    first_day date not null,
    last_day date not null,
    done_until date not null
);
create table if not exists quality.published_days (
    generation_id text not null,
    published_at_utc timestamp not null,
    source_system text not null,
    station_id text not null,
    date_local date not null,
    measure text not null,
    unit text not null,
    day_total decimal(18, 6),
    is_partial boolean not null
);
create table if not exists quality.published_loads (
    generation_id text not null,
    published_at_utc timestamp not null,
    source_system text not null,
    load_id text not null,
    is_present boolean not null
);
create table if not exists quality.restatements (
    source_system text not null,
    station_id text not null,
    date_local date not null,
    measure text not null,
    unit text not null,
    old_value decimal(18, 6) not null,
    new_value decimal(18, 6),
    difference decimal(18, 6) not null,
    causes text not null,
    source_files text,
    load_ids text,
    was_partial boolean not null,
    published_generation_id text not null,
    published_at_utc timestamp not null,
    restated_at_utc timestamp not null,
    unique (published_generation_id, station_id, date_local, measure, unit)
);
create schema if not exists runs;
create table if not exists runs.runs (
    run_id text not null unique,
    command text not null,
    arguments text not null,
    started_at_utc timestamp not null,
    ended_at_utc timestamp,
    outcome text,
    error text,
    files_landed bigint,
    files_refused bigint,
    rows_landed bigint,
    rows_in bigint,
    accepted bigint,
    quarantined bigint,
    duplicates bigint,
    models bigint,
    data_tests bigint,
    landing_seconds decimal(18, 3),
    start_up_seconds decimal(18, 3),
    building_seconds decimal(18, 3),
    model_seconds decimal(18, 3),
    test_seconds decimal(18, 3),
    publishing_seconds decimal(18, 3),
    dashboard_seconds decimal(18, 3),
    generation_id text
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
        BusyError: when another process holds the file.
        EcoChargeError: when it cannot be opened or made.
    """
    connection = _connect(path)
    try:
        connection.execute(_TABLES)
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
            raise BusyError(
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
