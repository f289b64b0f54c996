"""Fixtures that all tests share."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

import pytest
from project import NO_FORECASTS, Project

_ROOT = Path(__file__).resolve().parents[2]

# The files that build most come first, so that no worker is left with one at the end; those that
# share a build stand apart, so that none waits for the other.
_LONGEST = (
    "test_determinism",
    "test_generic_csv",
    "test_forecasting",
    "test_ocpp_sessions",
    "test_check",
    "test_personal_data",
    "test_bad_input",
    "test_deliveries",
    "test_restating",
    "test_restatements",
    "test_refresh",
    "test_acn",
    "test_split_score",
    "test_forecast_ladder",
    "test_carbon",
    "test_score",
    "test_real_feeds",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, the others as they were."""
    places = {name: place for place, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data: `ECOCHARGE_DATA`, by default `../shared/data`."""
    folder = (_ROOT / os.environ.get("ECOCHARGE_DATA", "../shared/data")).resolve()
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set ECOCHARGE_DATA to its folder")
    return folder


@pytest.fixture(scope="session")
def shared_builds() -> dict[str, Project]:
    """This worker's copies of what is built once for several files, by name."""
    return {}


@pytest.fixture(scope="module")
def shared_project(
    request: pytest.FixtureRequest,
    shared_builds: dict[str, Project],
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
) -> Project:
    """The project into which all files of one `SHARED_BUILD` deliver, built once with its tests.

    Each of these files has a function `deliver`, which lands feeds and returns their names. The
    first worker that needs the build makes it, the others wait; each works on a copy of its own.
    """
    name: str = request.module.SHARED_BUILD
    if name not in shared_builds:
        own = tmp_path_factory.getbasetemp()
        everyones = (own if worker_id == "master" else own.parent) / "shared"
        everyones.mkdir(exist_ok=True)
        built = everyones / name
        with (everyones / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = everyones / f"{name}.done"
            if not done.exists():
                _build(request, Project(built), tmp_path_factory)
                done.touch()
        copy = tmp_path_factory.mktemp(name) / "project"
        shutil.copytree(built, copy)
        shared_builds[name] = Project(copy)
    return shared_builds[name]


@pytest.fixture(scope="session")
def demo_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The demo network, forecasts included; read only.

    `ECOCHARGE_DEMO_BUILD` names the folder of one that is built already, as `make test` has.
    """
    built = os.environ.get("ECOCHARGE_DEMO_BUILD")
    if built:
        return Project(Path(built))
    project = Project(tmp_path_factory.mktemp("demo"))
    project.build(with_tests=False)
    return project


def _build(
    request: pytest.FixtureRequest, project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shutil.rmtree(project.folder, ignore_errors=True)
    project.folder.mkdir()
    modules = {
        item.module.__name__: item.module
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and getattr(item.module, "SHARED_BUILD", None) == project.folder.name
    }
    feeds: list[str] = []
    for module in sorted(modules):
        feeds += modules[module].deliver(project, tmp_path_factory.mktemp(module), request)
    project.build(sources=sorted(set(feeds)), exclude=NO_FORECASTS)


@pytest.fixture(scope="session")
def chromium() -> str:
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    if not Path(path).is_file():
        pytest.skip("no Chromium to draw with: install Debian's `chromium`, or set CHROMIUM")
    return path
