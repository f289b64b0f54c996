"""What arrives is restated, and nothing else: in any order the marts are those of a whole build."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from ocpi_objects_made import CDRS, CREDIT, LOCATION, ORIGINAL, REPLACEMENT, SESSIONS
from project import NO_FORECASTS, ROOT, Project
from test_deliveries import cut_up, dealt_out, export_without_ids
from test_ocpi_build import MESSAGES, write

from ecocharge.clothes.making import make_clothed
from ecocharge.faults.catalogue import rates
from ecocharge.fingerprint import Fingerprint, mart_fingerprints
from ecocharge.generator.presets import Plan

SEED = 20261123
ORDERS = int(os.environ.get("ECOCHARGE_RESTATING_ORDERS", "30"))
SCHEMAS = ("core", "operations", "sustainability", "quality")
FEEDS = ("boulder", "made", "dundee", "hard")
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


def build(project: Project, *more: str) -> None:
    project.build(
        sources=FEEDS, native_from="landing", exclude=NO_FORECASTS, with_tests=False, more=more
    )


def marts(project: Project) -> Mapping[str, Fingerprint]:
    with project.open() as connection:
        return mart_fingerprints(connection, SCHEMAS)


@pytest.fixture(scope="module")
def whole(
    deliveries: Sequence[Delivery], settings: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Project, Mapping[str, Fingerprint]]:
    project = Project(tmp_path_factory.mktemp("whole"), settings)
    for feed, path in deliveries:
        project.land(feed, path)
    build(project)
    return project, marts(project)


def arrivals(deliveries: Sequence[Delivery], seed: int, builds: int) -> list[list[Delivery]]:
    """The deliveries in some order, in so many parts of any size; each feed begins in the first."""
    chance = random.Random(seed)
    shuffled = chance.sample(deliveries, len(deliveries))
    begun = {feed: path for feed, path in reversed(shuffled)}
    shuffled.sort(key=lambda delivery: begun[delivery[0]] != delivery[1])
    cuts = sorted(chance.sample(range(len(begun), len(shuffled)), builds - 1))
    return [shuffled[a:b] for a, b in pairwise([0, *cuts, len(shuffled)])]


def differing(
    found: Mapping[str, Fingerprint], expected: Mapping[str, Fingerprint]
) -> dict[str, tuple[Fingerprint | None, Fingerprint | None]]:
    return {
        name: (found.get(name), expected.get(name))
        for name in {*found, *expected} - NOT_OF_THE_FILES
        if found.get(name) != expected.get(name)
    }


NOT_OF_THE_FILES = {"quality.fct_runs", "quality.fct_restatements"}


def restated(project: Project, parts: Sequence[Sequence[Delivery]]) -> Mapping[str, Fingerprint]:
    """The marts after a build for each part."""
    for part in parts:
        for feed, path in part:
            project.land(feed, path)
        build(project)
        with project.open() as connection:
            ((waiting,),) = connection.execute(
                "select coalesce(sum(estimated_size), 0) from duckdb_tables()"
                " where schema_name = 'changes' and table_name <> 'project'"
            ).fetchall()
        assert waiting == 0
    return marts(project)
