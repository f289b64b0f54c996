"""The same input gives the same marts, at any number of threads and in any zone of the machine."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from project import Project

from ecocharge.fingerprint import Fingerprint, mart_fingerprints

RUNS = ((1, "America/New_York"), (8, "Asia/Kolkata"))

Built = list[Mapping[str, Fingerprint]]


@pytest.fixture(scope="module")
def built(demo_project: Project, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The marts of the demo's build, with threads and zone as they are, and of those of `RUNS`."""
    project = Project(tmp_path_factory.mktemp("determinism"))
    made = []
    with demo_project.open() as connection:
        made.append(mart_fingerprints(connection))
    for threads, time_zone in RUNS:
        project.clear()
        project.build(threads=threads, time_zone=time_zone, with_tests=False)
        with project.open() as connection:
            made.append(mart_fingerprints(connection))
    return made


def test_every_public_mart_takes_part_and_has_rows(demo_project: Project, built: Built) -> None:
    manifest = json.loads((demo_project.target / "manifest.json").read_text(encoding="utf-8"))
    public = {
        f"{node['schema']}.{node['name']}"
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["access"] == "public"
    }
    marts = {name for name in public if not name.startswith("quality.")}
    for fingerprints in built:
        assert set(fingerprints) == marts
        assert [name for name, found in fingerprints.items() if found.rows == 0] == []


@pytest.mark.parametrize(
    "run", range(len(RUNS)), ids=lambda run: "{} threads, {}".format(*RUNS[run])
)
def test_threads_and_zone_change_nothing(built: Built, run: int) -> None:
    first, other = built[0], built[1 + run]
    assert {name: (other[name], first[name]) for name in first if other[name] != first[name]} == {}
