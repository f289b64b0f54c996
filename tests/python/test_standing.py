"""What has nothing new to read stands: it is not made again, and neither is a test of it."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pytest
from project import Project, build_arguments

CHOSEN = "+int_calendar__holidays"
HOLIDAYS = "intermediate.int_calendar__holidays"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("standing"))
    assert build(project) == ""
    return project


@pytest.fixture
def project(built: Project) -> Iterator[Project]:
    """A build as it was: the warehouse is put back after each test."""
    kept = built.folder / "kept.duckdb"
    shutil.copy(built.warehouse, kept)
    yield built
    shutil.move(kept, built.warehouse)


def build(project: Project, *options: str) -> str:
    """Build the chosen with the tests that need nothing else; what dbt said of a failure."""
    arguments = build_arguments(["native"], "seeds", with_tests=True)
    chosen = ("--select", CHOSEN, "--indirect-selection", "buildable")
    done = project.run("dbt", *arguments, *chosen, *options)
    return done.stdout if done.returncode else ""


def statuses(project: Project) -> dict[str, str]:
    """What the last build says of each model and seed."""
    results = json.loads((project.target / "run_results.json").read_text("utf-8"))["results"]
    return {
        each["unique_id"]: each["message"]
        for each in results
        if each["unique_id"].startswith(("model.", "seed."))
    }


def made_again(project: Project) -> set[str]:
    return {each for each, message in statuses(project).items() if message != "STANDS"}


def entered(project: Project) -> Counter[str]:
    """How many nodes of each kind the last build entered."""
    with project.open() as connection:
        found = connection.execute("select node from changes.made where step > 0").fetchall()
    return Counter(each.split(".")[0] for (each,) in found)


def holidays(project: Project) -> list[tuple[object, ...]]:
    with project.open() as connection:
        return connection.execute(f"from {HOLIDAYS} order by all").fetchall()


def readers(project: Project, read: str) -> set[str]:
    manifest = json.loads((project.target / "manifest.json").read_text("utf-8"))
    built = statuses(project)
    return {each for each in manifest["child_map"][read] if each in built}


def node(table: str) -> str:
    return f"model.ecocharge.{table.split('.')[1]}"


@contextmanager
def writing(project: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(project.warehouse)) as connection:
        yield connection


def test_nothing_is_made_of_nothing_new(project: Project) -> None:
    before = holidays(project)
    assert entered(project)["test"] > 0
    assert build(project) == ""
    assert not_by_key(project) == set()
    assert entered(project) == Counter()
    assert holidays(project) == before


def not_by_key(project: Project) -> set[str]:
    """What was made again, but for models that look by their keys for what touches them."""
    manifest = json.loads((project.target / "manifest.json").read_text("utf-8"))
    rules = {
        each: manifest["nodes"][each]["config"].get("meta", {}).get("restated") or {}
        for each in made_again(project)
    }
    return {each for each, own in rules.items() if "touched" not in own}


def test_what_was_lost_or_killed_or_reads_other_rows_is_made_again(project: Project) -> None:
    before = holidays(project)
    killed, read = (
        "model.ecocharge.int_sessions__feed_windows",
        "model.ecocharge.stg_native__stations",
    )
    with writing(project) as connection:
        connection.execute(f"drop table {HOLIDAYS}")
        connection.execute("delete from changes.made where step = 1")
        connection.execute("update changes.made set step = 0")
        connection.execute("update changes.made set content = 'other' where node = ?", [read])
        connection.execute("insert into changes.made select ?, null, null, 1", [killed])
    assert build(project) == ""
    again = made_again(project)
    assert {node(HOLIDAYS), killed, *readers(project, read)} <= again
    assert read not in again
    assert holidays(project) == before


def test_a_full_refresh_makes_all(project: Project) -> None:
    assert build(project, "--full-refresh") == ""
    assert "STANDS" not in statuses(project).values()
    assert build(project) == ""
    assert not_by_key(project) == set()


def test_dbt_test_runs_what_a_build_need_not(project: Project) -> None:
    with writing(project) as connection:
        connection.execute(f"update {HOLIDAYS} set region = null, date_local = '2025-01-01'")
    assert build(project) == ""
    done = project.run(
        "dbt", "--quiet", "test", "--select", "int_calendar__holidays,test_type:data"
    )
    assert done.returncode == 1
    assert "int_calendar__holidays" in done.stdout


def test_a_test_that_failed_fails_again(project: Project) -> None:
    with writing(project) as connection:
        connection.execute(f"update {HOLIDAYS} set region = null, date_local = '2025-01-01'")
        connection.execute(
            "delete from changes.made where node like 'test.%int_calendar__holidays%'"
        )
    for _ in range(2):
        assert "int_calendar__holidays" in build(project)
