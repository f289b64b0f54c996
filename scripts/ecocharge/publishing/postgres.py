"""A published generation copied into Postgres: loaded aside, swapped in by one transaction."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb
from adbc_driver_manager import Error
from adbc_driver_manager.dbapi import Connection, Cursor
from adbc_driver_postgresql import dbapi

from ecocharge.errors import EcoChargeError
from ecocharge.publishing.addresses import without_password
from ecocharge.publishing.database import attach_read_only, name, text
from ecocharge.publishing.layout import DATABASE_FILE, DESCRIPTION_FILE

_OURS = "EcoCharge marts, generation "
_ASIDE, _BEFORE = "__ecocharge_next", "__ecocharge_before_"
_ROWS_PER_BATCH = 100_000
# Any number will do, as long as it is the same for every copy that is sent to a database.
_LOCK = 2_025_020_3
_WAIT_FOR_READERS = "5s"
_WAIT_FOR_SNAPSHOTS_SECONDS = 5.0
_PAUSE_SECONDS = 0.1


def load_postgres(
    url: str, generation: Path, done: Callable[[str], None] = lambda _: None
) -> list[str]:
    """Copy every mart of a generation into schemas of its own name, seen all at once.

    Tables are made aside with their primary keys and comments; one transaction puts them in the
    place of those of the generation before. Rights granted on the old schemas and tables are
    granted on the new ones.

    The tables are committed before they are swapped in: Postgres finds a table by its newest name,
    but its rows by the reader's snapshot, and to a snapshot from before the load a table of that
    load is empty (PostgreSQL documentation, 13.6 Caveats). So the swap waits for such snapshots,
    not for ever.

    Args:
        url: `postgresql://user@host/database`; a password is better in PGPASSWORD or PGPASSFILE.
        generation: the folder of a published generation.
        done: called with the name of each mart after it is loaded.

    Returns:
        The schemas that were replaced or made.

    Raises:
        EcoChargeError: the server refuses, or a schema of that name is not ours.
    """
    about = json.loads((generation / DESCRIPTION_FILE).read_text(encoding="utf-8"))
    schemas = sorted({mart["schema"] for mart in about["marts"].values()})
    with _connected(url) as connection, duckdb.connect() as marts:
        attach_read_only(marts, generation / DATABASE_FILE, "marts")
        with closing(connection.cursor()) as cursor:
            cursor.execute(f"select pg_advisory_lock({_LOCK})")
            for schema in schemas:
                _require_ours(cursor, schema)
                cursor.execute(f"drop schema if exists {name(schema + _ASIDE)} cascade")
                cursor.execute(f"create schema {name(schema + _ASIDE)}")
                cursor.execute(
                    f"comment on schema {name(schema + _ASIDE)} is {text(_OURS + about['id'])}"
                )
            for mart, facts in about["marts"].items():
                _load(marts, cursor, facts["schema"], mart, facts["primary_key"])
                done(mart)
            loaded = _rows(cursor, "select txid_current() % (2 ^ 32)::bigint")[0][0]
            connection.commit()
            _wait_for_snapshots(connection, loaded)
            views = _views_over(cursor, schemas)
            for schema in schemas:
                _swap(cursor, schema)
            for view, query in views:
                cursor.execute(f"create or replace view {view} as {query}")
        connection.commit()
        _tidy(connection, schemas)
    return schemas


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    try:
        with closing(dbapi.connect(url)) as connection:
            yield connection
    except Error as error:
        # The driver repeats the address, password and all.
        reason = str(error).replace(url, without_password(url)).strip().splitlines()[0]
        raise EcoChargeError(
            f"{without_password(url)}: {reason}",
            remedy="nothing there has changed; see that the server is up and the user may create"
            " schemas in this database, then publish again",
        ) from None


def _require_ours(cursor: Cursor, schema: str) -> None:
    """Refuse a schema that somebody else made; an empty one is as good as none."""
    found = _rows(
        cursor,
        "select obj_description(n.oid, 'pg_namespace'), count(c.oid)"
        " from pg_namespace as n left join pg_class as c on c.relnamespace = n.oid"
        f" where n.nspname = {text(schema)} group by n.oid",
    )
    if found and found[0][1] > 0 and not str(found[0][0]).startswith(_OURS):
        raise EcoChargeError(
            f"the schema {schema} of this database holds tables that are not EcoCharge's",
            remedy="give EcoCharge a database of its own, or rename that schema",
        )


def _load(
    marts: duckdb.DuckDBPyConnection, cursor: Cursor, schema: str, mart: str, key: list[str]
) -> None:
    source = name("marts", schema, mart)
    table = name(schema + _ASIDE, mart)
    rows = marts.sql(f"from {source}").to_arrow_reader(_ROWS_PER_BATCH)
    cursor.adbc_ingest(mart, rows, mode="create", db_schema_name=schema + _ASIDE)
    if key:
        columns = ", ".join(map(name, key))
        unknown = " or ".join(f"{name(column)} is null" for column in key)
        # A primary key has no NULL; a key with one is still unique.
        is_whole = marts.execute(f"select not exists (from {source} where {unknown})").fetchall()
        kind = "primary key" if is_whole == [(True,)] else "unique"
        cursor.execute(f"alter table {table} add {kind} ({columns})")
    for kind, thing, comment in _comments(marts, schema, mart, table):
        cursor.execute(f"comment on {kind} {thing} is {text(comment.strip())}")
    cursor.execute(f"analyze {table}")


def _comments(
    marts: duckdb.DuckDBPyConnection, schema: str, mart: str, table: str
) -> list[tuple[str, str, str]]:
    """What the published file says of the table and its columns."""
    where = f"database_name = 'marts' and schema_name = {text(schema)}"
    tables = marts.execute(
        f"select comment from duckdb_tables() where {where} and table_name = {text(mart)}"
    ).fetchall()
    columns = marts.execute(
        "select column_name, comment from duckdb_columns()"
        f" where {where} and table_name = {text(mart)} and comment is not null"
    ).fetchall()
    found = [("table", table, comment) for (comment,) in tables if comment]
    return found + [("column", f"{table}.{name(column)}", comment) for column, comment in columns]


def _wait_for_snapshots(connection: Connection, transaction: int) -> None:
    """Wait until no snapshot is older than the end of this transaction, some seconds at most.

    Of other users' sessions Postgres tells only those who may read all statistics; what they ask
    by COPY, whose snapshot is a moment older than the names it finds, the first pause outlasts.
    """
    until = time.monotonic() + _WAIT_FOR_SNAPSHOTS_SECONDS
    is_older = (
        "select count(*) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
        f" and backend_xmin is not null and age(backend_xmin) >= age('{transaction}'::xid)"
    )
    while True:
        time.sleep(_PAUSE_SECONDS)
        with closing(connection.cursor()) as cursor:
            older = _rows(cursor, is_older)[0][0]
        connection.commit()
        if not older or time.monotonic() > until:
            return


def _views_over(cursor: Cursor, schemas: list[str]) -> list[tuple[str, str]]:
    """Other people's views of our tables, with their queries.

    Raises:
        EcoChargeError: one is materialized and cannot be pointed at another table.
    """
    ours = ", ".join(map(text, schemas))
    found = _rows(
        cursor,
        "select distinct vn.nspname, v.relname, v.relkind, pg_get_viewdef(v.oid)"
        " from pg_depend as d"
        " join pg_rewrite as r on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid"
        " join pg_class as v on r.ev_class = v.oid"
        " join pg_namespace as vn on v.relnamespace = vn.oid"
        " join pg_class as t on d.refclassid = 'pg_class'::regclass and d.refobjid = t.oid"
        " join pg_namespace as tn on t.relnamespace = tn.oid"
        f" where tn.nspname in ({ours}) and vn.nspname not in ({ours}) order by 1, 2",
    )
    for schema, view, kind, _ in found:
        if kind == "m":
            raise EcoChargeError(
                f"the materialized view {schema}.{view} holds fast to the marts of today",
                remedy="drop it, publish, and make it again; a plain view is carried over",
            )
    return [(name(schema, view), query) for schema, view, _, query in found]


def _swap(cursor: Cursor, schema: str) -> None:
    _grant_again(cursor, schema)
    if _rows(cursor, f"select 1 from pg_namespace where nspname = {text(schema)}"):
        # A name of its own each time: a reader may still hold the one before the last.
        number = _rows(cursor, "select txid_current()")[0][0]
        cursor.execute(
            f"alter schema {name(schema)} rename to {name(f'{schema}{_BEFORE}{number}')}"
        )
    cursor.execute(f"alter schema {name(schema + _ASIDE)} rename to {name(schema)}")


def _grant_again(cursor: Cursor, schema: str) -> None:
    """Grant on the new schema and tables what others may do on those they replace."""
    granted = _rows(
        cursor,
        "select 'schema', null, pg_get_userbyid(a.grantee), a.grantee, a.privilege_type"
        " from pg_namespace as n, aclexplode(n.nspacl) as a"
        f" where n.nspname = {text(schema)} and a.grantee <> n.nspowner"
        " union all"
        " select 'table', c.relname, pg_get_userbyid(a.grantee), a.grantee, a.privilege_type"
        " from pg_class as c join pg_namespace as n on c.relnamespace = n.oid,"
        " aclexplode(c.relacl) as a"
        f" where n.nspname = {text(schema)} and c.relkind = 'r' and a.grantee <> c.relowner",
    )
    aside = schema + _ASIDE
    tables = {row[0] for row in _rows(cursor, _tables_of(aside))}
    for kind, table, user, number, privilege in granted:
        if kind == "table" and table not in tables:
            continue
        thing = name(aside) if kind == "schema" else name(aside, table)
        who = "public" if number == 0 else name(user)
        cursor.execute(f"grant {privilege} on {kind} {thing} to {who}")


def _tables_of(schema: str) -> str:
    return f"select tablename from pg_tables where schemaname = {text(schema)}"


def _tidy(connection: Connection, schemas: list[str]) -> None:
    """Drop what was replaced; what a reader still holds stays until the next time."""
    with closing(connection.cursor()) as cursor:
        everything = _rows(cursor, "select nspname from pg_namespace")
        connection.commit()
        prefixes = tuple(schema + _BEFORE for schema in schemas)
        for (schema,) in everything:
            if schema.startswith(prefixes):
                try:
                    cursor.execute(f"set local lock_timeout = '{_WAIT_FOR_READERS}'")
                    cursor.execute(f"drop schema {name(schema)} cascade")
                    connection.commit()
                except Error:
                    connection.rollback()


def _rows(cursor: Cursor, sql: str) -> list[tuple[Any, ...]]:
    cursor.execute(sql)
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
