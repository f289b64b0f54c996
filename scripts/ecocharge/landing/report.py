"""What the user sees of a landing: a bar while it lasts, a table and notes at its end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType

from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from ecocharge.console import out, progress
from ecocharge.landing.inputs import InputFile
from ecocharge.landing.load import Outcome

_QUIET_SECONDS = 2.0
_PIPED_WIDTH = 200


class LateBar:
    """A progress bar over bytes that shows up only when the work takes a while.

    Args:
        inputs: the files that will be read.
    """

    def __init__(self, inputs: Sequence[InputFile]) -> None:
        self._sizes: dict[InputFile, int] = {}
        self._finished = 0
        self._in_file = 0
        self._unpacked = 0
        self._began = time.monotonic()
        self._progress = progress()
        self._task = self._progress.add_task("landing, bytes")
        self._unpacking = self._progress.add_task("unpacking, bytes", total=None, visible=False)
        self._visible = False
        self.add(inputs)

    def __enter__(self) -> LateBar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._visible:
            self._progress.stop()

    def add(self, inputs: Sequence[InputFile]) -> None:
        """Expect these files too."""
        self._sizes |= {item: _size(item) for item in inputs}
        self._progress.update(self._task, total=sum(self._sizes.values()))

    def advance(self, size: int) -> None:
        """Count bytes read of the file at hand."""
        self._in_file += size
        self._update()

    def unpack(self, size: int) -> None:
        """Count bytes that came out of an archive."""
        self._unpacked += size
        self._progress.update(self._unpacking, completed=self._unpacked, visible=True)
        self._update()

    def done(self, item: InputFile) -> None:
        """Count a whole file, however much of it was read."""
        self._finished += self._sizes[item]
        self._in_file = 0
        self._update()

    def _update(self) -> None:
        late = time.monotonic() - self._began > _QUIET_SECONDS
        if late and not self._visible and self._progress.console.is_terminal:
            self._progress.start()
            self._visible = True
        self._progress.update(self._task, completed=self._finished + self._in_file)


def _size(item: InputFile) -> int:
    try:
        return item.path.stat().st_size
    except OSError:
        return 0


def show(outcomes: Sequence[tuple[InputFile, Outcome]], *, passed_over: Sequence[str] = ()) -> None:
    """Print one row for each file that is landed, then what the user should know of it.

    Args:
        outcomes: the files and what became of them.
        passed_over: names of files that were not tried.
    """
    if outcomes:
        _show_table(outcomes)
    for item, outcome in outcomes:
        for note in _notes(outcome):
            _say(f"{item.source_file}: {note}")
    if passed_over:
        _say(
            f"passed over, no data by their names: {', '.join(passed_over)}; "
            "to land one nevertheless, name it"
        )


def show_demo_salt() -> None:
    """Print what landing with the public salt means."""
    _say(
        "the demo salt is public: anybody can find out who these drivers are. Before you keep or "
        "show this data, run `ecocharge init`, remove the landed folder, and land it again"
    )


def _show_table(outcomes: Sequence[tuple[InputFile, Outcome]]) -> None:
    table = Table("file", "entity")
    for name in ("rows", "unparsable"):
        table.add_column(name, justify="right")
    for name in ("encoding", "delimiter", "missing columns", "unknown columns", "status"):
        table.add_column(name)
    for column in table.columns:
        column.overflow = "fold"
    for item, outcome in outcomes:
        load = outcome.load
        cells = (
            item.source_file,
            load.entity,
            f"{load.rows_in:,}",
            f"{load.unparsable_rows:,}",
            load.encoding or "",
            load.delimiter or "",
            load.columns_missing.replace(",", ", "),
            load.columns_unknown.replace(",", ", "),
            "landed" if outcome.is_new else "already landed",
        )
        table.add_row(*(Text(cell) for cell in cells))
    if not out.is_terminal:
        wide = out.options.update(max_width=_PIPED_WIDTH)
        table.width = Measurement.get(out, wide, table).maximum
    out.print(table, crop=False)


def _say(sentence: str) -> None:
    out.print(Text(sentence), soft_wrap=True)


def _notes(outcome: Outcome) -> list[str]:
    load = outcome.load
    notes = []
    if outcome.errors:
        reasons = ", ".join(
            f"{reason} {count:,} (first at line {line})"
            for reason, (count, line) in sorted(outcome.errors.items())
        )
        notes.append(f"lines that could not be read: {reasons}; each is a row with its reason")
    if outcome.drift:
        notes += outcome.drift.notes
    if outcome.cut:
        taken = ", ".join(f"{header} for {column}" for header, column in outcome.cut)
        notes.append(f"names cut to ten characters were recognised: {taken}")
    if load.columns_unknown:
        notes.append(
            f"unknown columns, not landed: {load.columns_unknown.replace(',', ', ')}; to land one, "
            "declare it in its adapter under scripts/ecocharge/landing/adapters, or in the mapping "
            "of its feed, as personal if it is, and land the file again"
        )
    if outcome.ignored_export_date:
        notes.append(
            f"landed before with export date {load.exported_on or 'unknown'}, which stays; "
            f"to use {outcome.ignored_export_date}, remove {load.load_id}.parquet from its "
            "landing folder and land the file again"
        )
    return notes
