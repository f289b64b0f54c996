"""The live generation of a bucket, fetched to a folder of this machine for the tools on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ecocharge.errors import EcoChargeError
from ecocharge.publishing.addresses import without_password
from ecocharge.publishing.bucket import Bucket, names_bucket, opened
from ecocharge.publishing.files import seal, sha256
from ecocharge.publishing.generation import listed_files
from ecocharge.publishing.layout import DESCRIPTION_FILE, POINTER_FILE
from ecocharge.publishing.store import Store, is_generation_id


def fetch(
    url: str,
    into: Path,
    *,
    keep: int = 3,
    begun: Callable[[int], None] = lambda _: None,
    done: Callable[[str], None] = lambda _: None,
) -> Path:
    """Follow the pointer of a bucket and swap its generation in, as a publish here would.

    Args:
        url: what was given to `ecocharge publish --to`.
        into: gets `generations/<id>` and the link `published` to it.
        keep: generations to keep, the new one among them.
        begun: called with the number of files before the first is fetched.
        done: called with each file when it is here and has the hash that it should have.

    Returns:
        The link that readers open.

    Raises:
        EcoChargeError: nothing is published there, or a file is not what its description says.
    """
    store = Store(into / "generations", into / "published")
    if not names_bucket(url):
        raise EcoChargeError(
            f"cannot fetch from {without_password(url)!r}",
            remedy="give an address such as s3://bucket/prefix, without credentials",
        )
    with opened(url, f"ecocharge fetch {url}") as bucket, store.locked():
        pointer = _json(bucket, POINTER_FILE)
        identity = str(pointer["id"])
        if not is_generation_id(identity):
            raise _broken(bucket, POINTER_FILE)
        if identity not in store.ids():
            _download(bucket, str(pointer["path"]), store, identity, begun, done)
        store.swap(identity)
        store.prune(keep)
    return store.published


def _download(
    bucket: Bucket,
    folder: str,
    store: Store,
    identity: str,
    begun: Callable[[int], None],
    done: Callable[[str], None],
) -> None:
    about = _json(bucket, f"{folder}/{DESCRIPTION_FILE}")
    files = listed_files(about)
    begun(len(files))
    with store.workspace(store.next_moment()) as workspace:
        for file in files:
            target = workspace / file["path"]
            if not target.resolve().is_relative_to(workspace.resolve()):
                raise _broken(bucket, f"{folder}/{DESCRIPTION_FILE}")
            bucket.get(f"{folder}/{file['path']}", target)
            if sha256(target) != file["sha256"]:
                raise _broken(bucket, f"{folder}/{file['path']}")
            done(file["path"])
        bucket.get(f"{folder}/{DESCRIPTION_FILE}", workspace / DESCRIPTION_FILE)
        seal(workspace)
        store.adopt(workspace, identity)


def _json(bucket: Bucket, path: str) -> dict[str, Any]:
    content = bucket.read(path)
    if content is None:
        raise EcoChargeError(
            f"{bucket.url}: there is no {path}",
            remedy="publish there first: ecocharge publish --to " + bucket.url,
        )
    try:
        found: dict[str, Any] = json.loads(content)
    except ValueError:
        raise _broken(bucket, path) from None
    return found


def _broken(bucket: Bucket, path: str) -> EcoChargeError:
    return EcoChargeError(
        f"{bucket.url}: {path} is not what it should be",
        remedy="publish there again; nothing here has changed",
    )
