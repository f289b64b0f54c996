"""A period made anew in steps, each of them remembered when it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

import duckdb

from ecocharge.errors import EcoChargeError
from ecocharge.paths import Paths
from ecocharge.state import open_state

# Where a table has several, the first says in which step a row belongs.
_MOMENTS = ("interval_start_utc", "hour_start_utc", "started_at_utc", "date_local", "month")
_LOADS = "int_sources__landed_loads"
_ROWS = "int_sessions__located"


class Step(NamedTuple):
    """Days that are made anew together, both included."""

    first: date
    last: date


def steps(first: date, last: date, days: int) -> Iterator[Step]:
    """A period in steps of so many days; the last may be shorter."""
    while first <= last:
        end = min(first + timedelta(days=days - 1), last)
        yield Step(first, end)
        first = end + timedelta(days=1)


def backfill(
    paths: Paths,
    first: date,
    last: date,
    *,
    days: int,
    build: Callable[[], object],
    told: Callable[[Step], None] = lambda _: None,
) -> list[Step]:
    """Make the marts of a period anew from landed rows, in steps.

    What a step is to make anew is marked as changed, so that a build restates it and all that
    follows from it. A step counts when its build is green: the same call goes on behind the last
    one that does, and begins again once all are done.

    Args:
        paths: the project, whose warehouse was built.
        first, last: the period, days in UTC, both included.
        days: of a step.
        build: builds, and raises where that is not green.
        told: called with each step before it begins.

    Returns:
        The steps that were done.

    Raises:
        EcoChargeError: there is no warehouse to restate, or a build is not green.
    """
    if not paths.warehouse.exists():
        raise EcoChargeError(
            "there is no warehouse", file=paths.warehouse, remedy="run: ecocharge build"
        )
    done = []
    begin = _gone_on_with(paths, first, last)
    for step in steps(begin, last, days):
        told(step)
        _mark(paths, step)
        build()
        _remember(paths, first, last, step)
        done.append(step)
    return done


def _mark(paths: Paths, step: Step) -> None:
    with duckdb.connect(str(paths.warehouse)) as connection:
        tables = dict(
            connection.execute(
                "select c.table_name, any_value(t.schema_name) from duckdb_tables() as c"
                " inner join duckdb_tables() as t on t.table_name = c.table_name"
                " and t.schema_name not in ('changes', 'touched') and not t.temporary"
                " where c.schema_name = 'changes' and c.table_name <> 'project' group by all"
            ).fetchall()
        )
        if not {_LOADS, _ROWS} <= tables.keys():
            raise EcoChargeError(
                "the warehouse was not built to its end",
                file=paths.warehouse,
                remedy="run: ecocharge build",
            )
        connection.execute("begin")
        connection.execute(
            f"insert into changes.{_LOADS} select loads.*, true, 'backfill'"
            f" from {tables[_LOADS]}.{_LOADS} as loads semi join ("
            f" from {tables[_ROWS]}.{_ROWS} where cast(started_at_utc as date) between ? and ?"
            ") as rows_in_step using (source_system, load_id)",
            [*step],
        )
        for table, schema in tables.items():
            moment = _moment(connection, schema, table)
            if moment is not None:
                connection.execute(
                    f"insert into changes.{table} select *, true, 'backfill' from {schema}.{table}"
                    f" where cast({moment} as date) between ? and ?",
                    [step.first.replace(day=1) if moment == "month" else step.first, step.last],
                )
        connection.execute("commit")


def _moment(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> str | None:
    columns = {
        name
        for (name,) in connection.execute(
            "select column_name from duckdb_columns() where schema_name = ? and table_name = ?",
            [schema, table],
        ).fetchall()
    }
    return next((name for name in _MOMENTS if name in columns), None)


def _gone_on_with(paths: Paths, first: date, last: date) -> date:
    """The first day that is not done yet."""
    with open_state(paths.state) as connection:
        found = connection.execute(
            "select done_until from quality.backfills where first_day = ? and last_day = ?",
            [first, last],
        ).fetchone()
    return first if found is None else found[0] + timedelta(days=1)


def _remember(paths: Paths, first: date, last: date, step: Step) -> None:
    with open_state(paths.state) as connection:
        connection.execute("begin")
        connection.execute(
            "delete from quality.backfills where first_day = ? and last_day = ?", [first, last]
        )
        if step.last < last:
            connection.execute(
                "insert into quality.backfills values (?, ?, ?)", [first, last, step.last]
            )
        connection.execute("commit")
