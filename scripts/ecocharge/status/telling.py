"""How things stand, as a page of the terminal or as JSON."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ecocharge.status.freshness import utc_now
from ecocharge.status.reading import Status

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def age(since: datetime, now: datetime) -> str:
    """How long ago a moment was, in the unit that fits."""
    seconds = max(0, int((now - since).total_seconds()))
    if seconds < 2 * _MINUTE:
        return f"{seconds} s"
    if seconds < 2 * _HOUR:
        return f"{seconds // _MINUTE} min"
    return f"{seconds // _HOUR} h" if seconds < 2 * _DAY else f"{seconds // _DAY} days"


def to_json(status: Status) -> dict[str, Any]:
    """The status with moments in ISO form, UTC, and spans in seconds."""
    return {"is_well": not status.problems, **_plain(asdict(status))}


def print_status(status: Status, out: Console) -> None:
    """Print it: what is published, what ran, what waits, what is late, and what is wrong."""
    now = utc_now()
    generation = status.generation
    told = (
        f"{generation.id}, {age(generation.created_at_utc, now)} old" if generation else "nothing"
    )
    _say(out, f"published: {told}")
    _say(out, f"at work:   {status.at_work or 'nothing'}")
    last = status.last_run
    if last:
        ended = f"{last.outcome or 'unfinished'}, begun {age(last.started_at_utc, now)} ago"
        _say(out, f"last run:  {last.command} {last.arguments}".rstrip() + f": {ended}")
    if status.state_is_busy:
        _say(out, "the run at work has the state: what waits and what is late is not known now")
    if status.waiting:
        out.print(_waiting(status), crop=False)
    if status.freshness:
        out.print(_freshness(status, now), crop=False)
    for problem in status.problems:
        _say(out, f"not well: {problem}")
    if not status.problems:
        _say(out, "all is well")


def _waiting(status: Status) -> Table:
    table = Table("feed", "inbox", title="What waits", title_justify="left")
    table.add_column("files", justify="right")
    table.add_column("loads not published", justify="right")
    for one in status.waiting:
        table.add_row(one.feed, Text(one.folder), f"{one.files:,}", f"{one.loads:,}")
    return table


def _freshness(status: Status, now: datetime) -> Table:
    table = Table("source or feed", "last brought something", "may be", "", title="Freshness",
                  title_justify="left")  # fmt: skip
    for one in status.freshness:
        table.add_row(
            one.name,
            f"{age(one.last_at_utc, now)} ago" if one.last_at_utc else "",
            age(now - one.allowed, now) if one.allowed else "",
            one.verdict,
        )
    return table


def _say(out: Console, line: str) -> None:
    out.print(Text(line), soft_wrap=True)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else value
