"""Prints the rules one by one and ends with an error when one is broken."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ecocharge.errors import EcoChargeError
from ecocharge.project_rules import HOUSE_RULES, PROJECT_RULES, Project, Rule


def _report(rules: tuple[Rule, ...], project: Project, label: str) -> int:
    broken = 0
    for rule in rules:
        offenders = rule.check(project)
        broken += bool(offenders)
        mark = f"{len(offenders):>3} x" if offenders else "   ok"
        click.echo(f"{rule.number:>3}  {rule.group:<13}  {rule.name:<45}{mark}")
        for offender in offenders:
            click.echo(f"       - {offender}")
    click.echo(f"{broken} of {len(rules)} {label} broken\n")
    return broken


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path), default=Path("target/manifest.json"))
def command(manifest: Path) -> None:
    """Check the rules of the dbt project whose MANIFEST `dbt parse` wrote.

    \b
    Examples:
      python -m ecocharge.project_rules
      python -m ecocharge.project_rules target/manifest.json
    """
    try:
        project = Project.read(manifest)
    except EcoChargeError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{len(project.models)} models, {len(project.tests)} data tests,"
        f" {len(project.unit_tests)} unit tests\n"
    )
    broken = _report(PROJECT_RULES, project, "project rules")
    broken += _report(HOUSE_RULES, project, "house rules")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    command()
