"""Rules 17 to 20: every model and source is described."""

from __future__ import annotations

from ecocharge.project_rules.project import Node, Project, short


def is_described(node: Node) -> bool:
    return bool((node.get("description") or "").strip())


def documentation_coverage(project: Project) -> list[str]:
    bare = undocumented_models(project)
    total = len(project.models)
    return [f"{(total - len(bare)) * 100 // total} % described"] if bare else []


def undocumented_models(project: Project) -> list[str]:
    return [short(key) for key, model in project.models.items() if not is_described(model)]


def undocumented_source_tables(project: Project) -> list[str]:
    return [short(key) for key, source in project.sources.items() if not is_described(source)]


def undocumented_sources(project: Project) -> list[str]:
    return sorted(
        {
            source["source_name"]
            for source in project.sources.values()
            if not (source.get("source_description") or "").strip()
        }
    )
