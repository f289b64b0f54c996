"""Rules 21 to 24: names and folders."""

from __future__ import annotations

from pathlib import PurePosixPath

from ecocharge.project_rules.project import PREFIXES, Node, Project, short


def _folders(node: Node, path: str = "original_file_path") -> tuple[str, ...]:
    return PurePosixPath(node[path]).parts[:-1]


def model_naming_conventions(project: Project) -> list[str]:
    return [
        f"{short(key)} in {project.folder_type(key)}"
        for key, model in project.models.items()
        if not model["name"].startswith(PREFIXES.get(project.folder_type(key), ()))
    ]


def model_directories(project: Project) -> list[str]:
    found = []
    for key, model in project.models.items():
        kind = project.model_type(key)
        if kind in ("staging", "base"):
            origins = {
                project.sources[parent]["source_name"]
                for parent in project.ancestors(key)
                if parent in project.sources
            }
            fits = "staging" in _folders(model) and not origins.isdisjoint(_folders(model))
        else:
            fits = kind == project.folder_type(key)
        if not fits:
            found.append(f"{short(key)} in {'/'.join(_folders(model))}")
    return found


def source_directories(project: Project) -> list[str]:
    return [
        f"{short(key)} in {source['original_file_path']}"
        for key, source in project.sources.items()
        if source["source_name"] not in _folders(source)
    ]


def test_directories(project: Project) -> list[str]:
    found = []
    for test in project.tests.values():
        model = project.models.get(test.get("attached_node") or "")
        if model and _folders(test) != _folders(model):
            found.append(f"{test['name']} in {'/'.join(_folders(test))}")
    return found
