"""From tables to files: the committed seeds, or Parquet in landing; all of it or nothing."""

from __future__ import annotations

import csv
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ecocharge.errors import EcoChargeError
from ecocharge.generator.tables import Table
from ecocharge.landing.parquet import landed_schema

_HEADER_LINES = 1
_REMEDY = "choose another folder with --out, or make this one writable"


@contextmanager
def _staged(target: Path) -> Iterator[Path]:
    """An empty folder beside `target`, removed at the end whatever happens.

    Raises:
        EcoChargeError: when the disk refuses.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".generate-", dir=target.parent) as folder:
            yield Path(folder)
    except OSError as error:
        reason = error.strerror or str(error)
        raise EcoChargeError(f"cannot write: {reason}", file=target, remedy=_REMEDY) from error


def write_csv(path: Path, table: Table) -> None:
    """A seed: `source_line` first, the physical line the row stands on."""
    rows = zip(*table.values(), strict=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["source_line", *table])
        writer.writerows([line, *row] for line, row in enumerate(rows, start=1 + _HEADER_LINES))


@contextmanager
def seeds_folder(target: Path) -> Iterator[Path]:
    """A folder to fill with seeds; each file moves into `target` when all are written."""
    with _staged(target) as folder:
        yield folder
        target.mkdir(parents=True, exist_ok=True)
        for file in sorted(folder.iterdir()):
            file.replace(target / file.name)


@contextmanager
def landing_folder(target: Path) -> Iterator[Path]:
    """A folder to fill that then takes the place of `target`, in one rename."""
    with _staged(target) as staged:
        fresh = staged / "fresh"
        fresh.mkdir()
        yield fresh
        if target.exists():
            target.rename(staged / "old")
        fresh.rename(target)


def load_id(*named: object) -> str:
    """16 hexadecimal digits that stand for what a file was made from."""
    return hashlib.sha256("/".join(map(str, named)).encode()).hexdigest()[:16]


class PartWriter:
    """One Parquet file of landing, filled table by table.

    Args:
        source_file: the file's name relative to landing.
    """

    def __init__(self, path: Path, source_file: str, load: str, arrival_seq: int) -> None:
        self._path = path
        self._source_file = source_file
        self._load = load
        self._arrival_seq = arrival_seq
        self._tables: list[pa.Table] = []
        self.rows = 0

    def add(self, table: Table) -> None:
        """Rows in their final order."""
        count = len(next(iter(table.values())))
        lineage: dict[str, list[object]] = {
            "source_system": ["native"] * count,
            "source_file": [self._source_file] * count,
            "source_line": list(range(self.rows + 1, self.rows + 1 + count)),
            "load_id": [self._load] * count,
            "arrival_seq": [self._arrival_seq] * count,
        }
        schema = landed_schema(list(table))
        unknown: list[object] = [None] * count
        columns = {name: [value or None for value in values] for name, values in table.items()}
        whole = columns | {name: lineage.get(name, unknown) for name in schema.names[len(table) :]}
        self._tables.append(pa.table(whole, schema=schema))
        self.rows += count

    def close(self) -> None:
        """Write the file."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.concat_tables(self._tables), self._path, compression="zstd")
