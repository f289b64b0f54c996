"""All rules in order, with the number and group that the report names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ecocharge.project_rules import (
    documentation,
    governance,
    house,
    modeling,
    performance,
    structure,
    testing,
)
from ecocharge.project_rules.project import Project

Check = Callable[[Project], list[str]]


@dataclass(frozen=True)
class Rule:
    """A rule and how it is checked; the check returns one text per offender."""

    number: str
    group: str
    check: Check

    @property
    def name(self) -> str:
        return self.check.__name__


_PROJECT_CHECKS: dict[str, tuple[Check, ...]] = {
    "modeling": (
        modeling.direct_join_to_source,
        modeling.duplicate_sources,
        modeling.hard_coded_references,
        modeling.marts_or_intermediate_dependent_on_source,
        modeling.model_fanout,
        modeling.multiple_sources_joined,
        modeling.rejoining_of_upstream_concepts,
        modeling.root_models,
        modeling.source_fanout,
        modeling.staging_dependent_on_marts_or_intermediate,
        modeling.staging_dependent_on_staging,
        modeling.too_many_joins,
        modeling.unused_sources,
    ),
    "testing": (
        testing.missing_primary_key_tests,
        testing.sources_without_freshness,
        testing.test_coverage,
    ),
    "documentation": (
        documentation.documentation_coverage,
        documentation.undocumented_models,
        documentation.undocumented_source_tables,
        documentation.undocumented_sources,
    ),
    "structure": (
        structure.model_naming_conventions,
        structure.model_directories,
        structure.source_directories,
        structure.test_directories,
    ),
    "performance": (
        performance.chained_views_dependencies,
        performance.exposure_parents_materializations,
    ),
    "governance": (
        governance.public_models_without_contract,
        governance.undocumented_public_models,
        governance.exposures_dependent_on_private_models,
    ),
}

_HOUSE_CHECKS: tuple[Check, ...] = (
    house.undocumented_columns,
    house.models_without_columns,
    house.undocumented_seeds,
    house.undocumented_macros,
    house.undocumented_macro_arguments,
    house.macros_without_an_example,
    house.undocumented_exposures,
    house.models_without_group,
    house.reports_without_exposure,
)

PROJECT_RULES = tuple(
    Rule(str(number), group, check)
    for number, (group, check) in enumerate(
        ((group, check) for group, checks in _PROJECT_CHECKS.items() for check in checks), start=1
    )
)
HOUSE_RULES = tuple(
    Rule(f"H{number}", "house", check) for number, check in enumerate(_HOUSE_CHECKS, start=1)
)
