"""The same facts in turns: the limit's part for them, the project's build of them, the peers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from ecocharge.bench.limit import FACTS
from ecocharge.bench.measuring import same_marts
from ecocharge.bench.peers.checking import refuse_others, sums_of_limit, sums_of_parquet
from ecocharge.bench.peers.server import can_run
from ecocharge.bench.project import Network
from ecocharge.bench.running import run

PEERS = ("pandas", "postgres", "spark")


@dataclass(frozen=True)
class Run:
    """The three facts computed once.

    Attributes:
        startup_seconds: what the tool takes before it reads and after it has written: the
            interpreter, dbt, the server, the JVM.
        load_seconds: to bring the landed files in, where that is a step of its own.
        work_seconds: to compute and write the facts.
        cpu_seconds: of the process and its children.
        peak_bytes: resident memory of both at most.
    """

    startup_seconds: float
    load_seconds: float
    work_seconds: float
    cpu_seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Comparison:
    """The medians of a preset.

    Attributes:
        preset: its name.
        runs: by tool: `limit`, `build`, and the peers that are here.
        skipped: by peer, why it is not, and how to get it.
    """

    preset: str
    runs: dict[str, Run]
    skipped: dict[str, str]

    def ratio(self, tool: str, other: str) -> float:
        """A tool over another, each with its load and without its start-up."""
        one, two = self.runs[tool], self.runs[other]
        return (one.load_seconds + one.work_seconds) / (two.load_seconds + two.work_seconds)


def missing(peer: str, spark_python: Path) -> str | None:
    """Why a peer cannot run, and how to get it; None when it can."""
    if peer == "postgres":
        if find_spec("adbc_driver_postgresql") is None:
            return "no driver: pip install 'ecocharge[postgres]'"
        if not can_run():
            return "no server: install Debian's `postgresql`"
    if peer == "spark":
        if not _has_pyspark(spark_python):
            return (
                f"no pyspark at {spark_python}: pip install pyspark==4.3.0 into an environment of"
                " its own (.venv-spark), or name an interpreter that has it by --spark-python"
            )
        if "JAVA_HOME" not in os.environ and shutil.which("java") is None:
            return "no Java: install Debian's `openjdk-17-jre-headless`, or set JAVA_HOME"
    return None


def _has_pyspark(python: Path) -> bool:
    if not python.exists():
        return False
    return not subprocess.run(
        [python, "-c", "import pyspark"], capture_output=True, check=False
    ).returncode


def compare(
    network: Network,
    preset: str,
    peers: Sequence[str],
    *,
    spark_python: Path,
    rounds: int,
    step: Callable[[str], None] = lambda _: None,
) -> Comparison:
    """Measure the three facts of a network.

    Args:
        network: where it is; made where it is not made yet.
        preset: its name.
        peers: of `PEERS`.
        spark_python: an interpreter that has pyspark.
        rounds: how often everything is run, in turns.
        step: told what comes next.

    Raises:
        EcoChargeError: when a run fails, or its facts are not the limit's.
    """
    step(f"{preset}: making the network")
    network.make()
    reasons = {peer: missing(peer, spark_python) for peer in peers}
    skipped = {peer: reason for peer, reason in reasons.items() if reason}
    here = [peer for peer in peers if peer not in skipped]
    runs: dict[str, list[Run]] = {tool: [] for tool in ("limit", "build", *here)}
    for turn in range(1, rounds + 1):
        step(f"{preset}: facts of the limit, round {turn}")
        took = network.limit(FACTS)
        runs["limit"].append(Run(0, 0, took.seconds, took.cpu_seconds, took.peak_bytes))
        step(f"{preset}: facts of the build, round {turn}")
        build = network.build(FACTS, with_tests=False)
        same_marts(network, FACTS)
        took = build.took
        runs["build"].append(
            Run(build.startup_seconds, 0, build.work_seconds, took.cpu_seconds, took.peak_bytes)
        )
        for peer in here:
            step(f"{preset}: facts of {peer}, round {turn}")
            runs[peer].append(_peer(network, peer, spark_python))
    return Comparison(preset, {tool: _median(each) for tool, each in runs.items()}, skipped)


def _peer(network: Network, peer: str, spark_python: Path) -> Run:
    folder = network.folder / "peers" / peer
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    program = [sys.executable, "-m", f"ecocharge.bench.peers.by_{peer}"]
    if peer == "spark":
        # Another interpreter, which need not have this package. The link to it is what makes it
        # one of its own environment, so it is not followed.
        program = [str(spark_python.absolute()), str(Path(__file__).with_name("by_spark.py"))]
    took = run([*program, str(network.landing), str(folder)], folder, {})
    sums = folder / "sums.json"
    found = json.loads(sums.read_text("utf-8")) if sums.exists() else sums_of_parquet(folder)
    refuse_others(peer, found, sums_of_limit(network.limit_database))
    steps = json.loads((folder / "steps.json").read_text("utf-8"))
    return Run(
        took.seconds - sum(steps.values()),
        steps.get("load", 0.0),
        steps["work"],
        took.cpu_seconds,
        took.peak_bytes,
    )


def _median(runs: Sequence[Run]) -> Run:
    return Run(
        median(run.startup_seconds for run in runs),
        median(run.load_seconds for run in runs),
        median(run.work_seconds for run in runs),
        median(run.cpu_seconds for run in runs),
        max(run.peak_bytes for run in runs),
    )
