"""A Postgres server of the tests' own, on a socket in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ecocharge.bench.peers import server


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Start a server with its files in `folder`; yields the address of an empty database."""
    if not server.can_run():
        pytest.skip("no Postgres server: install Debian's `postgresql`")
    with server.running(folder, ["shared_buffers=64MB"]) as url:
        yield url
