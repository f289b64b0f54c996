"""The rows behind each bar, packed column by column for the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import duckdb

from ecocharge.receipt.statement import Step

SHOWN_PER_BAR = 200_000
"""More rows than this stay in the published files; the page says how many."""

_BAR = """
with told as (
    select * from receipt_rows
    where {where}
),

sessions as (
    select * from core.fct_charging_sessions
)

select
    told.source_file,
    told.source_line,
    cast(epoch(told.started_at_local) as bigint) as started,
    told.station_id,
    told.split_method,
    coalesce(told.reasons, told.rules_broken) as rules,
    cast(told.energy_kwh * 1000000 as bigint) as micro_kwh,
    sessions.source_file as instead_file,
    sessions.source_line as instead_line,
from told
left join sessions on told.session_id = sessions.session_id and not told.is_counted
    and told.kind <> 'moved_out'
order by told.source_system, told.source_file, told.source_line, told.load_id
limit $most
"""

_FILES = """
select
    source_system,
    source_file,
    count(*) filter (is_in_as_written) as plain_rows,
    cast(sum(energy_kwh) filter (is_in_as_written) * 1000000 as bigint) as plain_micro_kwh,
    count(*) filter (is_counted) as true_rows,
    cast(coalesce(sum(energy_kwh) filter (is_counted), 0) * 1000000 as bigint) as true_micro_kwh,
from receipt_rows
group by source_system, source_file
order by source_system, source_file
"""

Columns = dict[str, Any]
"""Lists by column name, and under `shown` how many rows they tell."""


@dataclass
class Words:
    """Texts that many rows share, each told once; a row holds its number, or -1 for none."""

    texts: list[str] = field(default_factory=list)
    _places: dict[str, int] = field(default_factory=dict)

    def place(self, text: str | None) -> int:
        if text is None:
            return -1
        found = self._places.setdefault(text, len(self.texts))
        if found == len(self.texts):
            self.texts.append(text)
        return found


class Packer:
    """Rows of bars as columns of numbers; texts are numbers of `words`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, most: int = SHOWN_PER_BAR) -> None:
        self._connection = connection
        self._most = most
        self.words = Words()

    def files(self) -> list[list[Any]]:
        """Feed, file, and rows and micro-kWh of both totals."""
        return [list(row) for row in self._connection.execute(_FILES).fetchall()]

    def step(self, step: Step) -> Columns:
        """The rows that a step takes out, brings in or puts on another day."""
        return self._bar("kind = $kind and reason = $reason", kind=step.kind, reason=step.reason)

    def counted(self) -> Columns:
        """The sessions of the true total."""
        return self._bar("is_counted")

    def _bar(self, where: str, **values: str) -> Columns:
        """Columns file, line, start (s since 1970, local), station, split, rules, micro-kWh.

        Beside them the file and line of the row that counts in its place, -1 where none does.
        Lines are told as the distance from the row before, which packs smaller.
        """
        found = self._connection.execute(_BAR.format(where=where), {"most": self._most, **values})
        names = ("file", "line", "start", "station", "split", "rules", "energy")
        columns: dict[str, list[Any]] = {
            name: [] for name in (*names, "insteadFile", "insteadLine")
        }
        before = 0
        place = self.words.place
        while rows := found.fetchmany(10_000):
            for file, line, start, station, split, rules, energy, other, other_line in rows:
                values_of_row = (
                    place(file),
                    line - before,
                    start,
                    place(station),
                    place(split),
                    place(rules),
                    energy,
                    place(other),
                    -1 if other_line is None else other_line,
                )
                for column, value in zip(columns.values(), values_of_row, strict=True):
                    column.append(value)
                before = line
        packed = {name: _short(values) for name, values in columns.items()}
        return {"shown": len(columns["line"]), **packed}


def _short(values: list[Any]) -> list[Any]:
    """A column of one value only, told once."""
    return values[:1] if len(values) > 1 and len(set(values)) == 1 else values
