"""dbt in this process, in the project's folder, with a bar in the place of its log."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
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
        with _NodeBar(what) as bar:
            return dbtRunner(callbacks=[bar.take]).invoke([*arguments, *place, "--quiet"])
    finally:
        os.chdir(here)
        # dbt keeps its connection for the next run in the process; readers need the file free.
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]  # dbt's


class _NodeBar:
    """A bar over nodes, shown from the first moment: reading the project alone takes seconds."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._progress = progress()
        self._task = self._progress.add_task("reading the project", total=None)
        self._on: dict[str, Callable[[EventMsg], None]] = {
            "LogStartLine": self._started,
            "NodeFinished": self._done,
        }

    def __enter__(self) -> _NodeBar:
        if self._progress.console.is_terminal:
            self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress.live.is_started:
            self._progress.stop()

    def take(self, event: EventMsg) -> None:
        """What dbt reports while it works."""
        if change := self._on.get(event.info.name):
            change(event)

    def _started(self, event: EventMsg) -> None:
        self._progress.update(self._task, description=self._what, total=event.data.total)

    def _done(self, _: EventMsg) -> None:
        self._progress.advance(self._task)
