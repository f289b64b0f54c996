"""Let a feed trickle into a folder: a file for each interval, until the end or a signal."""

from __future__ import annotations

import hashlib
import json
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ecocharge.errors import EcoChargeError
from ecocharge.trickle.feed import Feed

_STATE = ".stream.json"
_SHORTEST_SECONDS = 1.0
_REMEDY = "choose another folder with --out, or make this one writable"


@dataclass(frozen=True)
class Pace:
    """How fast the feed's clock runs.

    Attributes:
        speed: feed seconds in a second.
        intervals: how many go into one file, so that files come a second apart at least.
        seconds: from file to file.
    """

    speed: float
    intervals: int
    seconds: float

    @classmethod
    def of(cls, speed: float, interval_seconds: int) -> Pace:
        """The pace of a speed above zero."""
        intervals = max(1, math.ceil(speed * _SHORTEST_SECONDS / interval_seconds))
        return cls(speed, intervals, intervals * interval_seconds / speed)


@dataclass(frozen=True)
class Trickled:
    """What a run wrote, and whether the feed is at its end."""

    files: int
    lines: int
    done: bool


def fingerprint(*named: object) -> str:
    """16 hexadecimal digits that stand for what a feed is made from."""
    return hashlib.sha256("/".join(map(repr, named)).encode()).hexdigest()[:16]


def next_interval(folder: Path, made_from: str) -> int:
    """Where an earlier run in this folder stopped, 0 where there was none.

    Raises:
        EcoChargeError: when the folder holds another feed, or a state that cannot be read.
    """
    path = folder / _STATE
    if not path.exists():
        return 0
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        found, following = state["made_from"], int(state["next"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EcoChargeError(
            "the place where the stream stopped cannot be read",
            file=path,
            remedy="remove the folder to begin anew, or choose another with --out",
        ) from error
    if found != made_from:
        raise EcoChargeError(
            "another stream stopped in this folder",
            file=folder,
            remedy="give the same options to go on with it, or choose another --out",
        )
    return following


def trickle(
    feed: Feed,
    folder: Path,
    made_from: str,
    pace: Pace,
    stop: threading.Event,
    told: Callable[[str, int], None] = lambda name, lines: None,
) -> Trickled:
    """Write the files of a feed when their time has come, going on where an earlier run stopped.

    A file appears whole, under its name. Where it is written but the run ends before this is
    noted, the next run writes the same again.

    Args:
        folder: made where missing.
        made_from: see `fingerprint`.
        stop: ends the run after the file at hand.
        told: called with the name and the lines of each file.

    Raises:
        EcoChargeError: when the folder holds another stream or cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        first = next_interval(folder, made_from)
        if first == 0:
            for name, content in feed.clothing.companions().items():
                _put(folder / name, content)
        return _run(feed, folder, made_from, pace, stop, told, first)
    except OSError as error:
        reason = error.strerror or str(error)
        raise EcoChargeError(f"cannot write: {reason}", file=folder, remedy=_REMEDY) from error


def _run(
    feed: Feed,
    folder: Path,
    made_from: str,
    pace: Pace,
    stop: threading.Event,
    told: Callable[[str, int], None],
    first: int,
) -> Trickled:
    files = lines = 0
    due = time.monotonic()
    while first < feed.period.count:
        # What came within an interval is known at its end.
        due += pace.seconds
        if stop.wait(max(0.0, due - time.monotonic())):
            return Trickled(files, lines, done=False)
        after = min(first + pace.intervals, feed.period.count)
        content = feed.content(first, after)
        if content:
            name, count = feed.name(first), len(feed.lines(first, after))
            _put(folder / name, content)
            files, lines = files + 1, lines + count
            told(name, count)
        first = after
        state = json.dumps({"made_from": made_from, "next": first})
        _put(folder / _STATE, state.encode())
    return Trickled(files, lines, done=True)


def _put(path: Path, content: bytes) -> None:
    """Write a file so that it appears whole."""
    beside = path.with_name(f".{path.name}.tmp")
    beside.write_bytes(content)
    beside.replace(path)
