"""Rules 25 and 26: what is computed again at every read."""

from __future__ import annotations

from ecocharge.project_rules.project import Project, short

_VIRTUAL = ("view", "ephemeral")


def _is_virtual(project: Project, key: str) -> bool:
    model = project.models.get(key)
    return bool(model) and (model or {})["config"]["materialized"] in _VIRTUAL


def _virtual_chain(project: Project, key: str) -> int:
    """The most views or ephemeral models in a row above the node."""
    return max(
        (
            1 + _virtual_chain(project, parent)
            for parent in project.parents(key)
            if _is_virtual(project, parent)
        ),
        default=0,
    )


def chained_views_dependencies(project: Project) -> list[str]:
    lengths = {key: _virtual_chain(project, key) for key in project.models}
    return [
        f"{short(key)} ({length} in a row)"
        for key, length in lengths.items()
        if length > project.settings.chained_views
    ]


def exposure_parents_materializations(project: Project) -> list[str]:
    return [
        f"{short(key)} <- {short(parent)}"
        for key in project.exposures
        for parent in project.parents(key)
        if parent in project.sources or _is_virtual(project, parent)
    ]
