"""How long ago each source brought anything, against what its yml allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from ecocharge.landing.feeds import Feed
from ecocharge.publishing.artifacts import read_artifact
from ecocharge.publishing.database import attach_read_only

FRESH = "fresh"
LATE = "late"
NOTHING = "nothing landed"


@dataclass(frozen=True)
class Freshness:
    """One source of dbt, or one feed.

    Attributes:
        name: of the source or the feed.
        last_at_utc: when it last brought anything, None where it never did.
        allowed: how old that may become, None where nobody says.
        verdict: fresh, late, or nothing landed.
    """

    name: str
    last_at_utc: datetime | None
    allowed: timedelta | None
    verdict: str


def source_freshness(state: Path, target: Path, now: datetime) -> list[Freshness]:
    """Each source of the project, by its own query and threshold, as `dbt source freshness` has it.

    Args:
        state: the state file.
        target: dbt's folder, with the manifest of the last build.
        now: UTC without a zone.

    Raises:
        EcoChargeError: there is no build yet, or the state is in use.
    """
    manifest = read_artifact(target / "manifest.json")
    found: dict[str, tuple[str, timedelta]] = {}
    for source in manifest["sources"].values():
        allowed = _shortest(source["freshness"] or {})
        if source["loaded_at_query"] and allowed:
            found[source["source_name"]] = (source["loaded_at_query"], allowed)
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        # The name that the project's own queries know it by.
        attach_read_only(connection, state, "state")
        return [
            judged(name, _last(connection, query, now), allowed, now)
            for name, (query, allowed) in sorted(found.items())
        ]


def feed_freshness(
    connection: duckdb.DuckDBPyConnection, feeds: list[Feed], now: datetime
) -> list[Freshness]:
    """The feeds whose settings say how old their last file may become."""
    last = dict(
        connection.execute(
            "select source_system, max(landed_at_utc) from landing.manifest group by all"
        ).fetchall()
    )
    return [
        judged(feed.name, last.get(feed.name), timedelta(hours=feed.stale_after_hours), now)
        for feed in feeds
        if feed.stale_after_hours
    ]


def judged(name: str, last: datetime | None, allowed: timedelta | None, now: datetime) -> Freshness:
    """What the age of the last arrival means."""
    if last is None:
        return Freshness(name, None, allowed, NOTHING)
    is_late = allowed is not None and now - last > allowed
    return Freshness(name, last, allowed, LATE if is_late else FRESH)


def utc_now() -> datetime:
    """Now, UTC without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def _last(connection: duckdb.DuckDBPyConnection, query: str, now: datetime) -> datetime | None:
    # The sources' queries say `now` where nothing has landed yet, so that dbt calls it fresh.
    row = connection.execute(query).fetchone()
    found: datetime | None = row[0] if row else None
    return None if found is None or found >= now else found


def _shortest(freshness: dict[str, Any]) -> timedelta | None:
    """What is allowed before dbt warns, or errs where it never warns."""
    for level in ("warn_after", "error_after"):
        threshold = freshness.get(level) or {}
        if threshold.get("count"):
            return timedelta(**{f"{threshold['period']}s": threshold["count"]})
    return None
