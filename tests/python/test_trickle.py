"""Files that come by the clock: whole, in order, once, and on from where they stopped."""

from __future__ import annotations

import json
import os
import signal
import threading
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from ecocharge.cli.generate import command
from ecocharge.clothes.making import make_clothed
from ecocharge.errors import EcoChargeError
from ecocharge.faults.catalogue import rates
from ecocharge.generator.presets import Plan
from ecocharge.signals import until_signalled
from ecocharge.trickle.feed import INTERVAL_SECONDS, Feed, prepared
from ecocharge.trickle.running import Pace, Trickled, fingerprint, trickle

PLAN = Plan.of("xs", stations=3, last=date(2025, 2, 12))
AT_ONCE = Pace(speed=1.0, intervals=16, seconds=0.0)
MADE_FROM = fingerprint(PLAN)
STOP_AFTER = 3


@pytest.fixture(scope="module")
def feed() -> Feed:
    return prepared(PLAN, "native", rates("none"))


def run(feed: Feed, folder: Path, stop_after: int | None = None) -> Trickled:
    stop = threading.Event()
    names: list[str] = []

    def told(name: str, lines: int) -> None:
        names.append(name)
        assert (folder / name).is_file()
        assert lines == (folder / name).read_bytes().count(b"\r\n") - 1
        if len(names) == stop_after:
            stop.set()

    return trickle(feed, folder, MADE_FROM, AT_ONCE, stop, told)


def sessions(folder: Path) -> list[str]:
    """The lines of all files in order, without headers."""
    return [
        line
        for path in sorted(folder.glob("sessions-*.csv"))
        for line in path.read_text("utf-8-sig").splitlines()[1:]
    ]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_all_lines_come_once_and_in_order(feed: Feed, tmp_path: Path) -> None:
    done = run(feed, tmp_path / "stream")
    make_clothed(PLAN, "native", rates("none"), tmp_path / "whole")
    came = sessions(tmp_path / "stream")
    files = [*(tmp_path / "stream").glob("sessions-*.csv")]
    assert done == Trickled(len(files), len(came), done=True)
    assert sorted(came) == sorted(sessions(tmp_path / "whole"))
    updated = [line.rpartition(",")[2] for line in came]
    # What is updated at the export itself comes with the quarter of an hour before it.
    hours = [text[:13] for text in updated if not text.startswith("2025-02-13T00:00:00")]
    assert hours == sorted(hours)


def test_a_stopped_stream_goes_on_and_ends_with_the_same_files(feed: Feed, tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    run(feed, whole)
    first = run(feed, parts, stop_after=STOP_AFTER)
    assert first.files == STOP_AFTER
    assert not first.done
    assert len([*parts.glob("sessions-*.csv")]) == STOP_AFTER
    second = run(feed, parts, stop_after=2)
    last = run(feed, parts)
    assert last.done
    assert first.lines + second.lines + last.lines == len(sessions(whole))
    assert contents(parts) == contents(whole)
    assert run(feed, parts) == Trickled(0, 0, done=True)


def test_a_file_written_but_not_noted_is_written_again_the_same(feed: Feed, tmp_path: Path) -> None:
    run(feed, tmp_path / "whole")
    run(feed, tmp_path / "parts", stop_after=3)
    state = tmp_path / "parts" / ".stream.json"
    noted = json.loads(state.read_text())
    state.write_text(json.dumps(noted | {"next": noted["next"] - AT_ONCE.intervals}))
    run(feed, tmp_path / "parts")
    assert contents(tmp_path / "parts") == contents(tmp_path / "whole")


def test_no_half_files_are_left(feed: Feed, tmp_path: Path) -> None:
    run(feed, tmp_path, stop_after=4)
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".tmp"]


def test_another_stream_in_the_folder_is_refused(feed: Feed, tmp_path: Path) -> None:
    run(feed, tmp_path, stop_after=1)
    with pytest.raises(EcoChargeError, match="another stream") as caught:
        trickle(feed, tmp_path, fingerprint("other"), AT_ONCE, threading.Event())
    assert caught.value.remedy
    (tmp_path / ".stream.json").write_text("{")
    with pytest.raises(EcoChargeError, match="cannot be read"):
        run(feed, tmp_path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_the_usual_handler_comes_back(
    feed: Feed, tmp_path: Path, number: signal.Signals
) -> None:
    before = signal.getsignal(number)
    with until_signalled() as stop:
        os.kill(os.getpid(), number)
        done = trickle(feed, tmp_path, MADE_FROM, Pace.of(1.0, INTERVAL_SECONDS), stop)
    assert done == Trickled(0, 0, done=False)
    assert signal.getsignal(number) == before


@pytest.mark.parametrize(
    ("speed", "intervals", "seconds"),
    [(1.0, 1, 900.0), (60.0, 1, 15.0), (900.0, 1, 1.0), (3600.0, 4, 1.0), (1000.0, 2, 1.8)],
)
def test_files_come_a_second_apart_at_least(speed: float, intervals: int, seconds: float) -> None:
    assert Pace.of(speed, INTERVAL_SECONDS) == Pace(speed, intervals, seconds)


@pytest.mark.parametrize("name", ["ocpi", "ocpp", "chargepoint_csv"])
def test_every_clothing_trickles(name: str, tmp_path: Path) -> None:
    feed = prepared(PLAN, name, rates("none"))
    done = trickle(feed, tmp_path / "stream", MADE_FROM, AT_ONCE, threading.Event())
    make_clothed(PLAN, name, rates("none"), tmp_path / "whole")

    def lines(folder: Path) -> list[bytes]:
        files = folder.glob(f"{feed.clothing.stem}-*")
        header = 0 if feed.clothing.header is None else 1
        return sorted(line for f in files for line in f.read_bytes().splitlines()[header:])

    assert done.lines == len(lines(tmp_path / "stream"))
    assert lines(tmp_path / "stream") == lines(tmp_path / "whole")


def test_faults_trickle_too(tmp_path: Path) -> None:
    feed = prepared(PLAN, "native", rates("exact_duplicate=0.2,negative_energy=0.2"))
    trickle(feed, tmp_path, MADE_FROM, AT_ONCE, threading.Event())
    came = sessions(tmp_path)
    assert len(set(came)) < len(came)
    assert any(line.split(",")[5].startswith("-") for line in came)


def test_the_command_writes_a_stream_and_its_usage(tmp_path: Path) -> None:
    asked = ["--to", "2025-02-04", "--stations", "2", "--stream", "--speed", "200000"]
    done = CliRunner().invoke(command, [*asked, "--out", str(tmp_path / "live")])
    assert done.exit_code == 0, done.output
    assert done.output.endswith("the feed is at its end\n")
    assert sessions(tmp_path / "live")
