"""The landing manifest: one row for each load, in the state file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime

import duckdb


def utc_now() -> datetime:
    """The time in UTC at whole seconds, without a zone, as the manifest keeps it."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


@dataclass(frozen=True)
class Load:
    """One file's load, as `landing.manifest` keeps it.

    Attributes:
        source_system: source name, such as `dundee`.
        entity: kind of record, such as `sessions`.
        source_file: the file's name, without a machine path.
        load_id: identifies the load within its entity; for landed files the first 16 hex
            characters of `sha256`.
        sha256: hex digest of the file's bytes.
        size_bytes: length of the file.
        rows_in: data records including unparsable ones, without header and blank lines.
        blank_lines: lines of nothing but whitespace.
        unparsable_rows: records with a `parse_error`.
        arrival_seq: 1, 2, 3, ... in order of arrival, see `next_arrival_seq`.
        encoding: Python codec name, None where the file is not text.
        delimiter: `,`, `;`, `|` or `tab`, None where the file is not delimited.
        columns_missing: declared columns the file lacks, sorted, comma separated.
        columns_unknown: headers nobody declared, sorted, comma separated.
        exported_on: the day the operator exported the file, where declared.
        salt_fingerprint: tells the salt of its hashes from others, where one was set.
        landed_at_utc: when it was landed.
        header: its named header cells as a JSON list, empty where the file has no header.
        drift: how the header differs from that of the load before it, empty where it does not.
    """

    source_system: str
    entity: str
    source_file: str
    load_id: str
    sha256: str
    size_bytes: int
    rows_in: int
    blank_lines: int
    unparsable_rows: int
    arrival_seq: int
    encoding: str | None = None
    delimiter: str | None = None
    columns_missing: str = ""
    columns_unknown: str = ""
    exported_on: date | None = None
    salt_fingerprint: str | None = None
    landed_at_utc: datetime | None = None
    header: str = ""
    drift: str = ""

    def to_json(self) -> str:
        """The load as JSON, dates in ISO form."""
        return json.dumps(asdict(self), default=lambda value: value.isoformat(), sort_keys=True)

    @classmethod
    def from_json(cls, text: str | bytes) -> Load:
        """The load that `to_json` wrote.

        Raises:
            ValueError, TypeError: when the text is not one.
        """
        values = json.loads(text)
        if values["exported_on"] is not None:
            values["exported_on"] = date.fromisoformat(values["exported_on"])
        if values["landed_at_utc"] is not None:
            values["landed_at_utc"] = datetime.fromisoformat(values["landed_at_utc"])
        return cls(**values)


_COLUMNS = tuple(field.name for field in fields(Load))
_KEY = ("source_system", "entity", "load_id")
_ROW = f"({', '.join('?' for _ in _COLUMNS)})"
_AT_ONCE = 100
_INSERT = f"insert into landing.manifest ({', '.join(_COLUMNS)}) values "
_UPSERT = f" on conflict ({', '.join(_KEY)}) do update set " + ", ".join(
    f"{name} = excluded.{name}" for name in _COLUMNS if name not in _KEY
)


def register_load(connection: duckdb.DuckDBPyConnection, load: Load) -> None:
    """Write a load into the manifest: `register_loads` of one."""
    register_loads(connection, [load])


def register_loads(connection: duckdb.DuckDBPyConnection, loads: Sequence[Load]) -> None:
    """Write loads into the manifest, replacing rows of the same source, entity and load id.

    Call it only once the rows they describe are safely on disk.

    Args:
        connection: from `ecocharge.state.open_state`.
        loads: what was landed, each once; without `landed_at_utc`, now is meant.
    """
    # Each statement of a transaction keeps a block of every column in memory until its end.
    for start in range(0, len(loads), _AT_ONCE):
        some = loads[start : start + _AT_ONCE]
        rows = [asdict(load) | {"landed_at_utc": load.landed_at_utc or utc_now()} for load in some]
        statement = _INSERT + ", ".join([_ROW] * len(rows)) + _UPSERT
        connection.execute(statement, [row[name] for row in rows for name in _COLUMNS])


def next_arrival_seq(connection: duckdb.DuckDBPyConnection) -> int:
    """The number for the next load of this state file: 1, 2, 3, ..."""
    row = connection.execute(
        "select coalesce(max(arrival_seq), 0) + 1 from landing.manifest"
    ).fetchone()
    return int(row[0]) if row else 1


def loads(connection: duckdb.DuckDBPyConnection) -> list[Load]:
    """All loads in the manifest, in order of arrival."""
    rows = connection.execute(
        f"select {', '.join(_COLUMNS)} from landing.manifest order by arrival_seq, load_id"
    ).fetchall()
    return [Load(*row) for row in rows]
