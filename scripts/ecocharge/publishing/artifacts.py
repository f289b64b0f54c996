"""What dbt left in `target/`: the project's models and the results of its last run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecocharge.errors import EcoChargeError

BUILD_FIRST = "run `ecocharge build`"


@dataclass(frozen=True)
class Mart:
    """A public model: where it stands in the warehouse, and what its docs say.

    `columns` maps a column's name to its description, `types` to its contracted type;
    `primary_key` holds what the contract or a tested uniqueness says, empty where neither does;
    `partition_by_month` the time column by which its Parquet is split, if it is.
    """

    unique_id: str
    name: str
    database: str
    schema: str
    identifier: str
    description: str
    columns: dict[str, str]
    types: dict[str, str]
    primary_key: tuple[str, ...] = ()
    partition_by_month: str | None = None


@dataclass(frozen=True)
class Manifest:
    """The parts of `manifest.json` that publishing needs; `tests` maps a test to its parents."""

    file: Path
    invocation_id: str
    marts: tuple[Mart, ...]
    tests: dict[str, frozenset[str]]


@dataclass(frozen=True)
class RunResults:
    """The parts of `run_results.json` that publishing needs; `statuses` is by unique id."""

    file: Path
    invocation_id: str
    command: str
    statuses: dict[str, str]


def read_artifact(file: Path) -> dict[str, Any]:
    """One of dbt's JSON files.

    Raises:
        EcoChargeError: it is missing or broken.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise EcoChargeError("there is no build yet", file=file, remedy=BUILD_FIRST) from None
    except (OSError, ValueError) as error:
        raise EcoChargeError(
            f"cannot be read as JSON ({error})", file=file, remedy=BUILD_FIRST
        ) from None
    if not isinstance(content, dict):
        raise EcoChargeError("is not a dbt artifact", file=file, remedy=BUILD_FIRST)
    return content


def _mart(unique_id: str, node: dict[str, Any], tested: tuple[str, ...]) -> Mart:
    columns: dict[str, dict[str, Any]] = node.get("columns") or {}
    return Mart(
        unique_id=unique_id,
        name=node["name"],
        database=node["database"],
        schema=node["schema"],
        identifier=node.get("alias") or node["name"],
        description=node.get("description") or "",
        columns={name: column.get("description") or "" for name, column in columns.items()},
        types={name: column.get("data_type") or "" for name, column in columns.items()},
        primary_key=_contracted_key(node) or tested,
        partition_by_month=(node.get("config", {}).get("meta") or {}).get("partition_by_month"),
    )


def _contracted_key(node: dict[str, Any]) -> tuple[str, ...]:
    for constraint in node.get("constraints") or []:
        if constraint["type"] == "primary_key":
            return tuple(constraint["columns"])
    return ()


def _tested_keys(nodes: dict[str, dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    """By model, the columns that a test says are unique together, the fewest where several do."""
    keys: dict[str, tuple[str, ...]] = {}
    for node in nodes.values():
        told = node.get("test_metadata") or {}
        arguments = told.get("kwargs", {})
        if told.get("name") == "unique":
            columns = (arguments["column_name"],)
        elif told.get("name") == "unique_combination":
            columns = tuple(arguments["columns"])
        else:
            continue
        model = node["attached_node"]
        keys[model] = min(keys.get(model, columns), columns, key=lambda key: (len(key), key))
    return keys


def _is_public_model(node: dict[str, Any]) -> bool:
    access = node.get("access") or node.get("config", {}).get("access")
    return bool(node["resource_type"] == "model" and access == "public")


def read_manifest(target: Path) -> Manifest:
    """The public models and the data tests of the project, from `target/manifest.json`.

    Raises:
        EcoChargeError: the file is missing, broken or names no public model.
    """
    file = target / "manifest.json"
    content = read_artifact(file)
    try:
        nodes: dict[str, dict[str, Any]] = content["nodes"]
        keys = _tested_keys(nodes)
        marts = [
            _mart(key, node, keys.get(key, ()))
            for key, node in nodes.items()
            if _is_public_model(node)
        ]
        tests = {
            key: frozenset(node["depends_on"]["nodes"])
            for key, node in nodes.items()
            if node["resource_type"] == "test"
        }
        invocation_id: str = content["metadata"]["invocation_id"]
    except (KeyError, TypeError, AttributeError) as error:
        raise EcoChargeError(
            f"is not a dbt manifest ({error!r})", file=file, remedy=BUILD_FIRST
        ) from None
    if not marts:
        raise EcoChargeError(
            "names no public model, so there is nothing to publish",
            file=file,
            remedy="give the marts `access: public` in dbt_project.yml, then " + BUILD_FIRST,
        )
    marts.sort(key=lambda mart: (mart.schema, mart.name))
    return Manifest(file=file, invocation_id=invocation_id, marts=tuple(marts), tests=tests)


def read_run_results(target: Path) -> RunResults:
    """Every node's status in dbt's last run, from `target/run_results.json`.

    Raises:
        EcoChargeError: the file is missing or broken.
    """
    file = target / "run_results.json"
    content = read_artifact(file)
    try:
        return RunResults(
            file=file,
            invocation_id=content["metadata"]["invocation_id"],
            command=str(content["args"]["which"]),
            statuses={entry["unique_id"]: entry["status"] for entry in content["results"]},
        )
    except (KeyError, TypeError) as error:
        raise EcoChargeError(
            f"holds no dbt run results ({error!r})", file=file, remedy=BUILD_FIRST
        ) from None
