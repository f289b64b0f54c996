"""The publish itself: check, write aside, sync, rename, swap, tidy."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ecocharge import __version__
from ecocharge.errors import EcoChargeError
from ecocharge.paths import Paths
from ecocharge.publishing.artifacts import Mart, read_manifest, read_run_results
from ecocharge.publishing.files import seal
from ecocharge.publishing.generation import (
    PublishedMart,
    before,
    write_description,
    write_marts,
)
from ecocharge.publishing.green import require_green
from ecocharge.publishing.history import MART, remember
from ecocharge.publishing.inputs import landed_files
from ecocharge.publishing.parquet import NOTHING
from ecocharge.publishing.store import Store, generation_id


@dataclass(frozen=True)
class Published:
    """What a publish did: the new generation, its folder, its marts and what was removed."""

    id: str
    folder: Path
    marts: list[PublishedMart]
    removed: list[str]


def _code_version(root: Path) -> str:
    if not (root / ".git").exists():
        return __version__
    try:
        found = subprocess.run(
            ["git", "-C", str(root), "describe", "--always", "--dirty"],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return __version__
    commit = found.stdout.strip()
    return f"{__version__}+{commit}" if found.returncode == 0 and commit else __version__


def _content_hash(marts: list[PublishedMart]) -> str:
    lines = "\n".join(
        f"{mart.schema}.{mart.name} {file.path} {file.rows} {file.sha256}"
        for mart in marts
        for file in mart.files
    )
    return hashlib.sha256(lines.encode()).hexdigest()


def publish(
    paths: Paths,
    *,
    keep: int = 3,
    begun: Callable[[int], None] = lambda _: None,
    done: Callable[[Mart], None] = lambda _: None,
) -> Published:
    """Publish the public marts of the last green build as a new generation.

    Args:
        paths: the project.
        keep: generations to keep, the new one among them; at least 1.
        begun: called with the number of marts before the first is written.
        done: called after each mart.

    Raises:
        EcoChargeError: the build is not green, a file is in use, or another publish runs.
    """
    try:
        return _publish(paths, keep, begun, done)
    except OSError as error:
        raise EcoChargeError(
            f"not published: {error.strerror or error}",
            file=error.filename,
            remedy="see that the disk has room and the folder may be written, then publish again",
        ) from error


def _publish(
    paths: Paths, keep: int, begun: Callable[[int], None], done: Callable[[Mart], None]
) -> Published:
    store = Store(paths.generations, paths.published)
    with store.locked():
        manifest = read_manifest(paths.target)
        require_green(manifest, read_run_results(paths.target), paths.warehouse)
        begun(len(manifest.marts))
        moment = store.next_moment()
        with store.workspace(moment) as workspace:
            live = store.live()
            last = before(store.generations / live) if live else NOTHING
            marts = write_marts(workspace, paths.warehouse, manifest.marts, done, last)
            identity = generation_id(moment, _content_hash(marts))
            write_description(
                workspace,
                generation_id=identity,
                created_at_utc=moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
                code_version=_code_version(paths.root),
                invocation_id=manifest.invocation_id,
                inputs=landed_files(paths.state),
                marts=marts,
            )
            seal(workspace)
            folder = store.adopt(workspace, identity)
        # Before the swap: what no history tells of is not published.
        if any(mart.name == MART for mart in marts):
            remember(paths.state, paths.warehouse, identity, moment.replace(tzinfo=None))
        store.swap(identity)
        removed = store.prune(keep)
    return Published(identity, folder, marts, removed)
