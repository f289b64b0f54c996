"""What a later delivery changes in a published day is told: the old value, the new one and why."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from project import Project
from tiny_network import change_warehouse, make_project

from ecocharge.errors import EcoChargeError
from ecocharge.publishing.history import remember
from ecocharge.publishing.publish import publish

HEADER = (
    "Charging event,CP ID,Connector,Start Date,Start Time,End Date,End Time,Total kWh,Cost,Site"
)
FIRST = """
E1,50911,1,14/01/2018,10:00,14/01/2018,11:00,10,2.50,Trades Lane
E2,50911,1,15/01/2018,10:00,15/01/2018,11:00,5,1.25,Trades Lane
E3,50911,1,20/01/2018,10:00,20/01/2018,11:00,7,1.75,Trades Lane
"""
SECOND = """
E2,50911,1,15/01/2018,10:00,15/01/2018,11:00,6,1.25,Trades Lane
E4,50911,1,14/01/2018,15:00,14/01/2018,16:00,3,1.00,Trades Lane
E5,50911,1,16/01/2018,23:00,17/01/2018,01:00,8,0,Trades Lane
E6,50911,1,20/01/2018,20:00,20/01/2018,21:00,4,1.00,Trades Lane
E7,50911,1,22/01/2018,10:00,22/01/2018,11:00,9,2.25,Trades Lane
"""
ONE, TWO, THREE = (datetime(2018, 2, day) for day in (1, 2, 3))
Row = tuple[Any, ...]


def build(project: Project) -> None:
    done = project.run(
        *("dbt", "--quiet", "--warn-error", "build"),
        *("--select", "+fct_restatements", "+rpt_reconciliation"),
        *("--exclude-resource-type", "unit_test", "test"),
        *("--vars", "{ecocharge_sources: [dundee]}"),
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]


def land(project: Project, name: str, rows: str, exported_on: str) -> None:
    file = project.folder / name
    file.write_text(HEADER + rows)
    done = project.run("ecocharge", "land", "dundee", str(file), "--exported-on", exported_on)
    assert done.returncode == 0, done.stderr


def restatements(project: Project) -> list[Row]:
    with project.open() as connection:
        return connection.execute(
            "select date_local, measure, unit, old_value, new_value, causes, source_files,"
            " was_partial, published_generation_id from quality.fct_restatements order by all"
        ).fetchall()


def state_rows(project: Project, table: str) -> list[Row]:
    with duckdb.connect(str(project.state), read_only=True) as connection:
        return connection.execute(f"from quality.{table} order by all").fetchall()


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, dict[str, list[Row]]]:
    """A first build published as g1; a second delivery, published as g2, and then removed."""
    project = Project(tmp_path_factory.mktemp("restatements"))
    told: dict[str, list[Row]] = {}
    land(project, "first.csv", FIRST, "2018-02-01")
    build(project)
    told["nothing published"] = restatements(project)
    remember(project.state, project.warehouse, "g1", ONE)
    land(project, "second.csv", SECOND, "2018-02-02")
    build(project)
    told["second delivery"] = restatements(project)
    remember(project.state, project.warehouse, "g2", TWO)
    told["state"] = state_rows(project, "published_days")
    remember(project.state, project.warehouse, "g3", THREE)
    told["state again"] = state_rows(project, "published_days")
    with duckdb.connect(str(project.state)) as connection:
        gone = connection.execute(
            "delete from landing.manifest where source_file = 'second.csv' returning load_id"
        ).fetchall()
    for path in project.landing.glob(f"*/*/{gone[0][0]}.parquet"):
        path.unlink()
    build(project)
    told["delivery removed"] = restatements(project)
    return project, told


def row(day: int, measure: str, old: str, new: str | None, cause: str, **more: Any) -> Row:
    unit = {"energy_kwh": "kWh", "sessions_started": "session", "revenue_amount": "GBP"}[measure]
    return (
        date(2018, 1, day),
        measure,
        unit,
        Decimal(old),
        None if new is None else Decimal(new),
        cause,
        more.get("files"),
        more.get("partial", False),
        more.get("generation", "g1"),
    )


SECOND_DELIVERY = [
    row(14, "energy_kwh", "10", "13", "LATE_SESSION", files="second.csv"),
    row(14, "revenue_amount", "2.5", "3.5", "LATE_SESSION", files="second.csv"),
    row(14, "sessions_started", "1", "2", "LATE_SESSION", files="second.csv"),
    row(15, "energy_kwh", "5", "6", "CORRECTED_SESSION", files="second.csv"),
    row(16, "energy_kwh", "0", "4", "LATE_SESSION", files="second.csv"),
    row(16, "sessions_started", "0", "1", "LATE_SESSION", files="second.csv"),
    row(17, "energy_kwh", "0", "4", "LATE_SESSION", files="second.csv"),
    row(20, "energy_kwh", "7", "11", "LATE_SESSION", files="second.csv", partial=True),
    row(20, "revenue_amount", "1.75", "2.75", "LATE_SESSION", files="second.csv", partial=True),
    row(20, "sessions_started", "1", "2", "LATE_SESSION", files="second.csv", partial=True),
]


def test_a_first_publish_restates_nothing(story: tuple[Project, dict[str, list[Row]]]) -> None:
    assert story[1]["nothing published"] == []


def test_each_changed_value_is_told_with_its_cause(
    story: tuple[Project, dict[str, list[Row]]],
) -> None:
    # The session that ends on the 17th was free, and no revenue was published as none; the 22nd was
    # not published before.
    assert story[1]["second delivery"] == SECOND_DELIVERY


def test_publishing_a_build_twice_tells_nothing_new(
    story: tuple[Project, dict[str, list[Row]]],
) -> None:
    project, told = story
    assert told["state again"] == told["state"]
    assert len(state_rows(project, "restatements")) == len(SECOND_DELIVERY)


def test_a_delivery_that_is_gone_takes_its_values_back(
    story: tuple[Project, dict[str, list[Row]]],
) -> None:
    found = story[1]["delivery removed"]
    assert [one for one in found if one[-1] == "g1"] == SECOND_DELIVERY
    taken_back = [one for one in found if one[-1] == "g2"]
    assert {one[5] for one in taken_back} == {"DELIVERY_REMOVED"}
    energy = {one[0].day: one[3:5] for one in taken_back if one[1] == "energy_kwh"}
    assert energy == {
        14: (13, 10),
        15: (6, 5),
        16: (4, 0),
        17: (4, 0),
        20: (11, 7),
        21: (0, None),
        22: (9, None),
    }


HISTORY = """
create schema intermediate;
create table intermediate.int_sources__feeds as select 'demo' as source_system;
create table intermediate.int_quality__day_totals as
select
    'demo' as source_system, 'demo:ST01' as station_id, date '2025-03-10' as date_local,
    'energy_kwh' as measure, 'kWh' as unit, 5::decimal(18, 6) as day_total, false as is_partial;
alter table quality.rpt_reconciliation add column load_id text default 'l1';
create table quality.fct_restatements as
select
    'demo' as source_system, 'demo:ST01' as station_id, date '2025-03-09' as date_local,
    'energy_kwh' as measure, 'kWh' as unit, 5::decimal(18, 6) as old_value,
    6::decimal(18, 6) as new_value, 1::decimal(18, 6) as difference, 'LATE_SESSION' as causes,
    'a.csv' as source_files, 'l1' as load_ids, false as was_partial,
    'g0' as published_generation_id, timestamp '2025-03-11' as published_at_utc,
    timestamp '2025-03-12' as restated_at_utc;
"""


def test_publish_remembers_what_it_published(tmp_path: Path) -> None:
    paths = make_project(tmp_path)
    change_warehouse(paths, HISTORY, "with history")
    published = publish(paths)
    with duckdb.connect(str(paths.state), read_only=True) as state:
        days = state.execute("select generation_id, day_total from quality.published_days")
        assert days.fetchall() == [(published.id, 5)]
        loads = state.execute("select load_id, is_present from quality.published_loads")
        assert loads.fetchall() == [("l1", True)]
        told = state.execute("select station_id, new_value from quality.restatements")
        assert told.fetchall() == [("demo:ST01", 6)]


def test_nothing_is_published_while_the_state_cannot_be_opened(tmp_path: Path) -> None:
    paths = make_project(tmp_path)
    change_warehouse(paths, HISTORY, "with history")
    paths.state.write_bytes(b"no database")
    with pytest.raises(EcoChargeError):
        publish(paths)
    assert not paths.published.exists()
