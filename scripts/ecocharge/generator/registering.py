"""What the generator landed, entered into the landing manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ecocharge.generator.parts import LandedFile
from ecocharge.generator.run import Made
from ecocharge.paths import Paths

if TYPE_CHECKING:
    import duckdb

    from ecocharge.landing.manifest import Load

# The database is loaded where there is something to register: 30 MB that other files are spared.

_SOURCE = "native"


@contextmanager
def registered(files: Sequence[LandedFile]) -> Iterator[None]:
    """Files that take their place in landing meanwhile are entered into its manifest."""
    from ecocharge.state import open_state  # noqa: PLC0415 - loads DuckDB

    paths = Paths.discover()
    with open_state(paths.state) as connection:
        yield
        register(connection, paths.landing, files)


def landing_or(out: Path | None, make: Callable[[Path], Made]) -> Made:
    """Make a native feed in a folder of its own, or in landing, where it is registered.

    Args:
        out: the folder that gets `native`; None for landing.
        make: fills the folder `native`.
    """
    if out:
        return make(out / "native")
    from ecocharge.state import open_state  # noqa: PLC0415 - loads DuckDB

    paths = Paths.discover()
    with open_state(paths.state) as connection:
        made = make(paths.landing / "native")
        register(connection, paths.landing, made.landed)
    return made


def register(
    connection: duckdb.DuckDBPyConnection, landing: Path, files: Sequence[LandedFile]
) -> None:
    """Replace the native feed's rows in the manifest, all of them or none.

    Args:
        connection: from `ecocharge.state.open_state`.
        landing: the landing folder, whose `native` folder holds just these files.
    """
    from ecocharge.landing.manifest import register_loads  # noqa: PLC0415 - loads DuckDB

    connection.execute("begin")
    connection.execute("delete from landing.manifest where source_system = ?", [_SOURCE])
    register_loads(connection, [_load(landing, file) for file in files])
    connection.execute("commit")


def _load(landing: Path, file: LandedFile) -> Load:
    from ecocharge.landing.manifest import Load  # noqa: PLC0415 - loads DuckDB

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
