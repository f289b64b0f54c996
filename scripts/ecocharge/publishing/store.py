"""The shelf of generations: one lock, one link, and the last few kept for a way back."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ecocharge.errors import EcoChargeError
from ecocharge.locking import only_one
from ecocharge.publishing.files import sync

_STAMP = "%Y%m%dT%H%M%S%fZ"
_ID = re.compile(r"(?P<stamp>\d{8}T\d{12}Z)-[0-9a-f]{8}")
_UNFINISHED = ".tmp-"


@dataclass(frozen=True)
class Store:
    """Generation folders under `generations`, and the link `published` that names the live one."""

    generations: Path
    published: Path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the only right to publish, and clear away what killed runs left behind.

        Raises:
            EcoChargeError: another publish holds it, or `published` is not a link.
        """
        self.generations.mkdir(parents=True, exist_ok=True)
        with only_one(self.generations / ".lock", "a publish"):
            self._require_link()
            self._clear_unfinished()
            yield

    def _require_link(self) -> None:
        if self.published.exists() and not self.published.is_symlink():
            raise EcoChargeError(
                "is in the way: it must be a link to a generation folder",
                file=self.published,
                remedy="move it elsewhere, then publish again",
            )

    def _clear_unfinished(self) -> None:
        for folder in self.generations.glob(f"*{_UNFINISHED}*"):
            shutil.rmtree(folder)
        for link in self.published.parent.glob(f".{self.published.name}{_UNFINISHED}*"):
            link.unlink()

    def ids(self) -> list[str]:
        """The whole generations, oldest first."""
        if not self.generations.is_dir():
            return []
        return sorted(
            folder.name for folder in self.generations.iterdir() if _ID.fullmatch(folder.name)
        )

    def live(self) -> str | None:
        """The id that readers see now."""
        return self.published.readlink().name if self.published.is_symlink() else None

    def next_moment(self) -> datetime:
        """Now in UTC, yet always after the newest generation, so that ids sort as made."""
        now = datetime.now(UTC)
        ids = self.ids()
        found = _ID.fullmatch(ids[-1]) if ids else None
        if not found:
            return now
        newest = datetime.strptime(found["stamp"], _STAMP).replace(tzinfo=UTC)
        return max(now, newest + timedelta(microseconds=1))

    @contextmanager
    def workspace(self, moment: datetime) -> Iterator[Path]:
        """A folder of this run's own to write in; gone afterwards unless renamed by `adopt`."""
        folder = self.generations / f"{moment.strftime(_STAMP)}{_UNFINISHED}{os.getpid()}"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def adopt(self, workspace: Path, generation_id: str) -> Path:
        """Rename a finished, synced workspace to its id."""
        folder = workspace.rename(self.generations / generation_id)
        sync(self.generations)
        return folder

    def swap(self, generation_id: str) -> None:
        """Point `published` at a generation in one rename; no reader sees anything between."""
        target = self.generations / generation_id
        aside = self.published.with_name(f".{self.published.name}{_UNFINISHED}{os.getpid()}")
        aside.symlink_to(os.path.relpath(target, self.published.parent))
        aside.replace(self.published)
        sync(self.published.parent)

    def prune(self, keep: int) -> list[str]:
        """Remove all but the last `keep` generations, never the live one; returns the removed."""
        spare = [each for each in self.ids()[:-keep] if each != self.live()]
        self.remove(spare)
        return spare

    def remove(self, generation_ids: Iterable[str]) -> None:
        """Remove generations for good; the caller sees to it that none of them is live."""
        for generation_id in generation_ids:
            doomed = self.generations / f"{generation_id}{_UNFINISHED}{os.getpid()}"
            # Renamed first: a kill halfway through leaves no half generation under a good name.
            (self.generations / generation_id).rename(doomed)
            shutil.rmtree(doomed)


def generation_id(moment: datetime, content_hash: str) -> str:
    """An id that sorts by time and names its content: UTC to the microsecond, and 8 hex digits."""
    return f"{moment.strftime(_STAMP)}-{content_hash[:8]}"


def is_generation_id(text: str) -> bool:
    """Whether a text is such an id; one that is not may lead out of the shelf."""
    return _ID.fullmatch(text) is not None
