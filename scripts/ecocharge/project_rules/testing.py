"""Rules 14 to 16: keys, freshness and coverage by tests."""

from __future__ import annotations

from ecocharge.project_rules.project import Node, Project, short

_EVALUATOR_KEY_TEST = ("dbt_utils", "unique_combination_of_columns")


def _test_name(test: Node) -> tuple[str | None, str]:
    metadata = test.get("test_metadata") or {}
    return metadata.get("namespace"), metadata.get("name", "")


def _not_null_by_constraint(model: Node) -> set[str]:
    return {
        column["name"]
        for column in model.get("columns", {}).values()
        if any(constraint["type"] == "not_null" for constraint in column.get("constraints", []))
    }


def has_primary_key_test(project: Project, key: str) -> bool:
    """One column that is unique and never NULL, or a composite-key test."""
    columns: dict[str, set[str]] = {"unique": set(), "not_null": set()}
    for test in project.generic_tests_on(key):
        namespace, name = _test_name(test)
        composite = name in project.settings.primary_key_tests
        if composite or (namespace, name) == _EVALUATOR_KEY_TEST:
            return True
        if name in columns and test.get("column_name"):
            columns[name].add(test["column_name"])
    not_null = columns["not_null"] | _not_null_by_constraint(project.models[key])
    return bool(columns["unique"] & not_null)


def missing_primary_key_tests(project: Project) -> list[str]:
    return [short(key) for key in project.models if not has_primary_key_test(project, key)]


def sources_without_freshness(project: Project) -> list[str]:
    def checked(source: Node) -> bool:
        freshness = source.get("freshness") or source.get("config", {}).get("freshness") or {}
        return any(
            (freshness.get(limit) or {}).get("count") for limit in ("warn_after", "error_after")
        )

    return [short(key) for key, source in project.sources.items() if not checked(source)]


def test_coverage(project: Project) -> list[str]:
    bare = [short(key) for key in project.models if not project.tests_of(key)]
    return [f"{_percent(project, bare)} % tested; not: {', '.join(bare)}"] if bare else []


def _percent(project: Project, missing: list[str]) -> int:
    total = len(project.models)
    return (total - len(missing)) * 100 // total
