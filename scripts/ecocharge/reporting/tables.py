"""Query results as terminal tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
from rich.table import Table


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, Decimal):
        return f"{value:,.6f}"
    if isinstance(value, float):
        return f"{value:.3f}"
    return str(value)


def query_table(
    connection: duckdb.DuckDBPyConnection, title: str, sql: str, *parameters: Any
) -> Table:
    """The rows of `sql` as a table headed `title`; numbers are aligned to the right."""
    cursor = connection.execute(sql, list(parameters))
    rows = cursor.fetchall()
    table = Table(title=title, title_justify="left")
    for position, (name, *_rest) in enumerate(cursor.description or []):
        numeric = any(isinstance(row[position], int | float | Decimal) for row in rows)
        table.add_column(
            name.replace("_", " "), justify="right" if numeric else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*(_text(value) for value in row))
    return table
