"""dbt in this process, in the project's folder, with a bar in the place of its log."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.schemas.run import RunExecutionResult, RunResult
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt_common.events.base_types import EventMsg

from ecocharge.console import progress
from ecocharge.paths import Paths


def run_dbt(
    paths: Paths, arguments: Sequence[str], *, what: str, shows_log: bool = False
) -> dbtRunnerResult:
    """Run a dbt command on the project.

    Args:
        paths: the project.
        arguments: the command and its options, without the project's place.
        what: what the bar says while nodes run.
        shows_log: dbt's own log lines instead of the bar; errors are printed either way.
    """
    place = ("--project-dir", str(paths.root), "--profiles-dir", str(paths.root))
    here = Path.cwd()
    # Relative paths in profiles.yml count from the project folder.
    os.chdir(paths.root)
    try:
        if shows_log:
            return dbtRunner().invoke([*arguments, *place])
        with _node_bar(what) as take:
            return dbtRunner(callbacks=[take]).invoke([*arguments, *place, "--quiet"])
    finally:
        os.chdir(here)
        # dbt keeps its connection for the next run in the process; readers need the file free.
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]  # dbt's


def node_results(result: dbtRunnerResult) -> Sequence[RunResult]:
    """The nodes that a run came to, none where it ended before the first."""
    return result.result.results if isinstance(result.result, RunExecutionResult) else ()


class Times(NamedTuple):
    """What a dbt run took, in seconds.

    Attributes:
        start_up: from the call to its first node.
        nodes: from the first node to the end, by the wall clock.
        models, tests: of all models and of all data tests, added up, as if none ran beside
            another.
    """

    start_up: float
    nodes: float
    models: float
    tests: float

    @classmethod
    def of(cls, result: dbtRunnerResult, began: datetime) -> Times:
        """The times of a run that has just ended.

        Args:
            began: the moment of the call, with its zone.
        """
        runs = node_results(result)
        ended = datetime.now(UTC)
        starts = [each.started_at for run in runs for each in run.timing if each.started_at]
        first = min((start.replace(tzinfo=UTC) for start in starts), default=ended)
        spent: defaultdict[str, float] = defaultdict(float)
        for run in runs:
            spent[str(run.node.resource_type)] += run.execution_time
        return cls(
            (first - began).total_seconds(),
            (ended - first).total_seconds(),
            spent["model"],
            spent["test"],
        )


@contextmanager
def _node_bar(what: str) -> Iterator[Callable[[EventMsg], None]]:
    """A bar over nodes, shown from the first moment: reading the project alone takes seconds.

    Yields what takes dbt's reports while it works.
    """
    bar = progress()
    task = bar.add_task("reading the project", total=None)

    def take(event: EventMsg) -> None:
        match event.info.name:
            case "LogStartLine":
                bar.update(task, description=what, total=event.data.total)
            case "NodeFinished":
                bar.advance(task)

    if bar.console.is_terminal:
        bar.start()
    try:
        yield take
    finally:
        if bar.live.is_started:
            bar.stop()
