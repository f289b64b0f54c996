"""One process at a time: a lock that the system takes away with its holder, however that ends."""

from __future__ import annotations

import fcntl
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from ecocharge.errors import EcoChargeError

# Who looks at a lock holds it for an instant.
_GLANCE_SECONDS = 0.3
_PAUSE_SECONDS = 0.05


class BusyError(EcoChargeError):
    """Another process is at work."""


@dataclass(frozen=True)
class Holder:
    """Who holds a lock.

    Attributes:
        what: the command at work, such as `ecocharge build`.
        pid: its process.
        since: when it took the lock, UTC.
    """

    what: str
    pid: int
    since: datetime

    def __str__(self) -> str:
        return f"{self.what}, process {self.pid}, since {self.since:%Y-%m-%d %H:%M:%S} UTC"


@contextmanager
def only_one(
    file: Path,
    what: str,
    *,
    wait_seconds: float = 0.0,
    stop: threading.Event | None = None,
) -> Iterator[None]:
    """Hold a lock that one process of this machine can hold at a time.

    Args:
        file: the lock; it is made where missing, and stays.
        what: what is done under it; others that come meanwhile are told.
        wait_seconds: how long to wait for another holder to end.
        stop: ends the waiting when it is set.

    Raises:
        BusyError: another process holds it, which the message names.
        EcoChargeError: it cannot be made.
    """
    with _opened(file) as handle:
        if not _taken(handle, max(wait_seconds, _GLANCE_SECONDS), stop):
            found = _read(handle)
            raise BusyError(
                f"one run at a time, and another one is at work: {found or 'it tells no name'}",
                file=file,
                remedy="wait until it has ended, then try again"
                + (f"; to end it: kill {found.pid}" if found else ""),
            )
        _write(handle, Holder(what, os.getpid(), datetime.now(UTC)))
        try:
            yield
        finally:
            handle.truncate(0)


def holder(file: Path) -> Holder | None:
    """Who holds a lock now; None where nobody does."""
    try:
        with file.open("r", encoding="utf-8") as handle:
            # Long enough not to take another's look for a run.
            if _taken(handle, _GLANCE_SECONDS, None):
                return None
            return _read(handle)
    except FileNotFoundError:
        return None


def _opened(file: Path) -> IO[str]:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return file.open("a+", encoding="utf-8")
    except OSError as error:
        raise EcoChargeError(
            f"the lock cannot be made ({error.strerror})",
            file=file,
            remedy="check that you may write into its folder",
        ) from error


def _taken(handle: IO[str], seconds: float, stop: threading.Event | None) -> bool:
    until = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until or (stop and stop.is_set()):
                return False
            time.sleep(_PAUSE_SECONDS)
        else:
            return True


def _write(handle: IO[str], found: Holder) -> None:
    handle.truncate(0)
    told = {"what": found.what, "pid": found.pid, "since": found.since.isoformat()}
    handle.write(json.dumps(told))
    handle.flush()


def _read(handle: IO[str]) -> Holder | None:
    handle.seek(0)
    try:
        told = json.loads(handle.read())
        return Holder(told["what"], told["pid"], datetime.fromisoformat(told["since"]))
    except (ValueError, KeyError, TypeError):
        return None
