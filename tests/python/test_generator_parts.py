"""The same bytes whoever writes the parts, in whatever order, interrupted or not."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from ecocharge.errors import EcoChargeError
from ecocharge.generator.engines import PLAIN, choose_engine
from ecocharge.generator.parts import Job, write_part
from ecocharge.generator.presets import Plan
from ecocharge.generator.run import make_landing

Digests = dict[str, str]

PARTS = 3
"""Parts of the small plan, and files of each kind in them."""

KILLED_AFTER, KILLED_BEFORE = 2, 5


def _plan(stations: int = 6, part: int = 2) -> Plan:
    plan = Plan.of("s", stations=stations, first=date(2025, 1, 20), last=date(2025, 2, 9))
    return replace(plan, preset=replace(plan.preset, stations_per_part=part))


def _digests(folder: Path) -> Digests:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Digests:
    folder = tmp_path_factory.mktemp("whole") / "native"
    make_landing(_plan(), folder)
    return _digests(folder)


def test_a_feed_beside_landing_needs_no_database() -> None:
    code = (
        "import sys, ecocharge.clothes.ordering; "
        "sys.exit(any(name in sys.modules for name in ('duckdb', 'pandas', 'sklearn')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_two_workers_write_what_one_does(whole: Digests, tmp_path: Path) -> None:
    ticks: list[int] = []
    made = make_landing(
        _plan(), tmp_path / "native", lambda months, _: ticks.append(months), workers=2
    )
    assert _digests(tmp_path / "native") == whole
    assert sum(ticks) == 6 * 2
    assert [file.arrival_seq for file in made.landed] == [*range(1, 4 * PARTS + 2)]


def test_the_last_part_may_come_first(whole: Digests, tmp_path: Path) -> None:
    plan = _plan()
    job = Job(plan, tmp_path, "parquet", PLAIN)
    for part in reversed(range(len(plan.parts))):
        write_part(job, part, lambda _months, _sessions: None)
    digests = _digests(tmp_path)
    assert len(digests) == 4 * PARTS
    assert digests.items() <= whole.items()


def _interrupted(folder: Path, after: int) -> None:
    left = [after]

    def give_up(_site_months: int, _sessions: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_landing(_plan(), folder, give_up)


def test_a_resumed_run_keeps_what_was_finished(whole: Digests, tmp_path: Path) -> None:
    folder = tmp_path / "native"
    _interrupted(folder, after=2)
    assert not folder.exists()
    finished = sorted(tmp_path.rglob("native_meter_values/part-*.parquet"))
    assert len(finished) == PARTS - 1
    times = [path.stat().st_mtime_ns for path in finished]
    sessions: list[int] = []
    make_landing(_plan(), folder, lambda _, made: sessions.append(made), resume=True)
    assert _digests(folder) == whole
    assert [path.name for path in tmp_path.iterdir()] == ["native"]
    assert sessions[:2] == [0, 0]
    assert sessions[2] > 0
    kept = sorted(folder.glob("native_meter_values/*"))[:2]
    assert [path.stat().st_mtime_ns for path in kept] == times


def test_a_run_that_does_not_resume_starts_anew(whole: Digests, tmp_path: Path) -> None:
    _interrupted(tmp_path / "native", after=2)
    sessions: list[int] = []
    make_landing(_plan(), tmp_path / "native", lambda _, made: sessions.append(made))
    assert all(sessions)
    assert _digests(tmp_path / "native") == whole


def test_another_network_is_not_resumed(tmp_path: Path) -> None:
    _interrupted(tmp_path / "native", after=2)
    with pytest.raises(EcoChargeError, match="another network") as caught:
        make_landing(replace(_plan(), seed=1), tmp_path / "native", resume=True)
    assert "--resume" in str(caught.value.remedy)
    assert len([*tmp_path.rglob("native_meter_values/part-*.parquet")]) == PARTS - 1


def test_csv_parts_hold_the_same_rows(whole: Digests, tmp_path: Path) -> None:
    for kind in ("csv", "parquet"):
        make_landing(_plan(), tmp_path / kind / "native", kind=kind)
    assert _digests(tmp_path / "parquet" / "native") == whole
    for entity in ("sessions", "meter_values", "connectors"):
        csv, parquet = (
            duckdb.connect()
            .execute(f"from {read}('{tmp_path}/{kind}/native/native_{entity}/*.{kind}'{text})")
            .fetchall()
            for kind, read, text in (
                ("csv", "read_csv", ", all_varchar = true"),
                ("parquet", "read_parquet", ""),
            )
        )
        assert csv
        assert csv == [row[: len(csv[0])] for row in parquet]


@pytest.mark.prove
def test_bytes_depend_on_no_worker_order_or_interruption(tmp_path: Path) -> None:
    """1, 2 and 3 workers, reversed parts, compiled and plain, and a run killed half way."""
    plan = Plan.of("s", stations=90)
    plan = replace(plan, preset=replace(plan.preset, stations_per_part=9))
    engine = choose_engine("auto", 10**9)
    made = make_landing(plan, tmp_path / "one" / "native", engine=engine)
    whole = _digests(tmp_path / "one" / "native")
    for workers in (2, 3):
        folder = tmp_path / str(workers) / "native"
        make_landing(plan, folder, engine=engine, workers=workers)
        assert _digests(folder) == whole
    job = Job(plan, tmp_path / "reversed", "parquet", PLAIN)
    for part in reversed(range(len(plan.parts))):
        write_part(job, part, lambda _months, _sessions: None)
    assert _digests(tmp_path / "reversed").items() <= whole.items()
    resumed = _killed_and_resumed(tmp_path / "killed")
    assert resumed == _digests_of_command(tmp_path / "straight")
    print(f"seed {plan.seed}: {made.sessions:,} sessions, {len(whole)} files, all alike")


_COMMAND = ("generate", "--preset", "s", "--stations", "90", "--compiled", "no", "--out")


def _command(folder: Path, *more: str) -> list[str]:
    run = "from ecocharge.cli import main; main()"
    return [sys.executable, "-c", run, *_COMMAND, str(folder), *more]


def _digests_of_command(folder: Path, *more: str) -> Digests:
    subprocess.run(_command(folder, *more), check=True, capture_output=True)
    return _digests(folder / "native")


def _killed_and_resumed(folder: Path) -> Digests:
    process = subprocess.Popen(_command(folder), stderr=subprocess.DEVNULL)
    parts = folder / ".native.unfinished" / "fresh" / "native_meter_values"
    deadline = time.monotonic() + 120
    while len([*parts.glob("part-*")]) < KILLED_AFTER and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    finished = len([*parts.glob("part-*")])
    assert KILLED_AFTER <= finished < KILLED_BEFORE
    assert not (folder / "native").exists()
    return _digests_of_command(folder, "--resume")
