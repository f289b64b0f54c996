"""Emulators of object stores, each a server process on a free port of this machine."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

_SECONDS_TO_START = 30.0
# Azurite's own account and key: the same for everybody, and in its manual.
_AZURE_KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)


@dataclass(frozen=True)
class Server:
    """One emulator: the scheme of its addresses, and the environment that leads to it."""

    scheme: str
    environment: dict[str, str]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _module(name: str, *arguments: str) -> list[str]:
    if importlib.util.find_spec(name.split(".", maxsplit=1)[0]) is None:
        pytest.skip(f"no {name}: pip install -e '.[buckets,dev]'")
    return [sys.executable, "-m", name, *arguments]


def _azurite(*arguments: str) -> list[str]:
    program = os.environ.get("AZURITE", "azurite-blob")
    if shutil.which(program) is None:
        pytest.skip("no Azurite: `npm install azurite`, and set AZURITE to its azurite-blob")
    return [program, *arguments]


def _command(scheme: str, port: int) -> list[str]:
    host = "127.0.0.1"
    if scheme == "s3":
        return _module("moto.server", "-H", host, "-p", str(port))
    if scheme == "gs":
        where = ("--host", host, "--port", str(port), "--in-memory")
        return _module("gcp_storage_emulator", "start", *where)
    where = ("--blobHost", host, "--blobPort", str(port))
    return _azurite(*where, "--inMemoryPersistence", "--skipApiVersionCheck", "--silent")


def _environment(scheme: str, port: int) -> dict[str, str]:
    endpoint = f"http://127.0.0.1:{port}"
    if scheme == "s3":
        return {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "somebody",
            "AWS_SECRET_ACCESS_KEY": "a secret",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
    if scheme == "gs":
        return {"STORAGE_EMULATOR_HOST": endpoint}
    account = "devstoreaccount1"
    return {
        "AZURE_STORAGE_CONNECTION_STRING": "DefaultEndpointsProtocol=http;"
        f"AccountName={account};AccountKey={_AZURE_KEY};BlobEndpoint={endpoint}/{account};"
    }


@contextmanager
def running(scheme: str, folder: Path) -> Iterator[Server]:
    """Start the emulator of a scheme with its log in `folder`; skips where it is not installed."""
    port = _free_port()
    with (folder / "log").open("wb") as log:
        process = _started(_command(scheme, port), folder, log)
        try:
            _wait(port, process)
            yield Server(scheme, _environment(scheme, port))
        finally:
            process.kill()
            process.wait()


def _started(command: list[str], folder: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    begun = time.monotonic()
    while time.monotonic() - begun < _SECONDS_TO_START:
        assert process.poll() is None, "the emulator ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"the emulator does not listen after {_SECONDS_TO_START:.0f} s")
