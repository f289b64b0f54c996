"""The rules that the dbt project keeps, computed from its manifest: 29 common ones and our own."""

from ecocharge.project_rules.project import Project
from ecocharge.project_rules.rules import HOUSE_RULES, PROJECT_RULES, Rule

__all__ = ["HOUSE_RULES", "PROJECT_RULES", "Project", "Rule"]
