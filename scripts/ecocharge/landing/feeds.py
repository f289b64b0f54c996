"""Feeds: whose data it is, and what its files do not say of themselves.

A feed is a file `feeds/<name>.yml`; a new feed is a new file there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import duckdb
import yaml

from ecocharge.errors import EcoChargeError

DEFAULT_LAG_MINUTES = 15
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_TEXTS = (
    "description",
    "adapter",
    "inbox",
    "country_code",
    "region",
    "city",
    "currency",
    "grid_zone",
)
_KEYS = (
    *_TEXTS,
    "time_zone",
    "time_zone_is_assumed",
    "declared_lag_minutes",
    "stale_after_hours",
    "mapping",
)


@dataclass(frozen=True)
class Feed:
    """One source system.

    Attributes:
        name: the `source_system` of its rows.
        path: the file it was read from, None for a feed without one.
        adapter: the format of most of its files, None to recognise it from each.
        inbox: the folder its files arrive in, from the project folder; None where nobody watches.
        time_zone: IANA zone of its stations, None where rows or coordinates tell it.
        time_zone_is_assumed: True where nobody states the zone and it was chosen by judgement.
        country_code: ISO 3166-1 alpha-2.
        currency: ISO 4217, of amounts that name none.
        grid_zone: the grid whose hourly factors its stations use.
        declared_lag_minutes: minutes from the end of a session until its record is there.
        stale_after_hours: hours without a new file after which `ecocharge status` calls the feed
            late; None where it never does.
        mapping: how the adapter reads its columns, for adapters that need to be told.
    """

    name: str
    path: Path | None = None
    description: str = ""
    adapter: str | None = None
    inbox: str | None = None
    time_zone: str | None = None
    time_zone_is_assumed: bool = False
    country_code: str | None = None
    region: str | None = None
    city: str | None = None
    currency: str | None = None
    grid_zone: str | None = None
    declared_lag_minutes: int = DEFAULT_LAG_MINUTES
    stale_after_hours: int | None = None
    mapping: Mapping[str, Any] = field(default_factory=dict)


def find_feed(folder: Path, name: str) -> Feed:
    """The feed of that name; one that has no file has only its name.

    Args:
        folder: see `Paths.feeds`.
        name: as the user wrote it.

    Raises:
        EcoChargeError: when the name cannot name a feed, or its file cannot be used.
    """
    if not _NAME.fullmatch(name):
        raise EcoChargeError(
            f"{name!r} cannot name a feed",
            remedy="use lower-case letters, digits and underscores, such as my_network",
        )
    if name == "native":
        raise EcoChargeError(
            "the native feed is not landed from files",
            remedy="write it with `ecocharge generate`, or choose another name",
        )
    path = folder / f"{name}.yml"
    return _read(path, name) if path.is_file() else Feed(name)


def feed_names(folder: Path) -> list[str]:
    """The names of all feeds that have a file, sorted."""
    return sorted(path.stem for path in folder.glob("*.yml"))


_COLUMNS = (
    "source_system",
    "description",
    "time_zone",
    "time_zone_is_assumed",
    "country_code",
    "region",
    "city",
    "currency",
    "grid_zone",
    "declared_lag_minutes",
)


def register_feed(connection: duckdb.DuckDBPyConnection, feed: Feed) -> None:
    """Write a feed's settings where dbt reads them, replacing those it had.

    Args:
        connection: from `ecocharge.state.open_state`.
    """
    values = [feed.name, *(getattr(feed, name) for name in _COLUMNS[1:])]
    connection.execute(
        f"insert or replace into landing.feeds ({', '.join(_COLUMNS)}) "
        f"values ({', '.join('?' for _ in _COLUMNS)})",
        values,
    )


def refresh_feeds(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Bring the settings of all feeds that have landed up to date with their files.

    Raises:
        EcoChargeError: when a file cannot be used.
    """
    rows = connection.execute("select source_system from landing.feeds").fetchall()
    for (name,) in rows:
        register_feed(connection, find_feed(folder, name))


def _read(path: Path, name: str) -> Feed:
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise EcoChargeError(
            "the feed's settings cannot be read",
            remedy="check that the file is UTF-8 text and that you may read it",
            file=path,
        ) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise EcoChargeError(
            f"the feed's settings are not YAML ({getattr(error, 'problem', None) or 'unreadable'})",
            remedy="write one `key: value` a line",
            file=path,
            line=mark.line + 1 if mark else None,
        ) from error
    settings = given or {}
    if not isinstance(settings, dict):
        raise _wrong(path, None, "settings must be `key: value` lines")
    for key in settings:
        if key not in _KEYS:
            raise _wrong(path, str(key), f"unknown setting; known are: {', '.join(_KEYS)}")
    return Feed(name, path, **_checked(path, settings))


def _checked(path: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    values = {key: value for key, value in settings.items() if value is not None}
    for key in (*_TEXTS, "time_zone"):
        if key in values and not isinstance(values[key], str):
            raise _wrong(path, key, "must be text; put it in quotes")
    if values.get("time_zone", "UTC") not in available_timezones():
        raise _wrong(path, "time_zone", "must be an IANA zone, such as Europe/London")
    if not isinstance(values.get("time_zone_is_assumed", False), bool):
        raise _wrong(path, "time_zone_is_assumed", "must be true or false")
    lag = values.get("declared_lag_minutes", 0)
    if isinstance(lag, bool) or not isinstance(lag, int) or lag < 0:
        raise _wrong(path, "declared_lag_minutes", "must be a whole number of minutes, 0 or more")
    hours = values.get("stale_after_hours", 1)
    if isinstance(hours, bool) or not isinstance(hours, int) or hours < 1:
        raise _wrong(path, "stale_after_hours", "must be a whole number of hours, 1 or more")
    if not isinstance(values.get("mapping", {}), dict):
        raise _wrong(path, "mapping", "must be `key: value` lines")
    return values


def _wrong(path: Path, key: str | None, problem: str) -> EcoChargeError:
    what = f"the setting {key!r}" if key else "the feed's settings"
    return EcoChargeError(f"{what} cannot be used", remedy=problem, file=path, column=key)
