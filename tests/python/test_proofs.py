"""Heavy proofs: full sizes and many tries. `make prove` runs them and prints what it did."""

from __future__ import annotations

import os
import random
import resource
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from project import NO_FORECASTS, Project

from ecocharge.fingerprint import Fingerprint, mart_fingerprints

pytestmark = pytest.mark.prove

ORDERS = int(os.environ.get("ECOCHARGE_PROVE_ORDERS", "6"))
FEWEST_SESSIONS = 90_000
SEED = 20261122


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_a_hundred_thousand_sessions(project: Project) -> None:
    done = project.run("ecocharge", "generate", "--preset", "s")
    assert done.returncode == 0, done.stderr
    started = time.monotonic()
    project.build(native_from="landing")
    seconds = time.monotonic() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    with project.open() as connection:
        sessions, kwh = connection.execute(
            "select count(*), sum(energy_kwh) from core.fct_charging_sessions"
        ).fetchall()[0]
        totals = [
            connection.execute(f"select sum(energy_kwh) from core.{fact}").fetchall()[0][0]
            for fact in ("fct_energy_15min", "fct_energy_hourly", "fct_energy_hourly_local")
        ]
    print(f"\n{sessions:,} sessions, {kwh} kWh: built and tested in {seconds:.0f} s, {peak:.1f} GB")
    assert sessions > FEWEST_SESSIONS
    assert totals == [kwh] * 3


def test_any_order_of_arrival_gives_the_same_marts(project: Project, real_data: Path) -> None:
    files = [("dundee", file) for file in sorted((real_data / "dundee").glob("*.csv"))]
    files += [("boulder", file) for file in sorted((real_data / "boulder").glob("*.csv"))]
    orders = random.Random(SEED)
    first: Mapping[str, Fingerprint] | None = None
    for number in range(ORDERS):
        order = orders.sample(files, len(files))
        arrival = Project(project.folder / str(number))
        arrival.folder.mkdir()
        for source, file in order:
            arrival.land(source, file)
        arrival.build(sources=("dundee", "boulder"), exclude=NO_FORECASTS, with_tests=False)
        with arrival.open() as connection:
            found = mart_fingerprints(connection)
        first = first or found
        assert found == first, [file.name for _, file in order]
    print(f"\n{ORDERS} random orders of {len(files)} files, seed {SEED}: one set of marts")
