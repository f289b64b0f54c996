"""DuckDB as publishing uses it: read-only sources, quoted names, one message when locked."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ecocharge.errors import EcoChargeError


def name(*parts: str) -> str:
    """A quoted, dotted SQL name."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def text(value: str) -> str:
    """A quoted SQL string."""
    return "'" + value.replace("'", "''") + "'"


def attach_read_only(connection: duckdb.DuckDBPyConnection, file: Path, alias: str) -> None:
    """Attach `file` as `alias` without the right to write.

    Raises:
        EcoChargeError: another process writes to it, or it is no DuckDB file.
    """
    try:
        connection.execute(f"attach {text(str(file))} as {name(alias)} (read_only)")
    except duckdb.Error as error:
        if "lock" in str(error).lower():
            raise EcoChargeError(
                "is in use by another process that writes to it",
                file=file,
                remedy="wait until the build or the landing has ended, then try again",
            ) from None
        reason = str(error).splitlines()[0]
        raise EcoChargeError(
            f"cannot be opened: {reason}",
            file=file,
            remedy="make it anew with `ecocharge build`",
        ) from None
