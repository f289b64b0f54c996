"""Folders that are filled under a hidden name and then take the place of the last run's."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecocharge.errors import EcoChargeError

_MARK = ".ecocharge-generated"
_REMEDY = "choose another folder with --out, or make this one writable"


@contextmanager
def fresh_folder(target: Path) -> Iterator[Path]:
    """A folder to fill that then takes the place of `target`, all of it or nothing.

    Raises:
        EcoChargeError: when `target` holds what no such run wrote, or the disk refuses.
    """
    if target.is_dir() and any(target.iterdir()) and not (target / _MARK).exists():
        raise EcoChargeError(
            "the folder holds other files, which would be lost",
            file=target,
            remedy="choose an empty or a new folder with --out",
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".generate-", dir=target.parent) as staged:
            fresh = Path(staged) / "fresh"
            fresh.mkdir()
            (fresh / _MARK).touch()
            yield fresh
            if target.exists():
                shutil.move(target, Path(staged) / "old")
            fresh.rename(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise EcoChargeError(f"cannot write: {reason}", file=target, remedy=_REMEDY) from error
