"""A generation and the site in a bucket: files first, the pointer to them last."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ecocharge.errors import EcoChargeError
from ecocharge.publishing.bucket import Bucket, opened
from ecocharge.publishing.generation import listed_files
from ecocharge.publishing.layout import (
    DESCRIPTION_FILE,
    GENERATIONS_FOLDER,
    POINTER_FILE,
    SITE_FOLDER,
)


def send_to_bucket(
    url: str,
    generation: Path,
    site: Path,
    *,
    keep: int,
    begun: Callable[[int], None],
    done: Callable[[str], None],
) -> list[str]:
    """Copy a generation and the site to a bucket, and point readers at them.

    What the bucket holds already is not sent again, so that a second try ends what a first began,
    and the months that did not change since the generation before are copied where they are.
    Until the pointer moves, in one request, readers are led to the generation before.

    Args:
        url: such as `s3://bucket/prefix`.
        generation: the folder of a published generation.
        site: the folder of the pages; may be absent.
        keep: generations to keep, the new one among them.
        begun: called with the number of files before the first is looked at.
        done: called with the name of each file when the bucket holds it.

    Returns:
        The ids of the generations that were removed.

    Raises:
        EcoChargeError: the store refuses, or holds other bytes than were sent.
    """
    folder = f"{GENERATIONS_FOLDER}/{generation.name}"
    about = json.loads((generation / DESCRIPTION_FILE).read_text(encoding="utf-8"))
    files = _files(generation, last=DESCRIPTION_FILE)
    pages = _files(site, last="index.html")
    begun(len(files) + len(pages))
    with opened(url, f"ecocharge publish --again --to {url}") as bucket:
        twins = _twins(bucket, about, folder)
        _send(bucket, generation, folder, files, done, twins=twins)
        _send(bucket, site, SITE_FOLDER, pages, done)
        bucket.write(POINTER_FILE, _pointer(about, folder), "application/json")
        return _prune(bucket, generation.name, keep)


def _files(folder: Path, last: str) -> list[str]:
    """Relative paths in order, the one that readers open first at the end."""
    found = [file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()]
    return sorted(found, key=lambda path: (path == last, path))


def _send(
    bucket: Bucket,
    source: Path,
    folder: str,
    files: list[str],
    done: Callable[[str], None],
    *,
    twins: dict[str, str] | None = None,
) -> None:
    """Without `twins`: what stands at one address for good, and is to be asked for anew."""
    there = bucket.found(folder)
    sent = []
    for file in files:
        path = f"{folder}/{file}"
        if not bucket.holds(path, source / file, there.get(path)):
            twin = (twins or {}).get(path)
            if twin is None or not bucket.copy(twin, path, source / file):
                bucket.put(source / file, path, is_kept=twins is not None)
            sent.append(file)
        done(file)
    there = bucket.found(folder) if sent else there
    for file in sent:
        path = f"{folder}/{file}"
        if not bucket.holds(path, source / file, there.get(path)):
            raise EcoChargeError(
                f"{bucket.url}: {path} is not what was sent",
                remedy="readers still see what was before; send it once more:"
                f" ecocharge publish --again --to {bucket.url}",
            )


def _twins(bucket: Bucket, about: dict[str, Any], folder: str) -> dict[str, str]:
    """By the path of a new file, that of one with the same bytes in the bucket's generation."""
    try:
        live = json.loads(bucket.read(POINTER_FILE) or b"")["path"]
        description = json.loads(bucket.read(f"{live}/{DESCRIPTION_FILE}") or b"")
        there = {file["sha256"]: f"{live}/{file['path']}" for file in listed_files(description)}
    except (ValueError, KeyError, TypeError):
        # Nothing is published there, or nothing that can be read: everything is sent.
        return {}
    if live == folder:
        return {}
    return {
        f"{folder}/{file['path']}": there[file["sha256"]]
        for file in listed_files(about)
        if file["sha256"] in there
    }


def _pointer(about: dict[str, Any], folder: str) -> bytes:
    content = {
        "id": about["id"],
        "created_at_utc": about["created_at_utc"],
        "path": folder,
        "database": f"{folder}/{about['database']['path']}",
    }
    return (json.dumps(content, indent=2) + "\n").encode()


def _prune(bucket: Bucket, live: str, keep: int) -> list[str]:
    """Remove the older generations but the last few, and what broken uploads left before them."""
    found: dict[str, list[str]] = {}
    for path in bucket.found(GENERATIONS_FOLDER):
        found.setdefault(path.split("/")[1], []).append(path)
    described = {identity for identity in found if _description(identity) in found[identity]}
    whole = sorted(identity for identity in described if identity <= live)
    spare = [each for each in sorted(found) if each < live and each not in whole[-keep:]]
    for identity in spare:
        # The description goes first: what is half removed does not pass for a whole one.
        if identity in described:
            bucket.remove([_description(identity)])
        if rest := [path for path in found[identity] if path != _description(identity)]:
            bucket.remove(rest)
    return spare


def _description(identity: str) -> str:
    return f"{GENERATIONS_FOLDER}/{identity}/{DESCRIPTION_FILE}"
