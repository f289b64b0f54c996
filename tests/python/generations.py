"""What must hold of published generations, and publishes that are killed."""

from __future__ import annotations

import hashlib
import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from ecocharge.paths import Paths
from ecocharge.publishing.publish import publish

_PUBLISH = (
    "import sys\n"
    "from pathlib import Path\n"
    "from ecocharge.paths import Paths\n"
    "from ecocharge.publishing.publish import publish\n"
    "print('go', flush=True)\n"
    "while True: publish(Paths(Path(sys.argv[1])), keep=2)"
)


def assert_whole(paths: Paths) -> None:
    """The live generation opens, and holds every row and byte that it says it holds."""
    folder = paths.published.resolve()
    said = json.loads((folder / "generation.json").read_text())
    assert said["id"] == folder.name
    assert not list(folder.glob("*.wal"))
    listed = {"generation.json", _as_told(folder, said["database"])}
    for mart, facts in said["marts"].items():
        listed |= {_as_told(folder, file) for file in facts["files"]}
        for file in facts["files"]:
            assert pq.ParquetFile(folder / file["path"]).metadata.num_rows == file["rows"]
        assert sum(file["rows"] for file in facts["files"]) == facts["rows"]
        assert _count(folder / "ecocharge.duckdb", f"{facts['schema']}.{mart}") == facts["rows"]
    assert listed == {
        file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()
    }


def _as_told(folder: Path, file: dict[str, Any]) -> str:
    """The path of a listed file, which has the bytes that its description tells."""
    content = (folder / file["path"]).read_bytes()
    assert len(content) == file["bytes"]
    assert hashlib.sha256(content).hexdigest() == file["sha256"]
    return str(file["path"])


def _count(file: Path, table: str) -> int:
    with duckdb.connect(str(file), read_only=True) as connection:
        ((count,),) = connection.execute(f"select count(*) from {table}").fetchall()
    return int(count)


def kill_publishes(paths: Paths, times: int) -> None:
    """Kill -9 a publish at random moments; the live generation is whole after each."""
    publish(paths)
    pause = random.Random(20250611)
    for _ in range(times):
        # It says when it starts to publish, so that the kill falls into the publish itself.
        victim = subprocess.Popen(
            [sys.executable, "-c", _PUBLISH, str(paths.root)], stdout=subprocess.PIPE, text=True
        )
        assert victim.stdout is not None
        assert victim.stdout.readline() == "go\n"
        time.sleep(pause.uniform(0.0, 0.6))
        victim.send_signal(signal.SIGKILL)
        victim.communicate()
        assert victim.returncode == -signal.SIGKILL
        assert_whole(paths)
    publish(paths, keep=2)
    assert_whole(paths)
    assert not list(paths.generations.glob("*.tmp-*"))
