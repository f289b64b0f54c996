"""Our own rules: everything described down to the column and the argument, everything owned."""

from __future__ import annotations

import re

from ecocharge.project_rules.documentation import is_described
from ecocharge.project_rules.project import Node, Project, short

_EXAMPLE = re.compile(r"\b(?:example|worked)\b", re.IGNORECASE)
_SIGNATURE = re.compile(r"\{%-?\s*macro\s+\w+\s*\(([^)]*)\)")


def undocumented_columns(project: Project) -> list[str]:
    nodes = {**project.models, **project.seeds}
    return [
        f"{short(key)}.{column['name']}"
        for key, node in nodes.items()
        for column in node.get("columns", {}).values()
        if not is_described(column)
    ]


def models_without_columns(project: Project) -> list[str]:
    nodes = {**project.models, **project.seeds}
    return [short(key) for key, node in nodes.items() if not node.get("columns")]


def undocumented_seeds(project: Project) -> list[str]:
    return [short(key) for key, seed in project.seeds.items() if not is_described(seed)]


def _is_implementation(name: str) -> bool:
    """An adapter's branch of a dispatched macro, which is documented under its plain name."""
    engines = ("default__", "duckdb__", "postgres__", "spark__", "bigquery__")
    return name.startswith((*engines, "materialization_", "test_"))


def undocumented_macros(project: Project) -> list[str]:
    return [
        macro["name"]
        for macro in project.macros.values()
        if not _is_implementation(macro["name"]) and not is_described(macro)
    ]


def _argument_names(macro: Node) -> list[str]:
    signature = _SIGNATURE.search(macro["macro_sql"])
    arguments = signature[1].split(",") if signature else []
    return [argument.split("=")[0].strip() for argument in arguments if argument.strip()]


def undocumented_macro_arguments(project: Project) -> list[str]:
    """Arguments in the macro's own signature that its description leaves out."""
    found: list[str] = []
    for macro in project.macros.values():
        if not _is_implementation(macro["name"]):
            described = {item["name"] for item in macro.get("arguments", []) if is_described(item)}
            found.extend(
                f"{macro['name']}({name})"
                for name in _argument_names(macro)
                if name not in described
            )
    return found


def macros_without_an_example(project: Project) -> list[str]:
    return [
        macro["name"]
        for macro in project.macros.values()
        if not _is_implementation(macro["name"])
        and not _EXAMPLE.search(macro.get("description") or "")
    ]


def undocumented_exposures(project: Project) -> list[str]:
    return [short(key) for key, node in project.exposures.items() if not is_described(node)]


def models_without_group(project: Project) -> list[str]:
    return [short(key) for key, model in project.models.items() if not model["config"].get("group")]


def reports_without_exposure(project: Project) -> list[str]:
    return [
        short(key)
        for key, model in project.models.items()
        if model["name"].startswith("rpt_") and key not in project.exposed
    ]
