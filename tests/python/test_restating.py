"""What arrives is restated, and nothing else: in any order the marts are those of a whole build."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import time
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from ocpi_objects_made import CDRS, CREDIT, LOCATION, ORIGINAL, REPLACEMENT, SESSIONS
from project import NO_FORECASTS, ROOT, Project, build_arguments
from test_deliveries import cut_up, dealt_out, export_without_ids
from test_ocpi_build import MESSAGES, write

from ecocharge.clothes.making import make_clothed
from ecocharge.faults.catalogue import rates
from ecocharge.fingerprint import Fingerprint, mart_fingerprints
from ecocharge.generator.presets import Plan

SEED = 20261123
ORDERS = int(os.environ.get("ECOCHARGE_RESTATING_ORDERS", "30"))
BUILDS = 3
# A credit note, and a week of the generator's.
LATE = {"object_1.json", "sessions-2025-03-10.csv"}
SCHEMAS = ("core", "operations", "sustainability", "quality")
FEEDS = ("boulder", "made", "dundee", "hard")
# What was built when, and what differs from what was published: nothing was here.
NOT_OF_THE_FILES = {"quality.fct_runs", "quality.fct_restatements"}
Delivery = tuple[str, Path]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Settings of the feeds, for those that need some."""
    folder = tmp_path_factory.mktemp("feeds")
    for name in ("boulder", "dundee"):
        shutil.copy(ROOT / "feeds" / f"{name}.yml", folder)
    return folder


@pytest.fixture(scope="module")
def deliveries(
    tmp_path_factory: pytest.TempPathFactory, real_data: Path, settings: Path
) -> list[Delivery]:
    """Files of a feed without ids, one with ids, one of OCPI objects and messages, and the
    generator's with every fault: duplicates, late rows, corrections, credits and open sessions."""
    folder = tmp_path_factory.mktemp("deliveries")
    export = folder / "sessions.csv"
    export.write_bytes(export_without_ids())
    found = [("boulder", piece) for piece in cut_up(export, folder / "boulder", dealt_out)[:5]]
    real = real_data / "dundee" / "cp-data-dec-mar-2018.csv"
    head = folder / "dundee.csv"
    head.write_bytes(b"".join(real.read_bytes().splitlines(keepends=True)[:2_000]))
    found += [("dundee", piece) for piece in cut_up(head, folder / "dundee", dealt_out)[:4]]
    plan = Plan.of("xs", stations=3, last=date(2025, 3, 16))
    made = make_clothed(plan, "native", rates("hard"), folder / "hard")
    shutil.copy(made.folder / "feed.yml", settings / "hard.yml")
    found += [("hard", path) for path in (*made.files, made.folder / "stations.csv")]
    log = folder / "log.csv"
    log.write_text(MESSAGES)
    objects = [ORIGINAL, CREDIT, REPLACEMENT, LOCATION, *CDRS.values(), *SESSIONS.values()]
    found += [
        ("made", log),
        *(
            ("made", write(folder, f"object_{number}.json", [item]))
            for number, item in enumerate(objects)
        ),
    ]
    return found


def build(project: Project) -> None:
    project.build(sources=FEEDS, native_from="landing", exclude=NO_FORECASTS, with_tests=False)


def land(project: Project, deliveries: Sequence[Delivery]) -> None:
    for feed in dict.fromkeys(feed for feed, _ in deliveries):
        project.land(feed, *(path for own, path in deliveries if own == feed))


def marts(project: Project) -> Mapping[str, Fingerprint]:
    with project.open() as connection:
        found = mart_fingerprints(connection, SCHEMAS)
    return {name: each for name, each in found.items() if name not in NOT_OF_THE_FILES}


@pytest.fixture(scope="module")
def whole(
    deliveries: Sequence[Delivery], settings: Path, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Fingerprint]:
    project = Project(tmp_path_factory.mktemp("whole"), settings)
    land(project, deliveries)
    build(project)
    return marts(project)


def arrivals(deliveries: Sequence[Delivery], seed: int, builds: int) -> list[list[Delivery]]:
    """The deliveries in some order, in so many parts of any size; each feed begins in the first."""
    chance = random.Random(seed)
    shuffled = chance.sample(deliveries, len(deliveries))
    begun = dict(reversed(shuffled))
    shuffled.sort(key=lambda delivery: begun[delivery[0]] != delivery[1])
    cuts = sorted(chance.sample(range(len(begun), len(shuffled)), builds - 1))
    return [shuffled[a:b] for a, b in pairwise([0, *cuts, len(shuffled)])]


def differing(
    found: Mapping[str, Fingerprint], expected: Mapping[str, Fingerprint]
) -> dict[str, tuple[Fingerprint | None, Fingerprint | None]]:
    return {
        name: (found.get(name), expected.get(name))
        for name in {*found, *expected}
        if found.get(name) != expected.get(name)
    }


def remembered(project: Project, schema: str) -> dict[str, int]:
    """Rows of the tables of a schema that restating keeps."""
    with project.open() as connection:
        names = connection.execute(
            "select table_name from duckdb_tables() where schema_name = ?"
            " and table_name not in ('made', 'project')",
            [schema],
        ).fetchall()
        return {
            name: len(connection.execute(f"select 1 from {schema}.{name}").fetchall())
            for (name,) in names
        }


def test_a_second_part_restates_what_it_touches(
    deliveries: Sequence[Delivery],
    whole: Mapping[str, Fingerprint],
    settings: Path,
    tmp_path: Path,
) -> None:
    project = Project(tmp_path / "project", settings)
    project.folder.mkdir()
    late = [delivery for delivery in deliveries if delivery[1].name in LATE]
    land(project, [delivery for delivery in deliveries if delivery not in late])
    build(project)
    assert remembered(project, "touched") == {}
    land(project, late)
    build(project)
    assert differing(marts(project), whole) == {}
    assert set(remembered(project, "changes").values()) == {0}
    touched = remembered(project, "touched")
    with project.open() as connection:
        ((sessions,),) = connection.execute(
            "select count(*) from core.fct_charging_sessions"
        ).fetchall()
    assert 0 < touched["fct_charging_sessions"] < sessions / 2


def test_what_is_asked_for_is_built_before(manifest_of_project: Mapping[str, Any]) -> None:
    nodes = manifest_of_project["nodes"]
    restated = {
        node["name"]: unique_id
        for unique_id, node in nodes.items()
        if "restated" in node["config"].get("meta", {})
    }
    assert len(restated) > 1
    for name, unique_id in restated.items():
        rules = nodes[unique_id]["config"]["meta"]["restated"]
        before = _ancestors(nodes, unique_id)
        asked = re.findall(r"changes[.](\w+)", str(rules))
        assert [each for each in asked if restated.get(each) not in before] == [], name
        for each in re.findall(r"touched[.](\w+)", str(rules)):
            assert each == name
        for read in rules.get("narrows", {}):
            assert read == "landed_rows" or f"model.ecocharge.{read}" in before, (name, read)


def _ancestors(nodes: Mapping[str, Any], unique_id: str) -> set[str]:
    found: set[str] = set()
    waiting = [unique_id]
    while waiting:
        node = nodes.get(waiting.pop())
        new = {*(node["depends_on"].get("nodes", ()) if node else ())} - found
        found |= new
        waiting += new
    return found


@pytest.fixture(scope="module")
def manifest_of_project(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    project = Project(tmp_path_factory.mktemp("parsed"))
    done = project.run("dbt", "--quiet", "parse")
    assert done.returncode == 0, done.stdout
    parsed: Mapping[str, Any] = json.loads((project.target / "manifest.json").read_text())
    return parsed


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(SEED, SEED + ORDERS))
def test_any_order_of_arrival(
    deliveries: Sequence[Delivery],
    whole: Mapping[str, Fingerprint],
    settings: Path,
    tmp_path: Path,
    seed: int,
) -> None:
    project = Project(tmp_path / "project", settings)
    project.folder.mkdir()
    for part in arrivals(deliveries, seed, BUILDS):
        land(project, part)
        build(project)
        assert set(remembered(project, "changes").values()) == {0}
    assert differing(marts(project), whole) == {}


@pytest.mark.prove
def test_builds_that_are_killed_lose_nothing(
    deliveries: Sequence[Delivery],
    whole: Mapping[str, Fingerprint],
    settings: Path,
    tmp_path: Path,
) -> None:
    project = Project(tmp_path / "project", settings)
    project.folder.mkdir()
    chance = random.Random(SEED)
    first, *others = arrivals(deliveries, SEED, 4)
    land(project, first)
    began = time.perf_counter()
    build(project)
    took = time.perf_counter() - began
    arguments = build_arguments(FEEDS, "landing", with_tests=False)
    kills = 0
    for part in others:
        land(project, part)
        for _ in range(3):
            kills += project.run_and_kill(
                "dbt",
                *arguments,
                *("--exclude", *NO_FORECASTS),
                after_seconds=chance.uniform(took / 4, took),
            )
    build(project)
    assert kills > 0
    assert differing(marts(project), whole) == {}
    print(f"\n{kills} of 9 builds killed: the same marts")
