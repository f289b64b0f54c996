"""Folders that files arrive in, and which of their files have been looked at."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ecocharge.errors import EcoChargeError
from ecocharge.landing.feeds import Feed, feed_names, find_feed
from ecocharge.landing.inputs import InputFile, blames, data_files
from ecocharge.landing.load import Options
from ecocharge.landing.manifest import utc_now
from ecocharge.landing.run import data_suffixes
from ecocharge.paths import Paths


@dataclass(frozen=True)
class Inbox:
    """A feed and the folder that its files arrive in."""

    feed: Feed
    folder: Path


@dataclass(frozen=True)
class Refused:
    """A file that could not be landed and lies in its inbox as it was."""

    source_system: str
    source_file: str
    error: str


def find_inboxes(paths: Paths, given: Mapping[str, Path]) -> list[Inbox]:
    """The inboxes to watch: those given, else those that the feeds' settings name.

    Args:
        paths: the project.
        given: folders by the name of their feed.

    Raises:
        EcoChargeError: no feed has an inbox, or a feed's settings cannot be used.
    """
    if given:
        return [Inbox(find_feed(paths.feeds, name), folder) for name, folder in given.items()]
    found = named_inboxes(paths)
    if not found:
        raise EcoChargeError(
            "no feed has an inbox to watch",
            remedy="write `inbox: FOLDER` into its file under feeds/, or name one here with "
            "--from my_network=FOLDER",
        )
    return found


def named_inboxes(paths: Paths) -> list[Inbox]:
    """The inboxes that the feeds' settings name; there may be none."""
    feeds = [find_feed(paths.feeds, name) for name in feed_names(paths.feeds)]
    return [Inbox(feed, paths.root / feed.inbox) for feed in feeds if feed.inbox]


def arrived(
    connection: duckdb.DuckDBPyConnection, inbox: Inbox, settle_seconds: float
) -> list[InputFile]:
    """The files that came or changed since they were last looked at.

    Args:
        connection: from `ecocharge.state.open_state`.
        inbox: the folder and its feed.
        settle_seconds: a file that changed within so many seconds is left for the next time: it
            may still be being written.

    Raises:
        EcoChargeError: when the folder is not there or cannot be read.
    """
    seen: dict[str, str] = dict(
        connection.execute(
            "select source_file, version from landing.inbox_files where source_system = ?",
            [inbox.feed.name],
        ).fetchall()
    )
    now = time.time()
    return [
        item
        for item in data_files(inbox.folder, data_suffixes(inbox.feed, Options()))
        if _version(item.path) != seen.get(item.source_file)
        and not 0 <= now - item.path.stat().st_mtime < settle_seconds
    ]


def note(
    connection: duckdb.DuckDBPyConnection,
    inbox: Inbox,
    item: InputFile,
    errors: Iterable[EcoChargeError],
) -> None:
    """Remember that a file was looked at, and what was wrong with it.

    What is wrong with this machine, and not with the file, is not remembered: it is tried again.
    """
    told = list(errors)
    if not all(blames(error, item) for error in told):
        return
    connection.execute(
        "insert or replace into landing.inbox_files"
        " (source_system, source_file, version, seen_at_utc, error) values (?, ?, ?, ?, ?)",
        [
            inbox.feed.name,
            item.source_file,
            _version(item.path),
            utc_now(),
            "; ".join(error.message for error in told) or None,
        ],
    )


def refused(connection: duckdb.DuckDBPyConnection, inboxes: Iterable[Inbox]) -> list[Refused]:
    """The refused files that still lie in their inboxes as they were, by feed and name."""
    folders = {inbox.feed.name: inbox.folder for inbox in inboxes}
    rows = connection.execute(
        "select source_system, source_file, version, error from landing.inbox_files"
        " where error is not null order by all"
    ).fetchall()
    return [
        Refused(feed, name, error)
        for feed, name, version, error in rows
        if feed in folders
        and (folders[feed] / name).exists()
        and _version(folders[feed] / name) == version
    ]


def _version(path: Path) -> str:
    """What changes when a file is written, replaced, or made readable."""
    found = path.stat()
    return f"{found.st_size}-{found.st_mtime_ns}-{found.st_ctime_ns}"
