"""What a refresh was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ecocharge.landing.personal import Salt
from ecocharge.refresh.inboxes import Inbox


@dataclass(frozen=True)
class Order:
    """What to watch and what to make of it.

    Attributes:
        inboxes: the folders to land from.
        salt: the key of personal hashes.
        sources: the feeds that take part in the build.
        native_from: `seeds` or `landing`; None leaves the project's default.
        threads: models built side by side; None leaves the profile's default.
        keep: generations to keep.
        draws: whether the dashboard is drawn, too.
        settle_seconds: how long a file must have lain unchanged.
        arguments: the command line, for the run log.
    """

    inboxes: Sequence[Inbox]
    salt: Salt
    sources: Sequence[str]
    native_from: str | None = None
    threads: int | None = None
    keep: int = 3
    draws: bool = False
    settle_seconds: float = 2.0
    arguments: str = ""
