"""Read access to the build file, with the errors that a user can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ecocharge.errors import EcoChargeError


@contextmanager
def read_only(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the warehouse at `path`.

    Raises:
        EcoChargeError: when the file is missing, locked by a build, or lacks a table.
    """
    if not path.is_file():
        raise EcoChargeError("there is no warehouse yet", file=path, remedy="run: ecocharge build")
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.IOException as error:
        raise EcoChargeError(
            "the warehouse is in use", file=path, remedy="wait for the running build to end"
        ) from error
    try:
        connection.execute("set TimeZone = 'UTC'")
        yield connection
    except duckdb.CatalogException as error:
        raise EcoChargeError(
            "the warehouse lacks a table that is needed here",
            file=path,
            remedy="run: ecocharge build",
        ) from error
    finally:
        connection.close()
