"""The same input gives the same marts, at any number of threads and in any zone of the machine."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from project import Project

from ecocharge.fingerprint import Fingerprint, mart_fingerprints

RUNS = ((1, "UTC"), (8, "America/New_York"), (4, "Asia/Kolkata"))

Built = dict[tuple[int, str], Mapping[str, Fingerprint]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("determinism"))


@pytest.fixture(scope="module")
def built(project: Project) -> Built:
    made: Built = {}
    for threads, time_zone in RUNS:
        project.clear()
        project.build(threads=threads, time_zone=time_zone, with_tests=False)
        with project.open() as connection:
            made[threads, time_zone] = mart_fingerprints(connection)
    return made


def test_every_public_mart_takes_part_and_has_rows(project: Project, built: Built) -> None:
    manifest = json.loads((project.target / "manifest.json").read_text(encoding="utf-8"))
    public = {
        f"{node['schema']}.{node['name']}"
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["access"] == "public"
    }
    marts = {name for name in public if not name.startswith("quality.")}
    for fingerprints in built.values():
        assert set(fingerprints) == marts
        assert [name for name, found in fingerprints.items() if found.rows == 0] == []


@pytest.mark.parametrize("run", RUNS[1:], ids=lambda run: f"{run[0]} threads, {run[1]}")
def test_threads_and_zone_change_nothing(built: Built, run: tuple[int, str]) -> None:
    first = built[RUNS[0]]
    assert {
        name: (built[run][name], first[name]) for name in first if built[run][name] != first[name]
    } == {}
