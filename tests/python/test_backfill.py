"""A period made anew in steps, gone on with behind the last that was done."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest
from project import Project

from ecocharge.backfilling import backfill, steps
from ecocharge.errors import EcoChargeError
from ecocharge.paths import Paths

FIRST, LAST, DAYS = date(2024, 1, 1), date(2024, 1, 10), 4
STEPS = [(1, 4), (5, 8), (9, 10)]
FAILS = 2


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """A warehouse with the rows of two files of three, one session a day."""
    monkeypatch.setenv("ECOCHARGE_WAREHOUSE", "warehouse.duckdb")
    monkeypatch.setenv("ECOCHARGE_STATE", "state.duckdb")
    paths = Paths(tmp_path)
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute(
            "create schema changes; create schema intermediate;"
            "create table intermediate.int_sources__landed_loads as"
            " select 'x' as source_system, unnest(['a', 'b', 'c']) as load_id;"
            "create table intermediate.int_sessions__located as"
            " select 'x' as source_system, case when n < 5 then 'a' else 'b' end as load_id,"
            " timestamp '2024-01-01 12:00:00' + to_days(n::int) as started_at_utc"
            " from range(10) as days(n)"
        )
        for table in ("int_sources__landed_loads", "int_sessions__located"):
            connection.execute(
                f"create table changes.{table} as select *, true as is_after, '' as changed_in"
                f" from intermediate.{table} limit 0"
            )
    return paths


def test_it_goes_on_where_it_stopped(paths: Paths) -> None:
    assert [(each.first.day, each.last.day) for each in steps(FIRST, LAST, DAYS)] == STEPS
    built: list[tuple[int, int]] = []

    def build() -> None:
        """Takes what is marked, as a build does; fails once, as by a test."""
        with duckdb.connect(str(paths.warehouse)) as connection:
            ((first, last),) = connection.execute(
                "select min(day(started_at_utc)), max(day(started_at_utc))"
                " from changes.int_sessions__located"
            ).fetchall()
            connection.execute("delete from changes.int_sessions__located")
        built.append((first, last))
        if len(built) == FAILS:
            raise EcoChargeError("not green", remedy="mend it")

    with pytest.raises(EcoChargeError, match="not green"):
        backfill(paths, FIRST, LAST, days=DAYS, build=build)
    done = backfill(paths, FIRST, LAST, days=DAYS, build=build)
    assert [(each.first.day, each.last.day) for each in done] == STEPS[1:]
    assert built == [STEPS[0], STEPS[1], STEPS[1], STEPS[2]]
    assert len(backfill(paths, FIRST, LAST, days=DAYS, build=build)) == len(STEPS)
    with duckdb.connect(str(paths.warehouse)) as connection:
        marked = connection.execute(
            "select distinct load_id from changes.int_sources__landed_loads order by 1"
        ).fetchall()
    assert marked == [("a",), ("b",)]


def test_it_needs_a_warehouse_and_a_period(tmp_path: Path) -> None:
    project = Project(tmp_path)
    ended = project.run("ecocharge", "backfill", "--from", "2024-01-01", "--to", "2024-01-31")
    assert ended.returncode != 0
    assert "ecocharge build" in ended.stderr
    ended = project.run("ecocharge", "backfill", "--from", "2024-02-01", "--to", "2024-01-31")
    assert "exchange the two" in ended.stderr
