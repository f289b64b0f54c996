"""Records gathered into batches of landed rows, personal values already replaced."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ecocharge.landing.formats import Column
from ecocharge.landing.header import Layout
from ecocharge.landing.personal import Salt
from ecocharge.landing.records import ParseError, Record

_BATCH_ROWS = 50_000
_BATCH_BYTES = 32 << 20


class RowBatcher:
    """Turns records into columns, a bounded batch at a time.

    Args:
        layout: where its columns are.
        salt: the key of its hashes.
        lineage: the values that are the same in all rows: source_system, source_file, load_id,
            arrival_seq and exported_on.
        write: takes one sequence for each column of `schema.landed_schema`.

    Attributes:
        rows: records taken so far.
        errors: for each reason, how many lines could not be read and the first of them.
        filled_unnamed: 0-based fields without a header that held a value somewhere.
    """

    def __init__(
        self,
        layout: Layout,
        salt: Salt,
        lineage: tuple[str, str, str, int, str | None],
        write: Callable[[Sequence[Sequence[object]]], None],
    ) -> None:
        self._layout = layout
        self._salt = salt
        self._lineage = lineage
        self._write = write
        self._blank = [""] * layout.width
        self._fields: list[list[str]] = []
        self._lines: list[int] = []
        self._broken: dict[int, Record] = {}
        self._bytes = 0
        self.rows = 0
        self.errors: dict[ParseError, tuple[int, int]] = {}
        self.filled_unnamed: set[int] = set()

    def add(self, record: Record) -> None:
        """Take one record, writing a batch when enough have gathered."""
        if record.error is not None:
            count, first = self.errors.get(record.error, (0, record.line))
            self.errors[record.error] = (count + 1, first)
            self._broken[len(self._lines)] = record
        self._fields.append(record.fields or self._blank)
        self._lines.append(record.line)
        self._bytes += record.size
        self.rows += 1
        if len(self._lines) >= _BATCH_ROWS or self._bytes >= _BATCH_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what has gathered."""
        if not self._lines:
            return
        fields = list(zip(*self._fields, strict=True))
        columns = [self._column(column, fields) for column in self._layout.entity.columns]
        for index in self._layout.unnamed:
            if index not in self.filled_unnamed and any(value.strip() for value in fields[index]):
                self.filled_unnamed.add(index)
        self._write([*columns, *self._lineage_columns()])
        self._fields, self._lines, self._broken, self._bytes = [], [], {}, 0

    def _column(self, column: Column, fields: Sequence[Sequence[str]]) -> list[str | None]:
        position = self._layout.positions.get(column.name)
        if position is None:
            return [column.constant] * len(self._lines)
        values = [value.strip() or None for value in fields[position]]
        if column.personal:
            return [None if value is None else self._salt.key(value) for value in values]
        if (masked := column.masked) is not None:
            return [None if value is None else masked(value, self._salt) for value in values]
        return values

    def _lineage_columns(self) -> list[Sequence[object]]:
        source_system, source_file, load_id, arrival_seq, exported_on = self._lineage
        rows = len(self._lines)
        errors: list[str | None] = [None] * rows
        sizes: list[int | None] = [None] * rows
        hashes: list[str | None] = [None] * rows
        for row, record in self._broken.items():
            errors[row] = record.error
            sizes[row] = record.first.size
            hashes[row] = self._salt.digest(record.first.raw)
        return [
            [source_system] * rows,
            [source_file] * rows,
            self._lines,
            [load_id] * rows,
            [arrival_seq] * rows,
            [exported_on] * rows,
            errors,
            sizes,
            hashes,
        ]
