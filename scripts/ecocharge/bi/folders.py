"""A kit's folder: written aside, then put in the place of the last one of its kind."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecocharge.errors import EcoChargeError

MARKER = "kit.json"


@contextmanager
def replaced(folder: Path, tool: str, made_from: dict[str, str]) -> Iterator[Path]:
    """A new folder to fill; when all went well, it takes the place of `folder`.

    Args:
        folder: where the kit goes; what was there must be a kit of the same tool, or nothing.
        tool: named in the kit's own `kit.json`.
        made_from: what else `kit.json` says.

    Raises:
        EcoChargeError: something else is in the way, or the disk is full.
    """
    _require_ours(folder, tool)
    aside = folder.with_name(f".{folder.name}.tmp-{os.getpid()}")
    before = folder.with_name(f".{folder.name}.before-{os.getpid()}")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside.mkdir()
        yield aside
        write(aside / MARKER, json.dumps({"tool": tool, **made_from}, indent=2))
        if folder.exists():
            folder.rename(before)
        aside.rename(folder)
    except OSError as error:
        if before.exists() and not folder.exists():
            before.rename(folder)
        raise EcoChargeError(
            f"the kit is not written: {error.strerror or error}",
            file=folder,
            remedy="see that the disk has room and that no program has the kit open",
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        shutil.rmtree(before, ignore_errors=True)


def write(file: Path, text: str) -> None:
    """Write UTF-8 text that ends with a line break, making the folders above it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text.rstrip("\n") + "\n", encoding="utf-8", newline="\n")


def _require_ours(folder: Path, tool: str) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    try:
        found = json.loads((folder / MARKER).read_text(encoding="utf-8"))["tool"]
    except (OSError, ValueError, KeyError, TypeError):
        found = None
    if found != tool:
        raise EcoChargeError(
            f"is there already and is no {tool} kit",
            file=folder,
            remedy="give --out a folder of the kit's own; a kit is replaced as a whole",
        )
