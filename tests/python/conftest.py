"""Fixtures that all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data: `ECOCHARGE_DATA`, by default `../shared/data`."""
    folder = (_ROOT / os.environ.get("ECOCHARGE_DATA", "../shared/data")).resolve()
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set ECOCHARGE_DATA to its folder")
    return folder
