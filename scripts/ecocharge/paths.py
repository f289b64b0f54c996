"""Where things are. Every path of the project is named here and nowhere else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ecocharge.errors import EcoChargeError


def find_root(start: Path | None = None) -> Path:
    """The project folder: `ECOCHARGE_HOME`, else the nearest parent with a `dbt_project.yml`.

    Raises:
        EcoChargeError: when neither leads to a project.
    """
    if home := os.environ.get("ECOCHARGE_HOME"):
        return Path(home).resolve()
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "dbt_project.yml").is_file():
            return folder
    raise EcoChargeError(
        f"no EcoCharge project at or above {here}",
        remedy="run this from the project folder, or set ECOCHARGE_HOME to it",
    )


@dataclass(frozen=True)
class Paths:
    """The project's folders and files, each movable by one environment variable.

    `ECOCHARGE_FEEDS`, `ECOCHARGE_LANDING`, `ECOCHARGE_WAREHOUSE`, `ECOCHARGE_STATE`,
    `ECOCHARGE_PUBLISHED`, `ECOCHARGE_SITE` and `ECOCHARGE_BI` replace the defaults; `profiles.yml`
    reads those of landing, warehouse and state too.
    """

    root: Path

    @classmethod
    def discover(cls) -> Paths:
        return cls(find_root())

    def _at(self, variable: str, default: str) -> Path:
        return self.root / os.environ.get(variable, default)

    @property
    def seeds(self) -> Path:
        return self.root / "seeds"

    @property
    def feeds(self) -> Path:
        """One file of settings for each feed."""
        return self._at("ECOCHARGE_FEEDS", "feeds")

    @property
    def landing(self) -> Path:
        return self._at("ECOCHARGE_LANDING", "data/landing")

    @property
    def warehouse(self) -> Path:
        return self._at("ECOCHARGE_WAREHOUSE", "warehouse/ecocharge.duckdb")

    @property
    def state(self) -> Path:
        return self._at("ECOCHARGE_STATE", "state/ecocharge_state.duckdb")

    @property
    def published(self) -> Path:
        """The link that readers open; it points at one folder under `generations`."""
        return self._at("ECOCHARGE_PUBLISHED", "published")

    @property
    def generations(self) -> Path:
        return self.published.parent / "generations"

    @property
    def site(self) -> Path:
        return self._at("ECOCHARGE_SITE", "site")

    @property
    def bi(self) -> Path:
        """The kits for BI tools, a folder each."""
        return self._at("ECOCHARGE_BI", "bi")

    @property
    def target(self) -> Path:
        return self._at("DBT_TARGET_PATH", "target")
