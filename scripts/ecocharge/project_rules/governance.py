"""Rules 27 to 29: what outsiders may rely on."""

from __future__ import annotations

from ecocharge.project_rules.documentation import is_described
from ecocharge.project_rules.project import Node, Project, short


def _access(model: Node) -> str:
    return str(model.get("access") or model["config"].get("access") or "protected")


def public_models_without_contract(project: Project) -> list[str]:
    return [
        short(key)
        for key, model in project.models.items()
        if _access(model) == "public" and not (model.get("contract") or {}).get("enforced")
    ]


def undocumented_public_models(project: Project) -> list[str]:
    return [
        short(key)
        for key, model in project.models.items()
        if _access(model) == "public"
        and not (
            is_described(model)
            and model.get("columns")
            and all(map(is_described, model["columns"].values()))
        )
    ]


def exposures_dependent_on_private_models(project: Project) -> list[str]:
    return [
        f"{short(key)} <- {short(parent)}"
        for key in project.exposures
        for parent in project.parents(key, "model")
        if parent not in project.models or _access(project.models[parent]) != "public"
    ]
