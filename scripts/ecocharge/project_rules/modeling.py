"""Rules 1 to 13: how models read each other. Each returns the offenders, none when kept."""

from __future__ import annotations

import re
from collections import Counter

from ecocharge.project_rules.project import Project, short

_COMMENT = re.compile(r"--[^\n]*|\{#.*?#\}", re.DOTALL)
_QUOTED = r"[\"`\[]?\w+[\"`\]]?"
_HARD_CODED = re.compile(
    rf"\b(?:from|join)\s+(?:{_QUOTED}(?:\s*\.\s*{_QUOTED})+|[\"`\[]\w+[\"`\]]|\{{\{{-?\s*var\s*\()",
    re.IGNORECASE,
)


def direct_join_to_source(project: Project) -> list[str]:
    return [
        short(key)
        for key in project.models
        if project.parents(key, "source") and project.parents(key, "model")
    ]


def duplicate_sources(project: Project) -> list[str]:
    relations = {
        key: ".".join(str(source[part]).lower() for part in ("database", "schema", "identifier"))
        for key, source in project.sources.items()
    }
    counts = Counter(relations.values())
    return [f"{short(key)} ({name})" for key, name in relations.items() if counts[name] > 1]


def hard_coded_references(project: Project) -> list[str]:
    found: list[str] = []
    for key, model in project.models.items():
        if model.get("language", "sql") == "sql":
            code = _COMMENT.sub(" ", model.get("raw_code", ""))
            found.extend(f"{short(key)}: {match[0]}" for match in _HARD_CODED.finditer(code))
    return found


def marts_or_intermediate_dependent_on_source(project: Project) -> list[str]:
    return [
        short(key)
        for key in project.models
        if project.model_type(key) in ("marts", "intermediate") and project.parents(key, "source")
    ]


def model_fanout(project: Project) -> list[str]:
    def is_leaf(key: str) -> bool:
        return not project.children(key) and key not in project.exposed

    found: list[str] = []
    for key in project.models:
        leaves = [child for child in project.children(key) if is_leaf(child)]
        if len(leaves) >= project.settings.fanout_threshold:
            found.append(f"{short(key)} -> {', '.join(map(short, leaves))}")
    return found


def multiple_sources_joined(project: Project) -> list[str]:
    return [short(key) for key in project.models if len(project.parents(key, "source")) > 1]


def rejoining_of_upstream_concepts(project: Project) -> list[str]:
    found: list[str] = []
    for between in project.models:
        children = project.children(between)
        if len(children) == 1:
            shared = set(project.parents(between)) & set(project.parents(children[0]))
            found.extend(
                f"{short(origin)} -> {short(between)} -> {short(children[0])}"
                for origin in sorted(shared)
            )
    return found


def root_models(project: Project) -> list[str]:
    return [
        short(key)
        for key, model in project.models.items()
        if not project.parents(key) and not model.get("time_spine")
    ]


def source_fanout(project: Project) -> list[str]:
    return [short(key) for key in project.sources if len(project.children(key)) > 1]


def staging_dependent_on_marts_or_intermediate(project: Project) -> list[str]:
    return [
        f"{short(key)} <- {short(parent)}"
        for key in project.models
        if project.model_type(key) == "staging"
        for parent in project.parents(key, "model")
        if parent in project.models and project.model_type(parent) in ("marts", "intermediate")
    ]


def staging_dependent_on_staging(project: Project) -> list[str]:
    return [
        f"{short(key)} <- {short(parent)}"
        for key in project.models
        if project.model_type(key) == "staging"
        for parent in project.parents(key)
        if parent.startswith("snapshot.")
        or (parent in project.models and project.model_type(parent) == "staging")
    ]


def too_many_joins(project: Project) -> list[str]:
    return [
        f"{short(key)} ({len(project.parents(key))} parents)"
        for key in project.models
        if len(project.parents(key)) >= project.settings.joins_threshold
    ]


def unused_sources(project: Project) -> list[str]:
    return [short(key) for key in project.sources if not project.children(key)]
