"""`ecocharge refresh` and `status`: what arrives is published once, whatever happens on the way."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest
from project import ROOT, SALT, Project

from ecocharge.errors import EcoChargeError
from ecocharge.landing.feeds import Feed
from ecocharge.landing.inputs import InputFile
from ecocharge.landing.personal import Salt
from ecocharge.locking import BusyError, only_one
from ecocharge.paths import Paths
from ecocharge.refresh.inboxes import Inbox, arrived, find_inboxes, note, refused
from ecocharge.refresh.loop import pause, refresh_until_stopped
from ecocharge.refresh.once import refresh_once
from ecocharge.refresh.order import Order
from ecocharge.refresh.waiting import waiting_loads
from ecocharge.runs.log import run_lock
from ecocharge.state import open_state

HEADER = (
    "Charging event,CP ID,Connector,Start Date,Start Time,End Date,End Time,Total kWh,Cost,Site\n"
)
ONE = HEADER + "E1,50911,1,14/01/2018,10:00,14/01/2018,11:00,10,2.50,Trades Lane\n"
TWO = HEADER + "E2,50911,1,15/01/2018,10:00,15/01/2018,11:00,5,1.25,Trades Lane\n"
SETTLE = ("--settle", "0s")
_AT_WORK = (
    "import sys\n"
    "from pathlib import Path\n"
    "from ecocharge.locking import only_one\n"
    "from ecocharge.state import open_state\n"
    "state = Path(sys.argv[1])\n"
    "with only_one(state.with_name(f'.{state.name}.lock'), 'ecocharge build'), open_state(state):\n"
    "    print('go', flush=True)\n"
    "    sys.stdin.readline()\n"
)


def silent(_: str) -> None:
    pass


def make_order(folder: Path) -> Order:
    inbox = Inbox(Feed("dundee", adapter="chargeplace_scotland"), folder)
    return Order([inbox], Salt(SALT), ["dundee"], settle_seconds=0.0, arguments="--once")


def rows(state: Path, columns: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(state), read_only=True) as connection:
        return connection.execute(f"select {columns} from runs.runs order by run_id").fetchall()


class Story:
    """An inbox that fills, and what refreshes make of it."""

    def __init__(self, folder: Path) -> None:
        self.project = Project(folder)
        self.inbox = folder / "inbox"
        self.inbox.mkdir()

    def refresh(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        watched = f"dundee={self.inbox}"
        return self.project.run("ecocharge", "refresh", "--from", watched, *SETTLE, *arguments)

    def killed_after_landing(self) -> str:
        """A refresh that is killed once its first files are landed; what it complained of."""
        folder = self.project.folder
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ECOCHARGE_")} | {
            "ECOCHARGE_WAREHOUSE": str(self.project.warehouse),
            "ECOCHARGE_STATE": str(self.project.state),
            "ECOCHARGE_LANDING": str(self.project.landing),
            "ECOCHARGE_PUBLISHED": str(self.project.published),
            "ECOCHARGE_SALT": SALT,
            "DBT_TARGET_PATH": str(self.project.target),
            "DBT_LOG_PATH": str(folder / "logs"),
            "PYTHONUNBUFFERED": "1",
        }
        said = folder / "said"
        watched = f"dundee={self.inbox}"
        with (
            said.open("w") as errors,
            subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "ecocharge",
                    "refresh",
                    "--from",
                    watched,
                    *SETTLE,
                    "--once",
                ],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            ) as victim,
        ):
            assert victim.stdout is not None
            assert "1 files, 1 rows landed" in victim.stdout.readline()
            victim.send_signal(signal.SIGKILL)
        return said.read_text()

    def status(self) -> tuple[int, dict[str, Any]]:
        done = self.project.run("ecocharge", "status", "--json", "--from", f"dundee={self.inbox}")
        return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Nothing comes; two files come, one of them bad, and the refresh is killed; then another."""
    story = Story(tmp_path_factory.mktemp("refresh"))
    found: dict[str, Any] = {"folder": story.project.folder}
    found["nothing"] = story.refresh("--once")
    found["state at first"] = story.project.state.exists() and rows(story.project.state, "command")
    (story.inbox / "one.csv").write_text(ONE)
    (story.inbox / "bad.csv").write_text("")
    found["complaints"] = story.killed_after_landing()
    found["status after the kill"] = story.status()
    found["published after the kill"] = story.project.published.exists()
    found["again"] = story.refresh("--once")
    found["status"] = story.status()
    with duckdb.connect(str(story.project.published / "ecocharge.duckdb"), read_only=True) as con:
        found["sessions"] = con.execute(
            "select native_session_id from core.fct_charging_sessions"
        ).fetchall()
        found["runs in the mart"] = con.execute(
            "select command, outcome from quality.fct_runs"
        ).fetchall()
    found["once more"] = story.refresh("--once")
    found["runs"] = rows(
        story.project.state, "command, outcome, files_landed, files_refused, generation_id is null"
    )
    found["took"] = rows(
        story.project.state,
        "landing_seconds, start_up_seconds, building_seconds, publishing_seconds, models, rows_in",
    )[-1]
    (story.inbox / "bad.csv").unlink()
    found["status at last"] = story.status()
    return found


def test_where_nothing_came_nothing_is_done(told: dict[str, Any]) -> None:
    assert told["nothing"].returncode == 0, told["nothing"].stderr
    assert "nothing came" in told["nothing"].stdout
    assert not told["state at first"]
    assert "nothing came" in told["once more"].stdout


def test_what_a_killed_refresh_landed_is_published_by_the_next(told: dict[str, Any]) -> None:
    assert told["published after the kill"] is False
    code, status = told["status after the kill"]
    assert code == 1
    assert status["generation"] is None
    assert status["waiting"] == [
        {"feed": "dundee", "folder": str(told["folder"] / "inbox"), "files": 0, "loads": 1}
    ]
    assert any("refresh, was killed" in problem for problem in status["problems"])
    assert told["again"].returncode == 0, told["again"].stderr
    assert told["sessions"] == [("E1",)]
    assert told["runs in the mart"] == [("refresh", "killed")]
    assert told["runs"] == [
        ("refresh", "killed", None, None, True),
        ("refresh", "succeeded", 0, 0, False),
    ]
    assert all(value is not None for value in told["took"])
    assert told["took"][-1] == 1


def test_a_bad_file_is_told_once_and_stays_known(told: dict[str, Any]) -> None:
    assert told["complaints"].count("bad.csv: the file is empty") == 1
    assert "bad.csv" not in told["again"].stderr
    code, status = told["status"]
    assert code == 1
    assert status["problems"] == ["dundee: bad.csv was refused: the file is empty"]
    assert status["waiting"][0]["files"] == status["waiting"][0]["loads"] == 0


def test_all_is_well_once_the_bad_file_is_gone(told: dict[str, Any]) -> None:
    code, status = told["status at last"]
    assert (code, status["is_well"], status["problems"]) == (0, True, [])
    assert status["last_run"]["outcome"] == "succeeded"
    verdicts = {one["name"]: one["verdict"] for one in status["freshness"]}
    assert verdicts["chargeplace_scotland"] == "fresh"
    assert verdicts["ocpi"] == "nothing landed"


def test_every_source_is_fresh_for_dbt_too(told: dict[str, Any]) -> None:
    """Those that nothing has landed for, as well: what never came is not late."""
    done = Project(told["folder"]).run("dbt", "--warn-error", "source", "freshness")
    assert done.returncode == 0, done.stdout[-4000:]
    assert "WARN" not in done.stdout
    results = json.loads((told["folder"] / "target" / "sources.json").read_text())["results"]
    manifest = json.loads((told["folder"] / "target" / "manifest.json").read_text())
    assert {one["unique_id"] for one in results} == set(manifest["sources"])


def test_a_late_source_is_told(told: dict[str, Any], tmp_path: Path) -> None:
    shutil.copytree(told["folder"], tmp_path / "late", symlinks=True)
    project = Project(tmp_path / "late")
    with duckdb.connect(str(project.state)) as connection:
        connection.execute("update landing.manifest set landed_at_utc = timestamp '2020-01-01'")
    done = project.run("ecocharge", "status")
    assert done.returncode == 1
    assert "not well: chargeplace_scotland: nothing came since 2020-01-01 00:00 UTC" in done.stdout


def test_while_a_run_has_the_state_the_rest_is_told(tmp_path: Path) -> None:
    project = Project(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", _AT_WORK, str(project.state)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as busy:
        assert busy.stdout is not None
        assert busy.stdout.readline() == "go\n"
        done = project.run("ecocharge", "status", "--json")
        told = json.loads(done.stdout)
        busy.communicate("\n")
    assert told["state_is_busy"] is True
    assert (told["at_work"]["what"], told["at_work"]["pid"]) == ("ecocharge build", busy.pid)
    assert told["problems"] == ["nothing is published"]
    assert json.loads(project.run("ecocharge", "status", "--json").stdout)["at_work"] is None


def test_an_asked_stop_leaves_what_has_not_begun(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "one.csv").write_text(ONE)
    stop = threading.Event()
    stop.set()
    assert refresh_once(paths, make_order(tmp_path / "inbox"), stop, silent, silent)
    assert rows(paths.state, "outcome, files_landed, generation_id") == [("stopped", 0, None)]


def test_a_signal_ends_the_watching(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    watched = f"dundee={tmp_path / 'inbox'}"
    watching = subprocess.Popen(
        [sys.executable, "-u", "-m", "ecocharge", "refresh", "--demo-salt", "--from", watched],
        cwd=ROOT,
        env=os.environ | {"ECOCHARGE_STATE": str(tmp_path / "state.duckdb")},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert watching.stdout is not None
    assert "watching" in watching.stdout.readline()
    watching.send_signal(signal.SIGTERM)
    watching.communicate(timeout=30)
    assert watching.returncode == 0


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 60), (1, 120), (2, 240), (5, 1920), (6, 3600), (50, 3600)]
)
def test_failures_slow_it_down(failures: int, seconds: float) -> None:
    assert pause(60, failures) == seconds
    assert pause(7200, failures) == 7200  # noqa: PLR2004 - slower than that already


def test_what_fails_is_told_and_tried_again_later(tmp_path: Path) -> None:
    stop = threading.Event()
    complaints: list[str] = []

    def complain(line: str) -> None:
        complaints.append(line)
        if len(complaints) == 6:  # noqa: PLR2004 - three failures, two lines each
            stop.set()

    order = make_order(tmp_path / "missing")
    began = time.monotonic()
    refresh_until_stopped(Paths(tmp_path), order, 0.2, stop, silent, complain)
    assert time.monotonic() - began > 0.4 + 0.8
    assert all("missing" in line for line in complaints[::2])


def test_a_refresh_beside_another_run_is_refused(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    (tmp_path / "inbox").mkdir()
    with (
        only_one(run_lock(paths), "ecocharge build"),
        pytest.raises(BusyError, match="ecocharge build, process"),
    ):
        refresh_once(paths, make_order(tmp_path / "inbox"), threading.Event(), silent, silent)


def test_files_are_looked_at_once_until_they_change(tmp_path: Path) -> None:
    folder = tmp_path / "inbox" / "2018"
    folder.mkdir(parents=True)
    (folder / "one.csv").write_text(ONE)
    (folder / ".one.csv.tmp").write_text(ONE)
    (folder / "readme.txt").write_text("no data")
    inbox = Inbox(Feed("dundee", adapter="chargeplace_scotland"), tmp_path / "inbox")
    with open_state(tmp_path / "state.duckdb") as connection:
        assert arrived(connection, inbox, settle_seconds=60.0) == []
        (found,) = arrived(connection, inbox, settle_seconds=0.0)
        assert found == InputFile(folder / "one.csv", "2018/one.csv")
        note(connection, inbox, found, [EcoChargeError("the disk is full", file=tmp_path / "x")])
        assert arrived(connection, inbox, 0.0) == [found]
        note(connection, inbox, found, [EcoChargeError("no header", file=found.path)])
        assert arrived(connection, inbox, 0.0) == []
        assert [(one.source_file, one.error) for one in refused(connection, [inbox])] == [
            ("2018/one.csv", "no header")
        ]
        (folder / "one.csv").write_text(TWO)
        assert arrived(connection, inbox, 0.0) == [found]
        assert refused(connection, [inbox]) == []


def test_a_load_waits_until_a_generation_has_it(tmp_path: Path) -> None:
    with open_state(tmp_path / "state.duckdb") as connection:
        connection.execute(
            "insert into landing.manifest (source_system, entity, source_file, load_id, sha256,"
            " size_bytes, rows_in, blank_lines, unparsable_rows, arrival_seq, landed_at_utc)"
            " select f, 'e', l, l, l, 1, 1, 0, 0, 1, now()::timestamp"
            " from (values ('dundee', 'l1'), ('dundee', 'l2'), ('native', 'l3')) as t (f, l)"
        )
        connection.execute(
            "insert into quality.published_loads values"
            " ('g1', timestamp '2025-01-01', 'dundee', 'l1', true),"
            " ('g1', timestamp '2025-01-01', 'dundee', 'l2', true),"
            " ('g2', timestamp '2025-01-02', 'dundee', 'l2', false)"
        )
        assert waiting_loads(connection, ["dundee"], None) == 1
        assert waiting_loads(connection, ["boulder"], None) == 0
        assert waiting_loads(connection, ["native"], "seeds") == 0
        assert waiting_loads(connection, ["native", "dundee"], "landing") == 2  # noqa: PLR2004


def test_feeds_name_their_inboxes(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "quiet.yml").write_text("adapter: ocpi\n")
    with pytest.raises(EcoChargeError, match="no feed has an inbox"):
        find_inboxes(paths, {})
    (tmp_path / "feeds" / "live.yml").write_text("inbox: data/inbox\nstale_after_hours: 6\n")
    (found,) = find_inboxes(paths, {})
    assert (found.feed.name, found.folder) == ("live", tmp_path / "data" / "inbox")
    assert found.feed.stale_after_hours == 6  # noqa: PLR2004
    (given,) = find_inboxes(paths, {"quiet": tmp_path})
    assert (given.feed.adapter, given.folder) == ("ocpi", tmp_path)
    (tmp_path / "feeds" / "live.yml").write_text("stale_after_hours: soon\n")
    with pytest.raises(EcoChargeError, match="stale_after_hours"):
        find_inboxes(paths, {})


@pytest.mark.parametrize(
    "arguments",
    [["--every", "soon"], ["--every", "0s"], ["--from", "dundee"], ["--from", "=inbox"]],
    ids=["no time", "no pause", "no folder", "no feed"],
)
def test_what_cannot_be_meant_is_refused(arguments: list[str], tmp_path: Path) -> None:
    done = Project(tmp_path).run("ecocharge", "refresh", *arguments)
    assert done.returncode == 2  # noqa: PLR2004 - usage
    assert "write" in done.stderr
