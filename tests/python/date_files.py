"""Session files whose true dates are known, exchanged and cut at will, and what is decided of each.

A file is rows in its own order with the true times; what a publisher does to it comes after.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
from rendered_sql import rendered

MODELS = ("int_dates__readings", "int_dates__file_votes", "int_dates__file_order")
_MACROS = ("engine", "time", "sessions", "dates", "restating")
_AMBIGUOUS_DAYS = 12


@dataclass(frozen=True)
class Row:
    """One session as it happened, wall clock."""

    event: int | None
    start: datetime
    end: datetime | None


@dataclass(frozen=True)
class DatedFile:
    """A file as it is published.

    Attributes:
        feed: whose file it is; ids are compared within a feed.
        name: unique within the test.
        rows: in the order of the file, with the true times.
        swapped: day and month are exchanged wherever that gives a date.
        stated: the format states the order of day and month.
        label: what the test calls this kind of file.
    """

    feed: str
    name: str
    rows: Sequence[Row]
    swapped: bool
    stated: bool = False
    label: str = ""

    @property
    def truth(self) -> str:
        return "swapped" if self.swapped else "as_written"

    @property
    def has_question(self) -> bool:
        """Whether any start differs between the readings."""
        return any(
            row.start.day <= _AMBIGUOUS_DAYS and row.start.day != row.start.month
            for row in self.rows
        )


def exchanged(moment: datetime | None) -> datetime | None:
    """The moment with day and month exchanged, None where no month has that number."""
    if moment is None or moment.day > _AMBIGUOUS_DAYS:
        return None
    return moment.replace(month=moment.day, day=moment.month)


def dundee_rows(folder: Path) -> list[Row]:
    """All sessions of the `dundee` feed with a start, oldest first."""
    found = []
    for path in sorted(folder.glob("c*.csv")):
        with path.open(newline="", encoding="utf-8-sig") as file:
            for cells in csv.DictReader(file):
                start = _day_first(cells["Start Date"], cells["Start Time"])
                if start is not None:
                    end = _day_first(cells["End Date"], cells["End Time"])
                    found.append(Row(int(cells["Charging event"]), start, end))
    return sorted(found, key=lambda row: (row.start, row.event or 0))


def _day_first(date: str, time: str) -> datetime | None:
    return datetime.strptime(f"{date} {time}", "%d/%m/%Y %H:%M") if date and time else None


def cuts(
    rows: Sequence[Row], spans: Iterable[int], per_span: int, seed: int
) -> Iterable[tuple[str, list[Row]]]:
    """Stretches of some days each, begun on a day that can be exchanged, whole and thinned.

    Args:
        rows: oldest first.
        spans: lengths in days.
        per_span: how many of each length.
        seed: of the choice.

    Yields:
        A label and the rows, newest first.
    """
    chance = random.Random(seed)
    days = sorted({row.start.date() for row in rows if row.start.day <= _AMBIGUOUS_DAYS})
    for span in spans:
        for _ in range(per_span):
            first = chance.choice(days)
            last = first + timedelta(days=span)
            whole = [row for row in rows if first <= row.start.date() < last]
            for most in (len(whole), 200, 20, 5):
                if most == len(whole) or most < len(whole):
                    kept = whole if most == len(whole) else chance.sample(whole, most)
                    label = f"{span} d, {'all' if most == len(whole) else most} rows"
                    yield label, sorted(kept, key=lambda row: row.start, reverse=True)


def published(
    label: str, rows: Sequence[Row], number: int, seed: int, *, stated: bool = False
) -> Iterable[DatedFile]:
    """The same rows right and exchanged, with and without ids and ends, in three orders.

    The orders are the one given, none, and that of the dates taken the wrong way, as when someone
    sorts a file after another has misread it.
    """
    shuffled = random.Random(seed).sample(list(rows), len(rows))
    misread = sorted(rows, key=lambda row: exchanged(row.start) or row.start)
    for swapped in (False, True):
        for place, order in enumerate((rows, shuffled, misread)):
            for keep_ids in (True, False):
                for keep_ends in (True, False):
                    kept = [
                        replace(
                            row,
                            event=row.event if keep_ids else None,
                            end=row.end if keep_ends else None,
                        )
                        for row in order
                    ]
                    name = f"{number}-{swapped}-{place}-{keep_ids}-{keep_ends}"
                    kind = label if keep_ends else f"{label}, no ends"
                    yield DatedFile(f"feed {name}", name, kept, swapped, stated, kind)


def decisions(files: Sequence[DatedFile]) -> dict[str, str]:
    """What the project's own SQL decides of each file, by name."""
    exports = pd.concat([_exports(file) for file in files], ignore_index=True)
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.register("given", exports)
        connection.execute(
            """
            create table int_sessions__exports as
            select
                feed as source_system, name as load_id, name as source_file, source_line,
                cast(event as varchar) as native_session_id,
                cast(started_at_local as timestamp) as started_at_local,
                cast(started_at_swapped as timestamp) as started_at_swapped,
                cast(ended_at_local as timestamp) as ended_at_local,
                cast(ended_at_swapped as timestamp) as ended_at_swapped,
                cast(null as timestamp) as started_at_utc, cast(null as timestamp) as ended_at_utc,
                cast(null as date) as exported_on, cast(null as varchar) as parse_error,
                stated as date_order_is_stated
            from given
            """
        )
        for model in MODELS:
            connection.execute(f"create table {model} as {rendered(model, _MACROS)}")
        return dict(
            connection.execute("select load_id, decision from int_dates__file_order").fetchall()
        )


def as_published(rows: Iterable[Row], *, swapped: bool) -> list[Row]:
    """The rows with their dates as a file has them."""
    if not swapped:
        return list(rows)
    return [
        Row(row.event, exchanged(row.start) or row.start, exchanged(row.end) or row.end)
        for row in rows
    ]


def _exports(file: DatedFile) -> pd.DataFrame:
    written = as_published(file.rows, swapped=file.swapped)
    columns = {
        "started_at_local": [row.start for row in written],
        "started_at_swapped": [exchanged(row.start) for row in written],
        "ended_at_local": [row.end for row in written],
        "ended_at_swapped": [exchanged(row.end) for row in written],
    }
    return pd.DataFrame(
        {
            "feed": file.feed,
            "name": file.name,
            "source_line": range(2, len(written) + 2),
            "event": pd.array([row.event for row in written], dtype="Int64"),
            "stated": file.stated,
        }
        | {name: pd.to_datetime(pd.Series(times)) for name, times in columns.items()}
    )
