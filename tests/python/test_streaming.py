"""Messages that Spark streams into landing: none lost, none counted twice, killed or not."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest
from project import NO_FORECASTS, ROOT, SALT, Project

from ecocharge.errors import EcoChargeError
from ecocharge.faults.catalogue import rates
from ecocharge.fingerprint import mart_fingerprints
from ecocharge.generator.presets import Plan
from ecocharge.landing.feeds import Feed
from ecocharge.landing.inputs import InputFile, blames
from ecocharge.landing.personal import Salt
from ecocharge.locking import BusyError, only_one
from ecocharge.paths import Paths
from ecocharge.refresh.inboxes import Inbox, refused
from ecocharge.runs.log import run_lock
from ecocharge.state import open_state
from ecocharge.streaming.batch import Destination, land_batch
from ecocharge.trickle.feed import prepared

SEED = 20260301
KILLS = 3
PER_FILE = 200
FEED = "streamed"
_SECONDS = 300.0


def _python() -> Path:
    """The Python that has Spark: of `ECOCHARGE_SPARK_PYTHON`, else of .venv-spark."""
    return Path(os.environ.get("ECOCHARGE_SPARK_PYTHON", ROOT / ".venv-spark" / "bin" / "python"))


@pytest.fixture(scope="module")
def spark_python() -> Path:
    python = _python()
    if not python.is_file():
        pytest.skip(
            "no Spark to stream with: make .venv-spark with pyspark 4.3.0, or set"
            " ECOCHARGE_SPARK_PYTHON to a Python that has it"
        )
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("no Java to stream with: install Debian's `openjdk-17-jre-headless`")
    return python


class Messages:
    """The message log of a small network as files of JSON lines, and the network's own files."""

    def __init__(self, last: date) -> None:
        feed = prepared(Plan.of("xs", stations=3, last=last), "ocpp", rates("none"))
        lines = [feed.clothing.header, *feed.text.to_pylist()]
        text = b"\n".join(line for line in lines if line).decode()
        self.rows = list(csv.DictReader(io.StringIO(text)))
        self.network = {
            name: content
            for name, content in feed.clothing.companions().items()
            if name.endswith(".csv")
        }

    def content(self, rows: Sequence[dict[str, str]]) -> bytes:
        return "".join(json.dumps(row) + "\n" for row in rows).encode()

    def files(self) -> list[bytes]:
        return [
            self.content(self.rows[first : first + PER_FILE])
            for first in range(0, len(self.rows), PER_FILE)
        ]

    @property
    def transactions(self) -> int:
        """Transactions that were started and stopped."""
        stopped = sum('"StopTransaction"' in row["msg"] for row in self.rows)
        assert stopped > 0
        return stopped

    @property
    def tokens(self) -> set[str]:
        """The driver tokens in the messages."""
        found = set()
        for row in self.rows:
            payload = json.loads(row["msg"])[-1]
            if isinstance(payload, dict) and "idTag" in payload:
                found.add(payload["idTag"])
        assert found
        return found


def put(folder: Path, name: str, content: bytes, days_ago: int = 0) -> None:
    """A file that appears whole, as old as is said."""
    beside = folder / f".{name}.tmp"
    beside.write_bytes(content)
    old = time.time() - days_ago * 86_400
    os.utime(beside, (old, old))
    beside.replace(folder / name)


def manifest(state: Path) -> list[tuple[str, str, int]]:
    with duckdb.connect(str(state), read_only=True) as connection:
        return connection.execute(
            "select entity, load_id, rows_in from landing.manifest order by all"
        ).fetchall()


def stream(python: Path, project: Project, inbox: Path, *options: str) -> subprocess.Popen[bytes]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("ECOCHARGE_", "DBT_"))}
    with (project.folder / "said").open("ab") as log:
        return subprocess.Popen(
            [str(python), "-m", "ecocharge", "stream", FEED, str(inbox), *options],
            cwd=ROOT,
            env=inherited
            | {
                "ECOCHARGE_STATE": str(project.state),
                "ECOCHARGE_LANDING": str(project.landing),
                "ECOCHARGE_SALT": SALT,
            },
            stdout=log,
            stderr=log,
        )


def said(project: Project) -> str:
    return (project.folder / "said").read_text()


def destination(folder: Path) -> Destination:
    return Destination(
        Paths(folder), Inbox(Feed(FEED, adapter="ocpp"), folder / "inbox"), Salt(SALT)
    )


def held(folder: Path, name: str, content: bytes) -> InputFile:
    return InputFile(folder / "inbox" / name, name, content)


def test_a_batch_that_is_run_again_lands_nothing_twice(tmp_path: Path) -> None:
    messages = Messages(date(2025, 2, 3))
    first, second = messages.files()[:2]
    to = destination(tmp_path)
    files = [held(tmp_path, "a.jsonl", first), held(tmp_path, "b.jsonl", second)]
    done = land_batch(to, files, threading.Event(), print)
    assert (done.new_files, done.new_rows) == (2, 2 * PER_FILE)
    before = manifest(to.paths.state)
    again = [*files, held(tmp_path, "copy.jsonl", first)]
    assert land_batch(to, again, threading.Event(), print).new_files == 0
    assert manifest(to.paths.state) == before
    landed = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*.parquet"))
    assert not [token for token in messages.tokens if token.encode() in landed]
    assert not (tmp_path / "inbox").exists()


def test_a_bad_file_does_not_stop_its_batch_and_stays_known(tmp_path: Path) -> None:
    to = destination(tmp_path)
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "bad.jsonl").write_bytes(b"no message\n")
    bad = held(tmp_path, "bad.jsonl", b"no message\n")
    good = held(tmp_path, "good.jsonl", Messages(date(2025, 2, 3)).files()[0])
    done = land_batch(to, [bad, good], threading.Event(), print)
    assert (done.new_files, len(done.errors)) == (1, 1)
    with open_state(to.paths.state) as connection:
        assert [one.source_file for one in refused(connection, [to.inbox])] == ["bad.jsonl"]


def test_a_batch_fails_where_the_machine_does(tmp_path: Path) -> None:
    to = destination(tmp_path)
    good = held(tmp_path, "good.jsonl", Messages(date(2025, 2, 3)).files()[0])
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "landing").write_text("in the way")
    with pytest.raises(EcoChargeError) as caught:
        land_batch(to, [good], threading.Event(), print)
    assert not blames(caught.value, good)


def test_a_batch_waits_for_another_run_unless_it_is_asked_to_end(tmp_path: Path) -> None:
    to = destination(tmp_path)
    stop = threading.Event()
    stop.set()
    good = held(tmp_path, "good.jsonl", Messages(date(2025, 2, 3)).files()[0])
    with only_one(run_lock(to.paths), "ecocharge build"), pytest.raises(BusyError):
        land_batch(to, [good], stop, print)
    assert land_batch(to, [good], stop, print).new_files == 1


def test_without_spark_the_command_says_what_to_do(tmp_path: Path) -> None:
    done = Project(tmp_path).run("ecocharge", "stream", FEED, str(tmp_path), "--once")
    if "Spark" not in done.stderr:
        pytest.skip("Spark is installed beside the tests' own tools")
    assert done.returncode == 1
    assert "Spark is not installed" in done.stderr
    assert "ecocharge refresh" in done.stderr


def delivered(messages: Messages, chance: random.Random) -> list[tuple[str, bytes]]:
    """Names and contents: each message, some files again, some messages cut elsewhere; shuffled."""
    contents = messages.files()
    # Other files, other loads, and no other session.
    regrouped = [messages.content(messages.rows[k : k + 150]) for k in range(100, 1500, 500)]
    files = [(f"m {k:04}.jsonl", content) for k, content in enumerate(contents)]
    files += [(f"again-{k:04}.jsonl", contents[k]) for k in range(0, len(contents), 4)]
    files += [(f"cut-{k}.jsonl", content) for k, content in enumerate(regrouped)]
    files += list(messages.network.items())
    chance.shuffle(files)
    return files


@pytest.mark.prove
def test_killed_three_times_no_session_is_lost_and_none_counts_twice(
    spark_python: Path, tmp_path: Path
) -> None:
    """Fed shuffled, repeated, regrouped and old files; and the same marts as landed in one go."""
    chance = random.Random(SEED)
    messages = Messages(date(2025, 2, 8))
    deliveries = delivered(messages, chance)

    project = Project(tmp_path / "streamed")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    project.folder.mkdir()
    fed = threading.Event()

    def feed() -> None:
        for name, content in deliveries:
            put(inbox, name, content, days_ago=chance.choice([0, 0, 1, 30, 400]))
            time.sleep(0.5)
        fed.set()

    feeder = threading.Thread(target=feed)
    feeder.start()
    distinct = len({content for _, content in deliveries})
    marks = sorted(chance.sample(range(3, distinct - 3), KILLS))
    for mark in marks:
        victim = stream(spark_python, project, inbox, "--every", "1s", "--files-per-batch", "3")
        until = time.monotonic() + _SECONDS
        while len([*project.landing.glob("*/*/*.parquet")]) < mark:
            assert time.monotonic() < until, said(project)
            assert victim.poll() is None, said(project)
            time.sleep(0.01)
        victim.send_signal(signal.SIGKILL)
        victim.wait()
    feeder.join()
    last = stream(spark_python, project, inbox, "--once", "--files-per-batch", "3")
    assert last.wait(_SECONDS) == 0, said(project)
    found = len([*project.landing.glob("*/*/*.parquet")])
    print(f"\n{len(deliveries)} files, {distinct} contents, killed at {marks}, {found} loads")
    assert len(manifest(project.state)) == found == distinct

    leaked = [
        path
        for path in project.folder.rglob("*")
        if path.is_file() and any(t.encode() in path.read_bytes() for t in messages.tokens)
    ]
    assert leaked == []

    control = Project(tmp_path / "control")
    control.folder.mkdir()
    together = tmp_path / "together"
    together.mkdir()
    put(together, "all.jsonl", b"".join(messages.files()))
    for name, content in messages.network.items():
        put(together, name, content)
    control.land(FEED, together)
    prints = []
    for one in (project, control):
        one.build(sources=(FEED,), exclude=NO_FORECASTS)
        with one.open() as connection:
            prints.append(mart_fingerprints(connection, ("core", "operations", "sustainability")))
            ids = connection.execute(
                "select count(*), count(distinct native_session_id) from core.fct_charging_sessions"
            ).fetchone()
            assert ids == (messages.transactions, messages.transactions)
    print(f"{messages.transactions} sessions in the marts, equal to those landed in one go")
    assert prints[0] == prints[1]
