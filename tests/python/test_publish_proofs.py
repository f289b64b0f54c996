"""Publishing under stress: readers in loops, many kills, older clients. `make prove` runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from generations import assert_whole, kill_publishes
from project import ROOT
from tiny_network import change_warehouse, make_project

from ecocharge.paths import Paths
from ecocharge.publishing.publish import publish

pytestmark = pytest.mark.prove

PUBLISHES, READERS, KILLS = 50, 4, 50
SCALE = "update core.fct_charging_sessions set energy_kwh = energy_kwh * {}"
READ = """
import json, sys
from pathlib import Path
import duckdb
published, stop = Path(sys.argv[1]), Path(sys.argv[2])
seen = []
while not stop.exists():
    with duckdb.connect(str(published / "ecocharge.duckdb"), read_only=True) as marts:
        seen.append(marts.execute(
            "select sum(energy_kwh)::double, (select count(*) from core.dim_stations),"
            " (select count(*) from operations.rpt_station_efficiency)"
            " from core.fct_charging_sessions").fetchone())
print(json.dumps(seen))
"""
OPEN = """
import json, sys
import duckdb
with duckdb.connect(sys.argv[1], read_only=True) as marts:
    marts.execute("select schema_name || '.' || table_name from duckdb_tables()")
    tables = [name for (name,) in marts.fetchall()]
    print(json.dumps([duckdb.__version__, {
        name: marts.execute(f"select count(*) from {name}").fetchone()[0] for name in tables}]))
"""


@pytest.fixture
def project(tmp_path: Path) -> Paths:
    return make_project(tmp_path)


def test_readers_in_a_loop_see_whole_generations(project: Paths, tmp_path: Path) -> None:
    publish(project)
    stop = tmp_path / "stop"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READ, str(project.published), str(stop)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(READERS)
    ]
    for number in range(PUBLISHES):
        change_warehouse(project, SCALE.format("0.5" if number % 2 else "2"), f"run {number}")
        publish(project, keep=3)
    stop.touch()
    seen: list[tuple[float, int, int]] = []
    for reader in readers:
        told, failed = reader.communicate(timeout=60)
        assert failed == ""
        seen += [tuple(row) for row in json.loads(told)]
    (one, two) = sorted({energy for energy, *_ in seen})
    assert two == pytest.approx(2 * one)
    assert len({tuple(counts) for _, *counts in seen}) == 1
    assert_whole(project)
    print(f"\n{PUBLISHES} publishes, {READERS} readers: {len(seen)} reads, none torn")


def test_kills_leave_a_whole_generation(project: Paths) -> None:
    kill_publishes(project, KILLS)
    print(f"\n{KILLS} kills, a whole generation after each")


@pytest.mark.parametrize("client", [".venv-duckdb14", ".venv-duckdb15", ".venv"])
def test_clients_of_three_versions_open_what_is_published(project: Paths, client: str) -> None:
    python = ROOT / client / "bin" / "python"
    if not python.exists():
        pytest.skip(f"no {client}; `make prove` installs it")
    folder = publish(project).folder
    done = subprocess.run(
        [str(python), "-c", OPEN, str(folder / "ecocharge.duckdb")],
        capture_output=True,
        text=True,
        check=True,
    )
    version, counts = json.loads(done.stdout)
    said = json.loads((folder / "generation.json").read_text(encoding="utf-8"))["marts"]
    assert counts == {f"{facts['schema']}.{mart}": facts["rows"] for mart, facts in said.items()}
    print(f"\nDuckDB {version} reads {len(counts)} marts")
