"""Files that survive a power cut: written aside, synced, and renamed into place."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

READ_ONLY = 0o444


def sync(path: Path) -> None:
    """Force a file's bytes, or a folder's entries, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def seal(folder: Path) -> None:
    """Make every file under `folder` read-only and sync files and folders, deepest first."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file():
            path.chmod(READ_ONLY)
        sync(path)
    sync(folder)


def write_atomically(path: Path, text: str) -> None:
    """Replace `path` by `text` (UTF-8) in one rename; readers see the old or the new file."""
    aside = path.with_name(f".{path.name}.tmp-{os.getpid()}")
    try:
        aside.write_text(text, encoding="utf-8")
        sync(aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    sync(path.parent)


def sha256(path: Path) -> str:
    """The file's SHA-256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
