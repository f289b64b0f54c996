"""The landed rows on disk: written under a hidden name, made durable, then named.

Each file carries its own manifest row in its footer, so that the manifest can be rebuilt.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from ecocharge.errors import EcoChargeError
from ecocharge.landing.forgotten import NOBODY, Forgotten
from ecocharge.landing.manifest import Load
from ecocharge.landing.schema import LINEAGE, landed_schema

_FOOTER_KEY = b"ecocharge.load"
_DECLARATION_KEY = b"ecocharge.declaration"
_LOAD_FILE = re.compile(r"[0-9a-f]{16}\.parquet")


def landed_path(landing: Path, source: str, entity: str, load_id: str) -> Path:
    """Where the rows of one load are."""
    return landing / source / entity / f"{load_id}.parquet"


class LandedFile:
    """Writes one Parquet file that appears under its name whole and durable, or not at all.

    Use as a context manager and call `commit` last; leaving without it removes what was written.

    Args:
        path: its final name; the folder is made where missing.
        schema: see `landed_schema`.
        declaration: see `Entity.declaration`.
        forgotten: keys that are dropped from every value.

    Raises:
        EcoChargeError: when the folder or the file cannot be written.
    """

    def __init__(
        self,
        path: Path,
        schema: pa.Schema,
        declaration: str,
        forgotten: Forgotten = NOBODY,
    ) -> None:
        self._path = path
        self._forgotten = forgotten
        self._declaration = declaration.encode()
        self._schema = schema
        self._temporary = path.with_name(f".{path.name}.tmp")
        _make_folder(path.parent)
        try:
            self._file = self._temporary.open("wb")
        except OSError as error:
            raise _not_written(path, error) from error
        self._writer = pq.ParquetWriter(self._file, schema, compression="zstd")

    def __enter__(self) -> LandedFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):
            self._writer.close()
        with suppress(OSError):
            self._file.close()
        self._temporary.unlink(missing_ok=True)

    def write(self, columns: Sequence[Sequence[object]]) -> None:
        """Append rows, given as one sequence for each column of the schema.

        Raises:
            EcoChargeError: when the disk is full or otherwise fails.
        """
        arrays = [
            pa.array(values, type=field.type)
            for values, field in zip(columns, self._schema, strict=True)
        ]
        batch = pa.record_batch(arrays, schema=self._schema)
        try:
            self._writer.write_batch(without_keys(batch, self._forgotten)[0])
        except OSError as error:
            raise _not_written(self._path, error) from error

    def commit(self, load: Load) -> None:
        """Finish the file, make it durable and give it its name.

        Raises:
            EcoChargeError: when the disk is full or otherwise fails.
        """
        try:
            self._writer.add_key_value_metadata(
                {_FOOTER_KEY: load.to_json().encode(), _DECLARATION_KEY: self._declaration}
            )
            self._writer.close()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._temporary.replace(self._path)
            sync_folder(self._path.parent)
        except OSError as error:
            raise _not_written(self._path, error) from error


def without_keys(batch: pa.RecordBatch, forgotten: Forgotten) -> tuple[pa.RecordBatch, int]:
    """Landed rows without the keys of forgotten drivers, and how many values that changed."""
    if not forgotten:
        return batch, 0
    lineage = {name for name, _ in LINEAGE}
    arrays, changed = [], 0
    for field, values in zip(batch.schema, batch.columns, strict=True):
        count, cleaned = 0, values
        if field.name not in lineage and pa.types.is_string(field.type):
            cleaned, count = forgotten.without_keys(values)
        arrays.append(cleaned)
        changed += count
    return pa.record_batch(arrays, schema=batch.schema), changed


def read_load(path: Path) -> Load | None:
    """The manifest row in a landed file's footer, or None when there is no such intact file."""
    try:
        metadata = pq.read_metadata(path).metadata or {}
        load = Load.from_json(metadata[_FOOTER_KEY])
    except (OSError, pa.ArrowException, KeyError, ValueError, TypeError):
        return None
    place = (load.source_system, load.entity, load.load_id)
    return load if place == (path.parent.parent.name, path.parent.name, path.stem) else None


def is_landed(path: Path, columns: Sequence[str], declaration: str) -> bool:
    """Whether an intact landed file is there, made as the columns are declared today."""
    if read_load(path) is None:
        return False
    made = (pq.read_metadata(path).metadata or {}).get(_DECLARATION_KEY)
    return made == declaration.encode() and pq.read_schema(path).equals(landed_schema(columns))


def landed_files(landing: Path) -> Iterator[Path]:
    """Every landed file by its name, of all sources, sorted."""
    for path in sorted(landing.glob("*/*/*.parquet")):
        if _LOAD_FILE.fullmatch(path.name):
            yield path


def landed_parquet(landing: Path, source: str | None = None) -> list[Path]:
    """Every file of landed rows, those the generator wrote too, of one feed or of all; sorted."""
    return sorted(
        path
        for path in landing.glob(f"{source or '*'}/*/*.parquet")
        if not path.name.startswith(".") and not path.parent.parent.name.startswith(".")
    )


def remove_leftovers(landing: Path) -> None:
    """Remove what a killed landing left under hidden names; only call while none is running."""
    for path in landing.glob("*/*/.*.parquet.tmp"):
        path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folder(folder: Path) -> None:
    try:
        made = [parent for parent in (folder, *folder.parents) if not parent.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for parent in made:
            sync_folder(parent.parent)
    except OSError as error:
        raise _not_written(folder, error) from error


def _not_written(path: Path, error: OSError) -> EcoChargeError:
    return EcoChargeError(
        f"the landed rows cannot be written ({error.strerror or error})",
        remedy="check free disk space and permissions; nothing of this file was landed",
        file=path,
    )
