"""Fingerprints of the public marts: equal for equal content, whatever the order of the rows."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import duckdb

from ecocharge.errors import EcoChargeError

PUBLIC_SCHEMAS = ("core", "operations", "sustainability", "forecasting")
VOLATILE_COLUMNS = frozenset({"source_file", "source_line", "load_id", "issued_at", "trained_at"})


@dataclass(frozen=True)
class Fingerprint:
    """What one table holds.

    Attributes:
        rows: number of rows.
        digest: 64 hex characters over column names, column types and the multiset of rows.
    """

    rows: int
    digest: str


def mart_fingerprints(
    connection: duckdb.DuckDBPyConnection,
    schemas: Collection[str] = PUBLIC_SCHEMAS,
    leave_out: Collection[str] = VOLATILE_COLUMNS,
) -> Mapping[str, Fingerprint]:
    """Fingerprints of all tables of the given schemas, by `schema.table`, sorted by name.

    Two builds of the same files in another order differ in lineage, in the time at which a
    forecast was issued and in the schema `quality`; by default none of these takes part.

    Args:
        connection: open on a warehouse.
        schemas: the schemas to read.
        leave_out: columns that take no part, in whichever table they are.

    Raises:
        EcoChargeError: when the schemas hold no table, or a table has no other column.
    """
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where not internal"
        " and database_name = current_database() and list_contains(?, schema_name)"
        " order by schema_name, table_name",
        [list(schemas)],
    ).fetchall()
    if not tables:
        raise EcoChargeError(
            f"the warehouse has no table in {', '.join(sorted(schemas))}",
            remedy="run: ecocharge build",
        )
    return {
        f"{schema}.{table}": table_fingerprint(connection, schema, table, leave_out)
        for schema, table in tables
    }


def table_fingerprint(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    table: str,
    leave_out: Collection[str] = VOLATILE_COLUMNS,
) -> Fingerprint:
    """The fingerprint of one table.

    Each row is hashed as a whole and the hashes are added up, so that order does not matter and,
    unlike with exclusive or, a second copy of a row does.

    Args:
        connection: open on a warehouse.
        schema: the table's schema.
        table: the table's name.
        leave_out: columns that take no part.

    Raises:
        EcoChargeError: when the table does not exist or has no column that takes part.
    """
    columns = [
        (name, data_type)
        for name, data_type in connection.execute(
            "select column_name, data_type from duckdb_columns() where schema_name = ?"
            " and table_name = ? and database_name = current_database() order by column_name",
            [schema, table],
        ).fetchall()
        if name not in leave_out
    ]
    if not columns:
        raise EcoChargeError(
            f"{schema}.{table} has no column to compare", remedy="check the name of the table"
        )
    row = " || ".join(_field(name) for name, _ in columns)
    found = connection.execute(
        f"select count(*), coalesce(sum(md5_number_lower(row_text)), 0),"
        f" coalesce(sum(md5_number_upper(row_text)), 0)"
        f" from (select {row} as row_text from {_quoted(schema)}.{_quoted(table)})"
    ).fetchone()
    rows, lower, upper = found or (0, 0, 0)
    whole = f"{columns}|{rows}|{lower}|{upper}"
    return Fingerprint(int(rows), hashlib.sha256(whole.encode()).hexdigest())


def _field(column: str) -> str:
    # The length in front keeps ('a', 'bc') and ('ab', 'c') apart, and NULL apart from ''.
    text = f"cast({_quoted(column)} as varchar)"
    return f"coalesce(length({text}) || ':' || {text}, '~')"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
