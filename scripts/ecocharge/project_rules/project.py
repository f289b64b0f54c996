"""A dbt manifest as a graph: who reads whom, and what kind of model each is."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from ecocharge.errors import EcoChargeError

Node = dict[str, Any]

PREFIXES = {
    "staging": ("stg_",),
    "base": ("base_",),
    "intermediate": ("int_",),
    "marts": ("fct_", "dim_", "rpt_"),
}
FOLDERS = ("staging", "intermediate", "marts")


@dataclass(frozen=True)
class Settings:
    """What the rules allow; the defaults are those of dbt_project_evaluator.

    Args:
        fanout_threshold: leaf children from which a model fans out too far.
        joins_threshold: parents from which a model joins too much.
        chained_views: most views or ephemeral models in a row.
        primary_key_tests: generic tests that prove a key by themselves.
    """

    fanout_threshold: int = 3
    joins_threshold: int = 7
    chained_views: int = 5
    primary_key_tests: tuple[str, ...] = ("unique_combination",)


@dataclass(frozen=True)
class Project:
    """One project's own part of a manifest; what packages and the adapter bring is left out."""

    manifest: Node
    settings: Settings = field(default_factory=Settings)

    @classmethod
    def read(cls, path: Path, settings: Settings | None = None) -> Project:
        """The project in a `manifest.json`.

        Raises:
            EcoChargeError: when the file is missing or is not a manifest.
        """
        remedy = "run `dbt parse` first, or name the manifest of another target folder"
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise EcoChargeError("no such manifest", file=path, remedy=remedy) from error
        except (OSError, ValueError) as error:
            raise EcoChargeError("not a JSON file", file=path, remedy=remedy) from error
        if not isinstance(manifest, dict) or "nodes" not in manifest:
            raise EcoChargeError("not a dbt manifest", file=path, remedy=remedy)
        return cls(manifest, settings or Settings())

    @cached_property
    def name(self) -> str:
        return str(self.manifest["metadata"]["project_name"])

    def _own(self, section: str, resource_type: str | None = None) -> dict[str, Node]:
        return {
            key: node
            for key, node in self.manifest.get(section, {}).items()
            if node.get("package_name", self.name) == self.name
            and resource_type in (None, node.get("resource_type"))
        }

    @cached_property
    def models(self) -> dict[str, Node]:
        return self._own("nodes", "model")

    @cached_property
    def seeds(self) -> dict[str, Node]:
        return self._own("nodes", "seed")

    @cached_property
    def tests(self) -> dict[str, Node]:
        return self._own("nodes", "test")

    @cached_property
    def sources(self) -> dict[str, Node]:
        return self._own("sources")

    @cached_property
    def exposures(self) -> dict[str, Node]:
        return self._own("exposures")

    @cached_property
    def macros(self) -> dict[str, Node]:
        return self._own("macros")

    @cached_property
    def unit_tests(self) -> dict[str, Node]:
        return self._own("unit_tests")

    def parents(self, key: str, resource_type: str | None = None) -> list[str]:
        """Ids that the node reads, each once; of one resource type if given."""
        for section in ("nodes", "exposures"):
            if key in self.manifest.get(section, {}):
                found = self.manifest[section][key].get("depends_on", {}).get("nodes", [])
                break
        else:
            found = []
        kinds = (f"{resource_type}.",) if resource_type else ("",)
        return sorted({parent for parent in found if parent.startswith(kinds)})

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        children: dict[str, list[str]] = defaultdict(list)
        for key in self.models:
            for parent in self.parents(key):
                children[parent].append(key)
        return children

    def children(self, key: str) -> list[str]:
        """Models that read the node directly."""
        return self._children.get(key, [])

    @cached_property
    def exposed(self) -> set[str]:
        """Ids that an exposure reads directly."""
        return {parent for key in self.exposures for parent in self.parents(key)}

    def ancestors(self, key: str) -> Iterator[str]:
        """Every node upstream, each once."""
        seen: set[str] = set()
        waiting = self.parents(key)
        while waiting:
            parent = waiting.pop()
            if parent not in seen:
                seen.add(parent)
                waiting.extend(self.parents(parent))
                yield parent

    def folder_type(self, key: str) -> str:
        """`staging`, `intermediate` or `marts`: the nearest folder of that name, else `other`."""
        folders = PurePosixPath(self.models[key]["original_file_path"]).parts[:-1]
        return next((part for part in reversed(folders) if part in FOLDERS), "other")

    def model_type(self, key: str) -> str:
        """What the name's prefix says, else the folder."""
        name = self.models[key]["name"]
        for kind, prefixes in PREFIXES.items():
            if name.startswith(prefixes):
                return kind
        return self.folder_type(key)

    def tests_of(self, key: str) -> list[Node]:
        """Data tests, generic and singular, that read the node."""
        return [test for test_key, test in self.tests.items() if key in self.parents(test_key)]

    def generic_tests_on(self, key: str) -> list[Node]:
        """Generic tests that are stated on the node."""
        return [test for test in self.tests.values() if test.get("attached_node") == key]


def short(key: str) -> str:
    """The name in a unique id; for sources with the source's name."""
    parts = key.split(".")
    return ".".join(parts[2:]) if parts[0] == "source" else parts[-1]
