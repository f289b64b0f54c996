"""All that `ecocharge status` tells, read without holding anything up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb

from ecocharge.errors import EcoChargeError
from ecocharge.landing.feeds import feed_names, find_feed
from ecocharge.locking import Holder, holder
from ecocharge.paths import Paths
from ecocharge.publishing.layout import DESCRIPTION_FILE
from ecocharge.refresh.inboxes import Inbox, Refused, arrived, refused
from ecocharge.refresh.waiting import waiting_loads
from ecocharge.runs.log import FAILED, KILLED, run_lock
from ecocharge.state import open_state
from ecocharge.status.freshness import LATE, Freshness, feed_freshness, source_freshness, utc_now


@dataclass(frozen=True)
class Generation:
    """The published generation."""

    id: str
    created_at_utc: datetime


@dataclass(frozen=True)
class LastRun:
    """The run that began last; without an outcome where it is at work or was killed."""

    command: str
    arguments: str
    started_at_utc: datetime
    ended_at_utc: datetime | None
    outcome: str | None
    error: str | None


@dataclass(frozen=True)
class Waiting:
    """What an inbox holds that has not been looked at, and loads that are not published."""

    feed: str
    folder: str
    files: int
    loads: int


@dataclass
class Status:
    """How things stand.

    Attributes:
        generation: what readers see, None where nothing is published.
        at_work: the run that holds the lock, None where none does.
        state_is_busy: the run at work has the state, so that what follows is not known.
        last_run: None before the first.
        waiting: by feed.
        refused: files that somebody must look at.
        freshness: of the sources and of feeds that say how old they may become.
        problems: why not all is well, a sentence each.
    """

    generation: Generation | None = None
    at_work: Holder | None = None
    state_is_busy: bool = False
    last_run: LastRun | None = None
    waiting: list[Waiting] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    freshness: list[Freshness] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_status(paths: Paths, inboxes: Sequence[Inbox]) -> Status:
    """How things stand with a project.

    Args:
        paths: the project.
        inboxes: the folders that are watched, which may be none.

    Raises:
        EcoChargeError: a feed's settings or the state cannot be read.
    """
    status = Status(generation=_generation(paths), at_work=holder(run_lock(paths)))
    if status.generation is None:
        status.problems.append("nothing is published")
    if paths.state.exists():
        try:
            with open_state(paths.state) as connection:
                _read_state(connection, paths, inboxes, status)
            if (paths.target / "manifest.json").exists():
                status.freshness += source_freshness(paths.state, paths.target, utc_now())
        except EcoChargeError:
            if holder(run_lock(paths)) is None:
                raise
            status.state_is_busy = True
    _judge(status)
    return status


def _generation(paths: Paths) -> Generation | None:
    try:
        about = json.loads((paths.published / DESCRIPTION_FILE).read_text(encoding="utf-8"))
        created = datetime.fromisoformat(about["created_at_utc"])
        return Generation(about["id"], created.astimezone(UTC).replace(tzinfo=None))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _read_state(
    connection: duckdb.DuckDBPyConnection,
    paths: Paths,
    inboxes: Sequence[Inbox],
    status: Status,
) -> None:
    status.last_run = _last_run(connection)
    for inbox in inboxes:
        try:
            files = len(arrived(connection, inbox, 0.0))
        except EcoChargeError as error:
            status.problems.append(f"{inbox.feed.name}: {error.message}: {inbox.folder}")
            continue
        loads = waiting_loads(connection, [inbox.feed.name], None)
        status.waiting.append(Waiting(inbox.feed.name, str(inbox.folder), files, loads))
    status.refused = refused(connection, inboxes)
    feeds = [find_feed(paths.feeds, name) for name in feed_names(paths.feeds)]
    status.freshness = feed_freshness(connection, feeds, utc_now())


def _last_run(connection: duckdb.DuckDBPyConnection) -> LastRun | None:
    row = connection.execute(
        "select command, arguments, started_at_utc, ended_at_utc, outcome, error from runs.runs"
        " order by run_id desc limit 1"
    ).fetchone()
    return LastRun(*row) if row else None


def _judge(status: Status) -> None:
    last = status.last_run
    if last is not None:
        outcome = KILLED if last.outcome is None and status.at_work is None else last.outcome
        if outcome in (FAILED, KILLED):
            why = f": {last.error}" if last.error else ""
            status.problems.append(f"the last run, {last.command}, was {outcome}{why}")
    status.problems += [
        f"{one.source_system}: {one.source_file} was refused: {one.error}" for one in status.refused
    ]
    status.problems += [
        f"{one.name}: nothing came since {one.last_at_utc:%Y-%m-%d %H:%M} UTC"
        for one in status.freshness
        if one.verdict == LATE
    ]
