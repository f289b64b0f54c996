"""What a new operator needs before the first landing: a salt, a feed and a list of stations."""

from __future__ import annotations

import csv
import io
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from ecocharge.errors import EcoChargeError
from ecocharge.landing.adapters import adapters_for
from ecocharge.landing.adapters.generic_csv import STATIONS
from ecocharge.landing.feeds import find_feed
from ecocharge.landing.personal import FILE_VARIABLE, SALT_FILE, VARIABLE
from ecocharge.paths import Paths

_SALT_BYTES = 32
_PRIVATE_FOLDER = 0o700
_PRIVATE_FILE = 0o600
_PUBLIC_FILE = 0o644
# Each setting with what it is for and what it looks like; see `feeds.Feed`.
_SETTINGS = (
    ("description", "Whose data it is, and under which licence.", "City of Example, CC0 1.0"),
    ("adapter", "The format of most of its files; without it, each is recognised.", "ocpi"),
    ("inbox", "The folder its files arrive in, for `ecocharge refresh`.", "data/inbox/example"),
    ("time_zone", "The IANA zone of its stations, unless its rows name theirs.", "Europe/Paris"),
    ("time_zone_is_assumed", "True where nobody states the zone and you judged it.", "true"),
    ("country_code", "ISO 3166-1 alpha-2, in quotes.", '"FR"'),
    ("region", "The region of its stations, where all share one.", "IDF"),
    ("city", "The city of its stations, where all share one.", "Paris"),
    ("currency", "ISO 4217, of amounts that name none.", "EUR"),
    ("grid_zone", "The grid whose hourly factors its stations use.", "FR"),
    ("declared_lag_minutes", "Minutes from a session's end until its record is there.", "15"),
    ("stale_after_hours", "Hours without a new file until `ecocharge status` says so.", "24"),
    ("mapping", "Which column means what, for generic_csv and other adapters that ask.", ""),
)


@dataclass
class Made:
    """The files that were written, and those that were there and stay as they are."""

    written: list[Path] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)


def initialise(
    paths: Paths,
    name: str | None,
    settings: Mapping[str, str],
    environment: Mapping[str, str] = os.environ,
) -> Made:
    """Write what is missing: the salt, and for a named feed its settings and station list.

    Args:
        paths: the project's folders.
        name: the feed, None for the salt alone.
        settings: what is known of the feed, by the names in its file.
        environment: where a salt may be set already; then none is written.

    Raises:
        EcoChargeError: when a name or setting cannot be used, or the disk refuses.
    """
    made = Made()
    if name is not None:
        _write_feed(paths, name, settings, made)
    if not (environment.get(VARIABLE) or environment.get(FILE_VARIABLE)):
        folder = paths.root / SALT_FILE.parent
        folder.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
        secret = secrets.token_hex(_SALT_BYTES) + "\n"
        _write_new(paths.root / SALT_FILE, secret, _PRIVATE_FILE, made)
    return made


def stations_file(paths: Paths, name: str) -> Path:
    """Where the station list of a feed is kept."""
    return paths.root / "data" / name / "stations.csv"


def _write_feed(paths: Paths, name: str, settings: Mapping[str, str], made: Made) -> None:
    path = paths.feeds / f"{name}.yml"
    there = path.exists()
    if not there:
        find_feed(paths.feeds, name)
        path.parent.mkdir(parents=True, exist_ok=True)
    _write_new(path, _feed_text(settings), _PUBLIC_FILE, made)
    try:
        adapters_for(find_feed(paths.feeds, name), None)
    except EcoChargeError:
        if not there:
            path.unlink()
            made.written.remove(path)
        raise
    template = io.StringIO()
    csv.writer(template, lineterminator="\n").writerow(kind.name for kind in STATIONS.fields)
    stations = stations_file(paths, name)
    stations.parent.mkdir(parents=True, exist_ok=True)
    _write_new(stations, template.getvalue(), _PUBLIC_FILE, made)


def _feed_text(settings: Mapping[str, str]) -> str:
    lines = [
        "# What the files of this feed do not say themselves. Lines with a # are not in force."
    ]
    for name, meaning, example in _SETTINGS:
        lines.append(f"# {meaning}")
        given = settings.get(name)
        lines.append(f"# {name}: {example}".rstrip() if given is None else _setting(name, given))
    return "\n".join(lines) + "\n"


def _setting(name: str, value: str) -> str:
    return yaml.safe_dump({name: value}, allow_unicode=True, width=1000).strip()


def _write_new(path: Path, content: str, mode: int, made: Made) -> None:
    if path.exists():
        made.kept.append(path)
        return
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # Unlike a rename, a link never takes the place of a file made meanwhile.
        os.link(aside, path)
    except FileExistsError:
        made.kept.append(path)
    except OSError as error:
        raise EcoChargeError(
            f"the file cannot be written ({error.strerror})",
            remedy="check disk space and the folder's permissions",
            file=path,
        ) from error
    else:
        made.written.append(path)
    finally:
        aside.unlink(missing_ok=True)
