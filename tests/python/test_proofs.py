"""Heavy proofs: full sizes and many tries. `make prove` runs them and prints what it did."""

from __future__ import annotations

import os
import random
import resource
import time
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest
from project import NO_FORECASTS, Project

from ecocharge.fingerprint import Fingerprint, mart_fingerprints

pytestmark = pytest.mark.prove

ORDERS = int(os.environ.get("ECOCHARGE_PROVE_ORDERS", "6"))
FEWEST_SESSIONS = 90_000
FUZZED_LINES = 100_000
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


def test_fuzzed_lines_are_all_accounted_for(project: Project, real_data: Path) -> None:
    chance = random.Random(SEED)
    source = real_data / "dundee" / "charge-sessions-june-sept.csv"
    header, *lines = source.read_bytes().splitlines(keepends=True)
    hurt = project.folder / "fuzzed.csv"
    with hurt.open("wb") as file:
        file.write(header)
        for _ in range(FUZZED_LINES):
            line = bytearray(chance.choice(lines))
            for _ in range(chance.randint(0, 3)):
                line[chance.randrange(len(line) - 1)] = chance.choice(
                    b'",;\t\x00\xff\xc3\xa9 09aZ/:-.\r\n'
                )
            file.write(line)
    project.land("dundee", hurt)
    project.build(sources=("dundee",), exclude=NO_FORECASTS)
    with project.open() as connection:
        rows_in, unexplained, refused = connection.execute(
            """
            select
                sum(rows_in),
                sum(rows_in - accepted - quarantined - exact_duplicates - natural_duplicates
                    - superseded - credited - not_final - supporting_records),
                sum(quarantined)
            from quality.rpt_reconciliation
            """
        ).fetchall()[0]
        without_reason = connection.execute(
            "select count(*) from quality.fct_quarantined_sessions where reasons is null"
        ).fetchall()[0][0]
    with duckdb.connect(str(project.state), read_only=True) as state:
        counted, blank = state.execute(
            "select sum(rows_in), sum(blank_lines) from landing.manifest"
        ).fetchall()[0]
    print(f"\n{FUZZED_LINES:,} fuzzed lines, seed {SEED}: {rows_in:,} rows, {refused:,} refused")
    assert rows_in == counted
    assert rows_in + blank >= FUZZED_LINES * 0.99
    assert unexplained == 0
    assert without_reason == 0
