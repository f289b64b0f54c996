"""Drivers who asked to be forgotten: their keys are dropped wherever rows are written.

A key is remembered by its own hash only, so that remembering it does not keep it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

_KEY = re.compile(r"(?<![0-9a-f])([0-9a-f]{16})(?![0-9a-f])")
_MAY_HOLD_KEY = "[0-9a-f]{16}"


class Forgotten:
    """The keys that may not be landed again.

    Args:
        hashes: one for each key, see `key_hash`.
    """

    def __init__(self, hashes: Iterable[str]) -> None:
        self._hashes = frozenset(hashes)

    def __bool__(self) -> bool:
        return bool(self._hashes)

    def without_keys(self, values: pa.Array) -> tuple[pa.Array, int]:
        """Take the keys out of a column of text.

        A value that is a key becomes NULL, a quoted key inside JSON becomes `null`.

        Returns:
            The column and how many of its values changed.
        """
        suspects = pc.fill_null(pc.match_substring_regex(values, _MAY_HOLD_KEY), False)
        if not pc.any(suspects).as_py():
            return values, 0
        changed = 0
        cleaned: list[str | None] = values.to_pylist()
        for row in pc.indices_nonzero(suspects).to_pylist():
            value = self._clean(cleaned[row])
            if value != cleaned[row]:
                cleaned[row] = value
                changed += 1
        return (pa.array(cleaned, type=values.type), changed) if changed else (values, 0)

    def _clean(self, text: str | None) -> str | None:
        if text is None or not self._is_in(text):
            return text
        if self._is_forgotten(text):
            return None
        quoted = re.sub(f'"{_KEY.pattern}"', self._null, text)
        return _KEY.sub(self._nothing, quoted)

    def _is_in(self, text: str) -> bool:
        return any(map(self._is_forgotten, _KEY.findall(text)))

    def _null(self, found: re.Match[str]) -> str:
        return "null" if self._is_forgotten(found[1]) else found[0]

    def _nothing(self, found: re.Match[str]) -> str:
        return "" if self._is_forgotten(found[1]) else found[0]

    def _is_forgotten(self, key: str) -> bool:
        return key_hash(key) in self._hashes


NOBODY = Forgotten(())


def key_hash(key: str) -> str:
    """SHA-256 of a driver's key, 64 hex characters."""
    return hashlib.sha256(key.encode()).hexdigest()


def remember(connection: duckdb.DuckDBPyConnection, key: str, source: str | None) -> bool:
    """Have a key dropped from all files to come; True unless that was so already.

    Args:
        connection: from `ecocharge.state.open_state`.
        key: the driver's key.
        source: the feed to drop it from, None for all.
    """
    if key_hash(key) in _hashes(connection, source):
        return False
    connection.execute(
        "insert into landing.forgotten (key_hash, source_system, forgotten_at_utc)"
        " values (?, ?, cast(now() at time zone 'UTC' as timestamp(0)))",
        [key_hash(key), source],
    )
    return True


def forgotten_in(connection: duckdb.DuckDBPyConnection, source: str) -> Forgotten:
    """The keys to drop from the files of a feed.

    Args:
        connection: from `ecocharge.state.open_state`.
        source: the feed.
    """
    return Forgotten(_hashes(connection, source))


def _hashes(connection: duckdb.DuckDBPyConnection, source: str | None) -> list[str]:
    rows = connection.execute(
        "select key_hash from landing.forgotten where source_system is null or source_system = ?",
        [source],
    ).fetchall()
    return [key for (key,) in rows]
