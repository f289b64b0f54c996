"""From tables to files: the committed seeds, or Parquet in landing; all of it or nothing."""

from __future__ import annotations

import csv
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv_of_arrow
import pyarrow.parquet as pq

from ecocharge.errors import EcoChargeError
from ecocharge.generator.tables import NEVER_UNKNOWN, Columns, Table
from ecocharge.generator.text import constant, texts, whole
from ecocharge.landing.schema import landed_schema

Format = Literal["parquet", "typed", "csv"]
"""Landing's text with lineage; the feed's columns with their types; the same as text."""

_PLAN = "plan"
_CHUNK = 1 << 20
_HEADER_LINES = 1
_ZSTD_LEVEL, _ZSTD_HASTY = 1, -1
_ROWS_PER_PAGE = 1 << 20
_DICTIONARY_BYTES = 1 << 23
_REMEDY = "choose another folder with --out, or make this one writable"


@contextmanager
def staged(target: Path) -> Iterator[Path]:
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
    with staged(target) as folder:
        yield folder
        target.mkdir(parents=True, exist_ok=True)
        for file in sorted(folder.iterdir()):
            file.replace(target / file.name)


@contextmanager
def landing_folder(
    target: Path,
    plan: str,
    resume: bool,
    entering: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Iterator[Path]:
    """A folder to fill that then takes the place of `target`, in one rename.

    A run that is interrupted leaves what it finished beside `target`, for one that resumes.

    Args:
        plan: stands for what is being made; only the same may be resumed.
        entering: held while the folder takes its place.

    Raises:
        EcoChargeError: when the disk refuses, or another plan's work is to be resumed.
    """
    work = target.with_name(f".{target.name}.unfinished")
    fresh = work / "fresh"
    try:
        if work.exists() and not (resume and _is_of(work, plan)):
            shutil.rmtree(work)
        fresh.mkdir(parents=True, exist_ok=True)
        (work / _PLAN).write_text(plan, encoding="utf-8")
        yield fresh
        with entering():
            if target.exists():
                target.rename(work / "old")
            fresh.rename(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise EcoChargeError(f"cannot write: {reason}", file=target, remedy=_REMEDY) from error
    finally:
        if not any(fresh.glob("native_meter_values/*")):
            shutil.rmtree(work, ignore_errors=True)


def _is_of(work: Path, plan: str) -> bool:
    made_of = work / _PLAN
    if made_of.exists() and made_of.read_text(encoding="utf-8") == plan:
        return True
    raise EcoChargeError(
        "the interrupted run made another network",
        file=work,
        remedy="give the options of that run, or leave --resume out to start anew",
    )


def load_id(*named: object) -> str:
    """16 hexadecimal digits that stand for what a file was made from."""
    return hashlib.sha256("/".join(map(str, named)).encode()).hexdigest()[:16]


class PartWriter:
    """One file of landing, written row group by row group.

    Args:
        source_file: the file's name relative to landing.
    """

    def __init__(self, path: Path, source_file: str, load: str, arrival_seq: int) -> None:
        self._path = path
        self._source_file = source_file
        self._load = load
        self._arrival_seq = arrival_seq
        self._writer: pq.ParquetWriter | None = None
        self.rows = 0

    def add(self, columns: Columns | Table) -> None:
        """Rows in their final order: one row group."""
        table = _table(self._with_lineage(columns))
        if self._writer is None:
            self._writer = _writer(self._path, table.schema)
        if table.num_rows or not self.rows:
            self._writer.write_table(table, row_group_size=max(table.num_rows, 1))
        self.rows += table.num_rows

    def _with_lineage(self, columns: Columns | Table) -> dict[str, pa.Array]:
        count = len(next(iter(columns.values())))
        lines = np.arange(self.rows + 1, self.rows + 1 + count, dtype=np.int64)
        lineage = {
            "source_system": constant("native", count),
            "source_file": constant(self._source_file, count),
            "source_line": whole(lines),
            "load_id": constant(self._load, count),
            "arrival_seq": whole(np.full(count, self._arrival_seq)),
        }
        names = list(columns)
        return {name: as_column(column) for name, column in columns.items()} | {
            field.name: lineage.get(field.name, pa.nulls(count, field.type))
            for field in list(landed_schema(names))[len(names) :]
        }

    def close(self) -> None:
        """Finish the file."""
        if self._writer is not None:
            self._writer.close()


class TypedPartWriter(PartWriter):
    """One Parquet file of the feed's own columns with their types, without lineage."""

    def _with_lineage(self, columns: Columns | Table) -> dict[str, pa.Array]:
        return {name: as_column(column) for name, column in columns.items()}


class CsvPartWriter(PartWriter):
    """One file of comma-separated values: the feed's own columns, without lineage."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "", "", 0)
        self._text: csv_of_arrow.CSVWriter | None = None

    def add(self, columns: Columns | Table) -> None:
        """Rows in their final order."""
        table = pa.table({name: as_column(c).cast(pa.string()) for name, c in columns.items()})
        if self._text is None:
            options = csv_of_arrow.WriteOptions(quoting_style="needed", quoting_header="needed")
            self._text = csv_of_arrow.CSVWriter(self._path, table.schema, write_options=options)
        self._text.write_table(table)
        self.rows += table.num_rows

    def close(self) -> None:
        """Finish the file."""
        if self._text is not None:
            self._text.close()


@contextmanager
def part_writer(
    kind: Format, path: Path, source_file: str, load: str, arrival_seq: int
) -> Iterator[PartWriter]:
    """A file that appears under its name when it is finished, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = path.with_name(f".{path.name}")
    writer: PartWriter
    if kind == "csv":
        writer = CsvPartWriter(hidden)
    else:
        made = PartWriter if kind == "parquet" else TypedPartWriter
        writer = made(hidden, source_file, load, arrival_seq)
    try:
        yield writer
        writer.close()
        hidden.replace(path)
    finally:
        hidden.unlink(missing_ok=True)


def rows_of(kind: Format, path: Path) -> int:
    """Rows of a finished part; one line each, after the header."""
    if kind != "csv":
        return int(pq.read_metadata(path).num_rows)
    with path.open("rb") as file:
        chunks = iter(lambda: file.read(_CHUNK), b"")
        return sum(chunk.count(b"\n") for chunk in chunks) - _HEADER_LINES


def as_column(column: pa.Array | Sequence[str]) -> pa.Array:
    """A column for Arrow; an empty text is null."""
    return column if isinstance(column, pa.Array) else texts(column)


def _table(columns: Mapping[str, pa.Array]) -> pa.Table:
    """The columns; those that are always there need no marks of what is missing."""
    fields = [pa.field(name, c.type, name not in NEVER_UNKNOWN) for name, c in columns.items()]
    return pa.Table.from_arrays([*columns.values()], schema=pa.schema(fields))


def _encoding(field: pa.Field) -> str | None:
    """How a column is written that is not a dictionary; None for plainly.

    Stamps and line numbers lie close together, so their differences are small; of amounts the
    upper bytes are nearly all alike.
    """
    if pa.types.is_timestamp(field.type) or field.name == "source_line":
        return "DELTA_BINARY_PACKED"
    return "BYTE_STREAM_SPLIT" if pa.types.is_decimal(field.type) else None


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Text that repeats is written as a dictionary, other text plainly: no hashing either way."""
    coded = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    counted = [field.name for field in schema if field.name == "arrival_seq"]
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        # What is packed by bit or by byte gains a twentieth by a closer look.
        compression_level={
            field.name: _ZSTD_HASTY if _encoding(field) else _ZSTD_LEVEL for field in schema
        },
        use_dictionary=[*coded, *counted],
        column_encoding={f.name: found for f in schema if (found := _encoding(f))},
        store_decimal_as_integer=True,
        dictionary_pagesize_limit=_DICTIONARY_BYTES,
        max_rows_per_page=_ROWS_PER_PAGE,
        write_statistics=False,
        store_schema=False,
    )
