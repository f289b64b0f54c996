"""What trickles into a folder, landed file by file as a feed of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ecocharge.landing.feeds import find_feed
from ecocharge.landing.load import Options
from ecocharge.landing.personal import demo_salt
from ecocharge.landing.run import land_files
from ecocharge.paths import Paths

_NOT_LANDED = (".yml",)


@dataclass(frozen=True)
class Landing:
    """Lands files of a folder under the settings that lie beside them.

    Attributes:
        paths: the project.
        folder: holds the files and `feed.yml`.
        source: the name of the feed.
    """

    paths: Paths
    folder: Path
    source: str

    def network(self, names: Sequence[str]) -> None:
        """Land the files beside the sessions; see `take`."""
        for name in names:
            if not name.endswith(_NOT_LANDED):
                self.take(name)

    def take(self, name: str) -> None:
        """Land a file; one that was landed before is passed over.

        The drivers are made up: a salt that everybody knows does for them.

        Raises:
            EcoChargeError: when it cannot be landed.
        """
        feed = replace(find_feed(self.folder, "feed"), name=self.source)
        given = [str(self.folder / name)]
        landed = land_files(feed, given, Options(), self.paths, demo_salt())
        if landed.errors:
            raise landed.errors[0]
