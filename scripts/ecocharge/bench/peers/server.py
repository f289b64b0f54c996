"""A Postgres server of one's own, on a socket in a folder of its own, gone with the block."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ecocharge.errors import EcoChargeError

_DEBIAN = Path("/usr/lib/postgresql")
_PROGRAMS = ("initdb", "postgres", "pg_isready")
_USER = "postgres"
_PATIENCE = 60.0


def program(name: str) -> str | None:
    """The newest of Debian's versions, else what the path has."""
    versions = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda found: float(found.parts[-3]))
    return str(versions[-1]) if versions else shutil.which(name)


def can_run() -> bool:
    """Whether the server's programs are here."""
    return all(program(name) for name in _PROGRAMS)


@contextmanager
def running(folder: Path, settings: Sequence[str]) -> Iterator[str]:
    """Start a server with its files in `folder`; yields the address of an empty database.

    It is a child of this process, so that what it takes is counted with it. What it holds is lost
    at the end of the block.

    Args:
        folder: with a short path (a socket's has 107 characters at most) that the server's user
            can enter.
        settings: `name=value`, as in postgresql.conf.

    Raises:
        EcoChargeError: when it does not start.
    """
    initdb, postgres, is_ready = (program(name) or name for name in _PROGRAMS)
    data, sockets, log = folder / "data", folder / "sockets", folder / "log"
    somebody: dict[str, Any] = {}
    for each in (folder, data, sockets):
        each.mkdir(exist_ok=True)
    if os.geteuid() == 0:
        # The server refuses to run as root; Debian's package brings a user for it.
        somebody = {"user": _USER, "group": _USER, "extra_groups": []}
        for each in (folder, data, sockets):
            shutil.chown(each, _USER)
    with log.open("wb") as said:

        def begin(*command: str) -> subprocess.Popen[bytes]:
            return subprocess.Popen(command, cwd=folder, stdout=said, stderr=said, **somebody)

        made = ("-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        begin(initdb, "-D", f"{data}", *made).wait()
        own = ("listen_addresses=", f"unix_socket_directories={sockets}", "fsync=off")
        options = [word for setting in (*own, *settings) for word in ("-c", setting)]
        server = begin(postgres, "-D", f"{data}", *options)
        try:
            until = time.monotonic() + _PATIENCE
            while begin(is_ready, "-q", "-h", f"{sockets}").wait():
                if server.poll() is not None or time.monotonic() > until:
                    raise EcoChargeError(
                        f"the Postgres server does not start: {log.read_text('utf-8')[-1000:]}",
                        remedy="see what it says",
                    )
                time.sleep(0.1)
            yield f"postgresql://{_USER}@/postgres?host={sockets}"
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait()
