"""`ecocharge compact`: the same warehouse in less space."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from project import Project

from ecocharge.fingerprint import mart_fingerprints


@pytest.fixture
def project(demo_project: Project, tmp_path: Path) -> Project:
    """The demo's build, with the space of a large table that is there no more."""
    project = Project(tmp_path)
    shutil.copyfile(demo_project.warehouse, project.warehouse)
    shutil.copyfile(demo_project.state, project.state)
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("create table large as select hash(range) as h from range(5_000_000)")
        connection.execute("checkpoint")
        # What lies behind it keeps the file from being cut.
        connection.execute("create table kept as select hash(range) as h from range(500_000)")
        connection.execute("checkpoint")
        connection.execute("drop table large")
    return project


def _relations(project: Project) -> list[tuple[str, str, str, str | None]]:
    with project.open() as connection:
        return connection.execute(
            "select schema_name, table_name, 'table', comment from duckdb_tables() "
            "where database_name = 'warehouse' union all "
            "select schema_name, view_name, sql, comment from duckdb_views() "
            "where database_name = 'warehouse' and not internal order by all"
        ).fetchall()


def test_the_same_in_less_space(project: Project) -> None:
    before, modified = project.warehouse.stat().st_size, project.warehouse.stat().st_mtime_ns
    with project.open() as connection:
        marts = mart_fingerprints(connection)
    relations = _relations(project)
    ended = project.run("ecocharge", "compact")
    assert ended.returncode == 0, ended.stderr
    assert "MB before" in ended.stdout
    assert project.warehouse.stat().st_size < before - 20_000_000
    # Publishing refuses a warehouse that is younger than its build.
    assert project.warehouse.stat().st_mtime_ns == modified
    with project.open() as connection:
        assert mart_fingerprints(connection) == marts
        view = "intermediate.int_energy__session_quarter_hours"
        assert connection.execute(f"select count(*) > 0 from {view}").fetchall() == [(True,)]
    assert _relations(project) == relations
    assert sorted(file.name for file in project.folder.iterdir() if "compact" in file.name) == []


def test_a_warehouse_at_work_is_left_alone(project: Project) -> None:
    content = project.warehouse.read_bytes()
    with duckdb.connect(str(project.warehouse)):
        ended = project.run("ecocharge", "compact")
    assert ended.returncode == 1
    assert "in use by another process" in ended.stderr
    assert project.warehouse.read_bytes() == content


def test_no_warehouse_is_told_plainly(tmp_path: Path) -> None:
    ended = Project(tmp_path).run("ecocharge", "compact")
    assert ended.returncode == 1
    assert "there is no warehouse" in ended.stderr
    assert "ecocharge build" in ended.stderr
