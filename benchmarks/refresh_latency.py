"""From a session's arrival to its publication, on a history of preset s.

    python benchmarks/refresh_latency.py [--folder target/refresh_latency] [--minutes 15]
        [--rate 1000] [--every 5s]

The history is landed by `ecocharge generate --preset s`; a second network delivers its sessions
into an inbox, `--rate` of them a minute in a file every ten seconds, while `ecocharge refresh
--every` runs as a process of its own. A file has arrived when it has its name; a session is
published when the link `published` first points at a generation whose `rpt_reconciliation` says
what became of its row. Every row that was delivered must be told of in the end.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from ecocharge.clothes.delivering import joined_bytes
from ecocharge.faults.catalogue import rates
from ecocharge.generator.presets import Plan
from ecocharge.trickle.feed import Feed, prepared

ROOT = Path(__file__).resolve().parents[1]
LIVE = "live"
STATIONS, SEED, FIRST, LAST = 200, 7, date(2025, 6, 30), date(2025, 7, 20)
SECONDS_PER_FILE = 10.0
LONGEST_WAIT = 1_800.0


@dataclass
class Place:
    """A project's folders, all below one that is thrown away."""

    folder: Path

    @property
    def environment(self) -> Mapping[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("ECOCHARGE_", "DBT"))}
        moved = {
            "ECOCHARGE_HOME": ROOT,
            "ECOCHARGE_FEEDS": self.folder / "feeds",
            "ECOCHARGE_LANDING": self.folder / "landing",
            "ECOCHARGE_STATE": self.folder / "state.duckdb",
            "ECOCHARGE_WAREHOUSE": self.folder / "warehouse.duckdb",
            "ECOCHARGE_PUBLISHED": self.folder / "published",
            "DBT_TARGET_PATH": self.folder / "target",
            "DBT_LOG_PATH": self.folder / "logs",
        }
        return inherited | {name: str(place) for name, place in moved.items()}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "ecocharge", *arguments]

    def run(self, *arguments: str) -> None:
        began = time.monotonic()
        subprocess.run(self.command(*arguments), cwd=ROOT, env=self.environment, check=True)
        print(f"  ecocharge {' '.join(arguments)}: {time.monotonic() - began:.0f} s", flush=True)

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    @property
    def refresh(self) -> tuple[str, ...]:
        watched = ("--sources", f"native,{LIVE}", "--native-from", "landing")
        return ("refresh", *watched, "--demo-salt", "--settle", "0s")


def put(folder: Path, name: str, content: bytes) -> float:
    """A file that appears whole; the moment at which it did."""
    beside = folder / f".{name}.tmp"
    beside.write_bytes(content)
    beside.replace(folder / name)
    return time.monotonic()


@dataclass
class Watch:
    """Which sessions of which file each generation was the first to tell of."""

    place: Place
    arrived: dict[str, tuple[float, int]] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    latencies: list[tuple[float, int]] = field(default_factory=list)
    generations: int = 0
    _seen: str = ""

    def look(self) -> None:
        """Count what a generation tells of that none before it did."""
        now = time.monotonic()
        published = self.place.folder / "published"
        live = published.readlink().name if published.is_symlink() else ""
        if live in ("", self._seen):
            return
        self._seen = live
        with duckdb.connect(str(published.resolve() / "ecocharge.duckdb"), read_only=True) as con:
            rows = con.execute(
                "select source_file, rows_in from quality.rpt_reconciliation"
                " where source_system = ?",
                [LIVE],
            ).fetchall()
        fresh: list[tuple[float, int]] = []
        for name, count in rows:
            new = count - self.told.get(name, 0)
            if name in self.arrived and new:
                fresh.append((now - self.arrived[name][0], new))
                self.told[name] = count
        self.latencies += fresh
        self.generations += bool(fresh)
        if fresh:
            counted, worst = sum(new for _, new in fresh), max(took for took, _ in fresh)
            print(
                f"  {live}: {counted:,} sessions, the first of them {worst:.1f} s ago", flush=True
            )

    @property
    def is_complete(self) -> bool:
        return all(self.told.get(name) == count for name, (_, count) in self.arrived.items())


def delivered(feed: Feed, per_file: int, files: int) -> list[bytes]:
    """The first lines of a feed in the order in which they come, cut into files."""
    header = feed.clothing.header or b""
    assert len(feed.text) >= per_file * files, "the network has too few sessions: add stations"

    def cut(number: int) -> bytes:
        lines: pa.Array = feed.text.slice(number * per_file, per_file)
        return header + feed.clothing.newline + joined_bytes(lines, feed.clothing.newline)

    return [cut(number) for number in range(files)]


def prepare(place: Place, feed: Feed) -> None:
    """The history, landed, built and published, with the live network's stations."""
    (place.folder / "feeds").mkdir(parents=True)
    place.inbox.mkdir()
    companions = dict(feed.clothing.companions())
    settings = companions.pop("feed.yml").decode()
    (place.folder / "feeds" / f"{LIVE}.yml").write_text(f"{settings}\ninbox: {place.inbox}\n")
    for name, content in companions.items():
        put(place.inbox, name, content)
    place.run("generate", "--preset", "s")
    place.run(*place.refresh, "--once")


def run(place: Place, contents: list[bytes], per_file: int, every: str) -> Watch:
    """Deliver, and watch what is published when."""
    watch = Watch(place)
    log = (place.folder / "refresh.log").open("w")
    refreshing = subprocess.Popen(
        place.command(*place.refresh, "--every", every),
        cwd=ROOT,
        env=place.environment,
        stdout=log,
        stderr=log,
    )
    done = threading.Event()

    def feed() -> None:
        began = time.monotonic()
        for number, content in enumerate(contents):
            time.sleep(max(0.0, began + (number + 1) * SECONDS_PER_FILE - time.monotonic()))
            name = f"sessions-{number:04}.csv"
            watch.arrived[name] = (put(place.inbox, name, content), per_file)
        done.set()

    threading.Thread(target=feed, daemon=True).start()
    until = time.monotonic() + len(contents) * SECONDS_PER_FILE + LONGEST_WAIT
    while not (done.is_set() and watch.is_complete):
        if time.monotonic() > until or refreshing.poll() is not None:
            break
        watch.look()
        time.sleep(0.2)
    refreshing.send_signal(signal.SIGTERM)
    refreshing.wait()
    log.close()
    return watch


def tell(place: Place, watch: Watch, sent: int) -> None:
    """The latencies by session, and where a refresh spends its time."""
    if not watch.latencies:
        raise SystemExit(f"nothing was published; see {place.folder / 'refresh.log'}")
    seconds = np.repeat(
        [took for took, _ in watch.latencies], [count for _, count in watch.latencies]
    )
    p50, p95, worst = np.quantile(seconds, [0.5, 0.95, 1.0])
    with duckdb.connect(str(place.folder / "state.duckdb"), read_only=True) as connection:
        steps = connection.execute(
            "select count(*), "
            + ", ".join(f"round(avg({name}), 1)" for name in STEPS)
            + " from runs.runs where command = 'refresh' and outcome = 'succeeded'"
            " and files_landed > 0 and run_id > (select min(run_id) from runs.runs)"
        ).fetchone()
    assert steps is not None
    found = {
        "sessions_sent": sent,
        "sessions_told_of": len(seconds),
        "generations": watch.generations,
        "p50_seconds": round(float(p50), 1),
        "p95_seconds": round(float(p95), 1),
        "max_seconds": round(float(worst), 1),
        "refreshes": steps[0],
        "mean_seconds": {name: float(value) for name, value in zip(STEPS, steps[1:], strict=True)},
    }
    print(json.dumps(found, indent=2))


STEPS = (
    "landing_seconds",
    "start_up_seconds",
    "building_seconds",
    "model_seconds",
    "test_seconds",
    "publishing_seconds",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "target" / "refresh_latency")
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--rate", type=int, default=1_000, help="sessions a minute")
    parser.add_argument("--every", default="5s")
    asked = parser.parse_args()
    place = Place(asked.folder.resolve())
    if place.folder.exists():
        parser.error(f"{place.folder} is there: remove it, or name another")
    load = os.getloadavg()
    print(
        f"{os.cpu_count()} cores, load before: {load[0]:.2f} over a minute, {load[2]:.2f} over 15"
    )
    feed = prepared(
        Plan.of("s", seed=SEED, stations=STATIONS, first=FIRST, last=LAST), "native", rates("none")
    )
    per_file = round(asked.rate * SECONDS_PER_FILE / 60)
    files = round(asked.minutes * 60 / SECONDS_PER_FILE)
    contents = delivered(feed, per_file, files)
    prepare(place, feed)
    watch = run(place, contents, per_file, asked.every)
    tell(place, watch, per_file * files)


if __name__ == "__main__":
    main()
