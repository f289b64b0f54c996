"""A place apart: its own landing, state and warehouse, gone when the work is done."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt_common.events.base_types import EventMsg

from ecocharge.console import progress
from ecocharge.errors import EcoChargeError
from ecocharge.paths import Paths

# Seeds of the generated network are of no use to other feeds, and tests and unit tests say
# nothing of the files at hand.
_ARGUMENTS = (
    "--exclude",
    "path:seeds/native",
    "--exclude-resource-type",
    "test",
    "unit_test",
    "--quiet",
    "--log-level-file",
    "none",
)


@contextmanager
def sandbox(paths: Paths, *, feeds: Path | None = None) -> Iterator[Paths]:
    """Point the project's movable folders at a new temporary one.

    Args:
        paths: the project.
        feeds: another folder of feed settings than the project's.

    Yields:
        The same project, whose landing, state, warehouse and dbt output lie in the temporary
        folder; it and the settings are gone on leaving, whatever happens.
    """
    with tempfile.TemporaryDirectory(prefix="ecocharge-") as name:
        folder = Path(name)
        moved = {
            "ECOCHARGE_HOME": paths.root,
            "ECOCHARGE_FEEDS": feeds or paths.feeds.resolve(),
            "ECOCHARGE_LANDING": folder / "landing",
            "ECOCHARGE_STATE": folder / "state.duckdb",
            "ECOCHARGE_WAREHOUSE": folder / "warehouse.duckdb",
            "DBT_TARGET_PATH": folder / "target",
            "DBT_LOG_PATH": folder / "logs",
        }
        before = {variable: os.environ.get(variable) for variable in moved}
        os.environ.update({variable: str(place) for variable, place in moved.items()})
        try:
            yield Paths(paths.root)
        finally:
            for variable, value in before.items():
                if value is None:
                    del os.environ[variable]
                else:
                    os.environ[variable] = value


def run_models(paths: Paths, sources: Sequence[str], select: str) -> None:
    """Build models and what they need, without tests; a bar shows how far it is.

    Args:
        paths: from `sandbox`.
        sources: the feeds that take part.
        select: dbt's own selection, such as `+int_sessions__classified`.

    Raises:
        EcoChargeError: when a model fails.
    """
    here = Path.cwd()
    # Relative paths in profiles.yml count from the project folder.
    os.chdir(paths.root)
    try:
        with _ModelBar() as bar:
            result = dbtRunner(callbacks=[bar.take]).invoke(
                [
                    "build",
                    *("--project-dir", str(paths.root), "--profiles-dir", str(paths.root)),
                    *("--vars", json.dumps({"ecocharge_sources": list(sources)})),
                    *("--select", select, *_ARGUMENTS),
                ]
            )
    finally:
        os.chdir(here)
        # dbt keeps its connection for the next run in the process; readers need the file free.
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]  # dbt's
    if not result.success:
        raise EcoChargeError(
            f"the models cannot be run on these files: {_why(result)}",
            remedy="run `ecocharge build` on the project; if that is green, report this",
        )


def _why(result: dbtRunnerResult) -> str:
    """What stopped dbt: an error of the project as a whole, or the first of a model."""
    if result.exception is not None:
        return str(result.exception)
    runs = getattr(result.result, "results", [])
    failed = (run for run in runs if run.status in ("error", "fail"))
    return next((f"{run.node.name}: {run.message}" for run in failed), "dbt gives no reason")


class _ModelBar:
    """A bar over models, shown from the first moment: reading the project alone takes seconds."""

    def __init__(self) -> None:
        self._progress = progress()
        self._task = self._progress.add_task("reading the project", total=None)
        self._on: dict[str, Callable[[EventMsg], None]] = {
            "LogStartLine": self._started,
            "LogModelResult": self._done,
            "LogSeedResult": self._done,
        }

    def __enter__(self) -> _ModelBar:
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
        self._progress.update(self._task, description="checking, models", total=event.data.total)

    def _done(self, event: EventMsg) -> None:
        self._progress.advance(self._task)
