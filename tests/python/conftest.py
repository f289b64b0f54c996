"""Fixtures that all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from project import NO_FORECASTS, Project

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data: `ECOCHARGE_DATA`, by default `../shared/data`."""
    folder = (_ROOT / os.environ.get("ECOCHARGE_DATA", "../shared/data")).resolve()
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set ECOCHARGE_DATA to its folder")
    return folder


@pytest.fixture(scope="session")
def shared_builds() -> dict[str, Project]:
    """What has been built for several files, by name."""
    return {}


@pytest.fixture(scope="module")
def shared_project(
    request: pytest.FixtureRequest,
    shared_builds: dict[str, Project],
    tmp_path_factory: pytest.TempPathFactory,
) -> Project:
    """The project into which all files of one `SHARED_BUILD` deliver, built once with its tests.

    Each of these files has a function `deliver`, which lands feeds and returns their names.
    """
    name = request.module.SHARED_BUILD
    if name not in shared_builds:
        modules = {
            item.module.__name__: item.module
            for item in request.session.items
            if isinstance(item, pytest.Function)
            and getattr(item.module, "SHARED_BUILD", None) == name
        }
        project = Project(tmp_path_factory.mktemp(name))
        feeds: list[str] = []
        for module in sorted(modules):
            feeds += modules[module].deliver(project, tmp_path_factory.mktemp(module), request)
        project.build(sources=sorted(set(feeds)), exclude=NO_FORECASTS)
        shared_builds[name] = project
    return shared_builds[name]
