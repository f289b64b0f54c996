"""One row in the durable state for each run, written when it begins and again when it ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path

import click

from ecocharge.errors import EcoChargeError
from ecocharge.locking import only_one
from ecocharge.paths import Paths
from ecocharge.state import open_state

SUCCEEDED = "succeeded"
FAILED = "failed"
STOPPED = "stopped"
KILLED = "killed"

_STAMP = "%Y%m%dT%H%M%S%fZ"
_LONGEST_ERROR = 500


@dataclass
class Run:
    """A run at work; what is set here is in the log once it has ended.

    Seconds are by the wall clock but for those of models and tests, which are added up over
    nodes that run side by side. None means that the run had no such step.

    Attributes:
        run_id: the moment it began, UTC; ids sort as runs began.
        command: the subcommand, such as `build`.
        arguments: what was asked, fit to be published.
        outcome: None while it is at work.
        error: what went wrong, in one line.
        files_landed, files_refused: of the files that were to be landed anew.
        rows_landed: rows of the files landed.
        rows_in, accepted, quarantined, duplicates: of all files in the build, after it.
        models, data_tests: built, and passed.
        landing_seconds, start_up_seconds, building_seconds, publishing_seconds,
            dashboard_seconds: of its steps; the start-up is dbt's, before the first node.
        model_seconds, test_seconds: of dbt's nodes, added up.
        generation_id: what it published.
    """

    run_id: str
    command: str
    arguments: str
    started_at_utc: datetime
    ended_at_utc: datetime | None = None
    outcome: str | None = None
    error: str | None = None
    files_landed: int | None = None
    files_refused: int | None = None
    rows_landed: int | None = None
    rows_in: int | None = None
    accepted: int | None = None
    quarantined: int | None = None
    duplicates: int | None = None
    models: int | None = None
    data_tests: int | None = None
    landing_seconds: float | None = None
    start_up_seconds: float | None = None
    building_seconds: float | None = None
    model_seconds: float | None = None
    test_seconds: float | None = None
    publishing_seconds: float | None = None
    dashboard_seconds: float | None = None
    generation_id: str | None = None
    _began: float = field(default_factory=time.monotonic, repr=False)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step: `landing`, `publishing` or `dashboard`."""
        began = time.monotonic()
        try:
            yield
        finally:
            setattr(self, f"{name}_seconds", time.monotonic() - began)

    def end(self, outcome: str, error: BaseException | str | None = None) -> None:
        """Say how it ended."""
        self.outcome = outcome
        self.error = None if error is None else _line(error)
        # A clock that is set meanwhile does not make a run end before it began.
        passed = time.monotonic() - self._began
        self.ended_at_utc = datetime.fromtimestamp(
            self.started_at_utc.replace(tzinfo=UTC).timestamp() + passed, UTC
        ).replace(tzinfo=None)


_COLUMNS = tuple(each.name for each in fields(Run) if not each.name.startswith("_"))
# The lock is ours, so what has not ended never will.
_KILLED = f"update runs.runs set outcome = '{KILLED}' where outcome is null"
_WRITE = (
    f"insert or replace into runs.runs ({', '.join(_COLUMNS)})"
    f" values ({', '.join('?' for _ in _COLUMNS)})"
)


def run_lock(paths: Paths) -> Path:
    """The file that a run locks, beside the state that it writes."""
    return paths.state.with_name(f".{paths.state.name}.lock")


@contextmanager
def recorded(
    paths: Paths,
    command: str,
    arguments: str,
    *,
    wait_seconds: float = 0.0,
    stop: threading.Event | None = None,
) -> Iterator[Run]:
    """Do a run, the only one at work, and leave a row that tells of it.

    The row is there from the beginning, without an outcome; the next run calls it killed where it
    stays so.

    Args:
        paths: the project.
        command: see `Run`.
        arguments: see `Run`.
        wait_seconds: how long to wait for another run to end.
        stop: ends that waiting when it is set.

    Yields:
        The run, to be told what its steps took and made. It has succeeded unless an exception
        leaves the block or `Run.end` says otherwise.

    Raises:
        EcoChargeError: another run is at work, or the state cannot be written.
    """
    lock = only_one(run_lock(paths), f"ecocharge {command}", wait_seconds=wait_seconds, stop=stop)
    with lock:
        run = _begun(paths, command, arguments)
        try:
            yield run
        except BaseException as error:
            # What went wrong is what the user must read, whether or not it can be noted.
            with suppress(EcoChargeError):
                run.end(STOPPED if isinstance(error, KeyboardInterrupt) else FAILED, error)
                _note(paths, run)
            raise
        if run.outcome is None:
            run.end(SUCCEEDED)
        _note(paths, run)


def _begun(paths: Paths, command: str, arguments: str) -> Run:
    with open_state(paths.state) as connection:
        connection.execute(_KILLED)
        now = datetime.now(UTC)
        run = Run(now.strftime(_STAMP), command, arguments, now.replace(tzinfo=None))
        connection.execute(_WRITE, _values(run))
    return run


def _note(paths: Paths, run: Run) -> None:
    with open_state(paths.state) as connection:
        connection.execute(_WRITE, _values(run))


def _values(run: Run) -> list[object]:
    return [getattr(run, name) for name in _COLUMNS]


def _line(error: BaseException | str) -> str:
    """An error in one line, without the file it names: where that lies is nobody's business."""
    if isinstance(error, click.exceptions.Exit):
        text = "it ended with an error that was told above"
    elif isinstance(error, EcoChargeError):
        text = error.message
    else:
        text = str(error) or type(error).__name__
    return " ".join(text.split())[:_LONGEST_ERROR]
