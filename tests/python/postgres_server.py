"""A Postgres server of the tests' own, on a socket in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_DEBIAN = Path("/usr/lib/postgresql")


def _program(name: str) -> str | None:
    found = sorted(_DEBIAN.glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


def _as_somebody(command: list[str]) -> list[str]:
    """The server refuses to run as root; Debian's package brings a user for it."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Start a server with its files in `folder`; yields the address of an empty database."""
    initdb, control = _program("initdb"), _program("pg_ctl")
    if not (initdb and control):
        pytest.skip("no Postgres server: install Debian's `postgresql`")
    data, sockets = folder / "data", folder / "sockets"
    for each in (folder, data, sockets):
        each.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(each, "postgres")
    user = "postgres"

    def run(*command: str) -> None:
        subprocess.run(
            _as_somebody(list(command)), check=True, cwd=folder, stdout=subprocess.DEVNULL
        )

    run(initdb, "-D", str(data), "-U", user, "--auth=trust", "-E", "UTF8", "--no-sync")
    options = f"-k {sockets} -c listen_addresses='' -c fsync=off -c shared_buffers=64MB"
    run(control, "-D", str(data), "-w", "-o", options, "-l", str(folder / "log"), "start")
    try:
        yield f"postgresql://{user}@/postgres?host={sockets}"
    finally:
        run(control, "-D", str(data), "-m", "immediate", "stop")
