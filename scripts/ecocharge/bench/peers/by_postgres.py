"""The facts by Postgres: landed columns copied in by Arrow, then one script of its SQL.

`python -m ecocharge.bench.peers.by_postgres LANDING FOLDER` runs a server of its own, and writes
`steps.json`, seconds by step, and `sums.json`, by which its facts are checked.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
from adbc_driver_postgresql import dbapi

from ecocharge.bench.peers.checking import sums
from ecocharge.bench.peers.server import running

_COLUMNS = {
    "stations": ["station_id", "time_zone", "opened_on", "closed_on"],
    "connectors": ["connector_id", "port_id", "station_id", "rated_kw"],
    "sessions": [
        "session_id",
        "connector_id",
        "started_at_utc",
        "ended_at_utc",
        "charging_ended_at_utc",
        "energy_kwh",
        "revenue_amount",
        "tax_amount",
        "currency",
        "payment_method",
        "driver_key",
        "stop_reason",
    ],
}
# As for a warehouse on a machine of its own: memory to sort and hash in, every core, and nothing
# written twice for a crash that would only mean to begin anew.
_SETTINGS = (
    "shared_buffers=1GB",
    "work_mem=1GB",
    "effective_cache_size=4GB",
    "random_page_cost=1.1",
    f"max_parallel_workers_per_gather={os.cpu_count()}",
    f"max_parallel_workers={os.cpu_count()}",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=8GB",
    "autovacuum=off",
    "timezone=UTC",
)


def write_facts(landing: Path, folder: Path) -> None:
    """Compute the facts, write `steps.json` and `sums.json`, and let the server go.

    Args:
        landing: the native folder of a landing.
        folder: where to; must exist.
    """
    script = files("ecocharge.bench.peers").joinpath("postgres.sql").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="pg-") as place:
        Path(place).chmod(0o755)
        with (
            running(Path(place), _SETTINGS) as url,
            dbapi.connect(url, autocommit=True) as connection,
            connection.cursor() as cursor,
        ):
            began = time.perf_counter()
            _load(cursor, landing)
            loaded = time.perf_counter()
            for statement in script.strip().rstrip(";").split(";\n"):
                cursor.execute(statement)
            done = time.perf_counter()

            def ask(query: str) -> list[tuple[Any, ...]]:
                cursor.execute(query)
                return list(cursor.fetchall())

            found = sums(ask, "core.{fact}")
            checked = time.perf_counter()
    steps = {"load": loaded - began, "work": done - loaded, "check": checked - done}
    (folder / "steps.json").write_text(json.dumps(steps), encoding="utf-8")
    (folder / "sums.json").write_text(json.dumps(found), encoding="utf-8")


def _load(cursor: Any, landing: Path) -> None:
    cursor.execute("create schema raw")
    cursor.execute("create schema core")
    for name, columns in _COLUMNS.items():
        typed = ", ".join(f"{column} text" for column in columns)
        cursor.execute(f"create unlogged table raw.{name} ({typed})")
        landed = ds.dataset(landing / f"native_{name}").scanner(columns=columns).to_reader()
        cursor.adbc_ingest(name, landed, mode="append", db_schema_name="raw")
        cursor.execute(f"analyze raw.{name}")


if __name__ == "__main__":
    write_facts(Path(sys.argv[1]), Path(sys.argv[2]))
