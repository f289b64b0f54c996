"""What the generator landed, entered into the landing manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import duckdb

from ecocharge.generator.parts import LandedFile
from ecocharge.landing.manifest import Load, register_load

_SOURCE = "native"


def register(
    connection: duckdb.DuckDBPyConnection, landing: Path, files: Sequence[LandedFile]
) -> None:
    """Replace the native feed's rows in the manifest, all of them or none.

    Args:
        connection: from `ecocharge.state.open_state`.
        landing: the landing folder, whose `native` folder holds just these files.
    """
    connection.execute("begin")
    connection.execute("delete from landing.manifest where source_system = ?", [_SOURCE])
    for file in files:
        register_load(connection, _load(landing, file))
    connection.execute("commit")


def _load(landing: Path, file: LandedFile) -> Load:
    path = landing / file.source_file
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return Load(
        source_system=_SOURCE,
        entity=file.entity,
        source_file=file.source_file,
        load_id=file.load_id,
        sha256=digest,
        size_bytes=path.stat().st_size,
        rows_in=file.rows,
        blank_lines=0,
        unparsable_rows=0,
        arrival_seq=file.arrival_seq,
    )
