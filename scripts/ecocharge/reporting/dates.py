"""How the dates of each file were read, and the evidence for it."""

from __future__ import annotations

import duckdb
from rich.console import Console

from ecocharge.reporting.tables import query_table

_FILES = """
    select
        source_system as source,
        source_file as file,
        decision,
        dated_rows as rows,
        rows_with_two_readings,
        first_date_as_written || ' - ' || last_date_as_written as as_written,
        first_date_swapped || ' - ' || last_date_swapped as day_and_month_exchanged
    from intermediate.int_dates__file_order
    order by source_system, source_file, load_id
"""

_KINDS = (
    ("line", "nearest lines of the file whose date has one reading"),
    ("id", "nearest ids of the feed whose date has one reading"),
    ("duration", "plug-ins that last no more than seven days"),
    ("window", "days near those with one reading, or in one stretch"),
    ("export", "starts before the day of the export"),
    ("format", "texts that are a date in one way only"),
)

_EVIDENCE = " union all ".join(
    f"""
    select
        source_system as source, source_file as file, {place} as place,
        '{meaning}' as evidence, {kind}_as_written as for_as_written, {kind}_swapped as for_swapped
    from intermediate.int_dates__file_order
    where rows_with_two_readings > 0
    """
    for place, (kind, meaning) in enumerate(_KINDS)
)


def print_dates(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    """The decision on each file whose dates may be exchanged, then its votes by kind."""
    title = "Dates of files that can be read day first or month first"
    console.print(query_table(connection, title, _FILES))
    sql = f"select * exclude (place) from ({_EVIDENCE}) order by source, file, place"
    console.print(query_table(connection, "Votes for either reading", sql))
