"""Which landed files stand behind a generation."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ecocharge.publishing.database import attach_read_only


def landed_files(state: Path) -> list[dict[str, str]]:
    """The landing manifest as rows of `source`, `file` and `load_id`; empty before any landing.

    Raises:
        EcoChargeError: the state file is in use or broken.
    """
    if not state.is_file():
        return []
    with duckdb.connect() as connection:
        attach_read_only(connection, state, "state")
        found = connection.execute(
            "select 1 from duckdb_tables() where database_name = 'state'"
            " and schema_name = 'landing' and table_name = 'manifest'"
        ).fetchone()
        if not found:
            return []
        rows = connection.execute(
            "select source_system, source_file, load_id from state.landing.manifest order by all"
        ).fetchall()
    return [{"source": source, "file": file, "load_id": load} for source, file, load in rows]
