"""The run log: one row for each run, however it ends, and one run at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import duckdb
import pytest
from click.testing import CliRunner
from project import Project

from ecocharge.errors import EcoChargeError
from ecocharge.locking import holder, only_one
from ecocharge.paths import Paths
from ecocharge.runs.asked import asked
from ecocharge.runs.log import recorded, run_lock

_VICTIM = (
    "import sys, time\n"
    "from pathlib import Path\n"
    "from ecocharge.paths import Paths\n"
    "from ecocharge.runs.log import recorded\n"
    "with recorded(Paths(Path(sys.argv[1])), 'build', '--threads 2'):\n"
    "    print('go', flush=True)\n"
    "    time.sleep(600)\n"
)
HEADER = (
    "Charging event,CP ID,Connector,Start Date,Start Time,End Date,End Time,Total kWh,Cost,Site"
)
SESSIONS = HEADER + "\nE1,50911,1,14/01/2018,10:00,14/01/2018,11:00,10,2.50,Trades Lane\n"


def rows(state: Path, columns: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(state), read_only=True) as connection:
        return connection.execute(f"select {columns} from runs.runs order by run_id").fetchall()


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path)


def test_a_run_leaves_what_it_took_and_made(paths: Paths) -> None:
    with recorded(paths, "publish", "--keep 2") as run:
        ((begun,),) = rows(paths.state, "outcome")
        with run.step("publishing"):
            run.generation_id = "g1"
    assert begun is None
    ((told,),) = [rows(paths.state, "(command, arguments, outcome, error, generation_id)")[0]]
    assert told == ("publish", "--keep 2", "succeeded", None, "g1")
    ((seconds, order),) = rows(paths.state, "publishing_seconds, ended_at_utc >= started_at_utc")
    assert seconds is not None
    assert order


@pytest.mark.parametrize(
    ("error", "outcome", "line"),
    [
        (EcoChargeError("it is\nred", remedy="mend it", file="/home/me/x"), "failed", "it is red"),
        (KeyboardInterrupt(), "stopped", "KeyboardInterrupt"),
        (ValueError("no"), "failed", "no"),
    ],
)
def test_what_goes_wrong_is_told_in_one_line(
    paths: Paths, error: BaseException, outcome: str, line: str
) -> None:
    with pytest.raises(type(error)), recorded(paths, "build", ""):
        raise error
    assert rows(paths.state, "outcome, error") == [(outcome, line)]


def test_a_killed_run_is_called_so_by_the_next_and_leaves_no_lock(paths: Paths) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _VICTIM, str(paths.root)], stdout=subprocess.PIPE, text=True
    ) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == "go\n"
        found = holder(run_lock(paths))
        assert found is not None
        assert (found.what, found.pid) == ("ecocharge build", victim.pid)
        with (
            pytest.raises(EcoChargeError, match=f"ecocharge build, process {victim.pid}") as caught,
            recorded(paths, "publish", ""),
        ):
            pytest.fail("two runs at a time")
        assert f"kill {victim.pid}" in str(caught.value.remedy)
        victim.send_signal(signal.SIGKILL)
    assert holder(run_lock(paths)) is None
    assert rows(paths.state, "command, outcome, ended_at_utc") == [("build", None, None)]
    with recorded(paths, "land", ""):
        pass
    told = rows(paths.state, "command, outcome, ended_at_utc is null")
    assert told == [("build", "killed", True), ("land", "succeeded", False)]


def test_a_lock_is_waited_for_and_free_again(tmp_path: Path) -> None:
    lock = tmp_path / "deep" / "lock"
    with only_one(lock, "one"):
        with pytest.raises(EcoChargeError, match="one, process"), only_one(lock, "two"):
            pytest.fail("two at a time")
        assert str(holder(lock)).startswith(f"one, process {os.getpid()}, since ")
    with only_one(lock, "two", wait_seconds=5):
        pass
    assert holder(lock) is None
    assert holder(tmp_path / "none") is None


@click.command()
@click.argument("files", nargs=-1)
@click.option("--to", "places", multiple=True)
@click.option("--from", "inboxes", multiple=True)
@click.option("--keep", type=int, default=3)
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--again", is_flag=True)
def _told(**_: object) -> None:
    click.echo(asked())


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([], ""),
        (["/home/me/exports/a.csv", "b.csv"], "a.csv b.csv"),
        (
            ["--to", "postgresql://me:secret@db.example/marts?password=x", "--again"],
            "--to postgresql://db.example/marts --again",
        ),
        (["--from", "dundee=/home/me/inbox", "--keep", "5"], "--from dundee=inbox --keep 5"),
        (["--day", "2018-09-07"], "--day 2018-09-07"),
    ],
)
def test_what_was_asked_is_told_without_folders_and_secrets(given: list[str], told: str) -> None:
    assert CliRunner().invoke(_told, given).output.strip() == told


def test_commands_note_themselves_and_the_mart_tells_of_those_that_ended(tmp_path: Path) -> None:
    project = Project(tmp_path)
    (tmp_path / "good.csv").write_text(SESSIONS)
    (tmp_path / "empty.csv").write_text("")
    files = [str(tmp_path / name) for name in ("good.csv", "empty.csv")]
    assert project.run("ecocharge", "land", "dundee", *files).returncode == 1
    assert project.run("ecocharge", "land", "dundee", files[0]).returncode == 0
    assert project.run("ecocharge", "publish").returncode == 1
    assert rows(project.state, "command, arguments, outcome, files_landed, rows_landed") == [
        ("land", "dundee good.csv empty.csv", "failed", 1, 1),
        ("land", "dundee good.csv", "succeeded", 0, 0),
        ("publish", "", "failed", None, None),
    ]
    assert rows(project.state, "files_refused, error")[:2] == [(1, "the file is empty"), (0, None)]
    with duckdb.connect(str(project.state)) as connection:
        connection.execute(
            "insert into runs.runs (run_id, command, arguments, started_at_utc)"
            " values ('z', 'build', '', ?)",
            [datetime(2025, 3, 1)],
        )
    project.build(select=("+fct_runs",))
    with project.open() as connection:
        told = connection.execute(
            "select command, outcome, duration_seconds >= 0 from quality.fct_runs order by run_id"
        ).fetchall()
    assert told == [
        ("land", "failed", True),
        ("land", "succeeded", True),
        ("publish", "failed", True),
    ]


def test_a_project_without_a_log_builds_an_empty_mart(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.build(select=("+fct_runs",))
    with project.open() as connection:
        assert connection.execute("select * from quality.fct_runs").fetchall() == []
