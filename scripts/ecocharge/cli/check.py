"""`ecocharge check`: what would become of files, without touching the project."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command(
    short_help="Say what would become of files; nothing is kept.",
    epilog="""\b
Examples:
  ecocharge check export.csv                     any format that is recognised
  ecocharge check --source dundee 'exports/*.csv'
  ecocharge check --adapter ocpi cdrs.json --json
  ecocharge check --strict export.csv            exit code 1 when a row is refused
  ecocharge check export.csv --receipt receipt.html    and a page with every kWh explained
""",
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--source", help="The feed whose settings are used.  [default: none]")
@click.option("--adapter", help="How to read the files.  [default: recognised from each]")
@click.option("-r", "--recursive", is_flag=True, help="Look into the folders of folders too.")
@click.option("--strict", is_flag=True, help="End with exit code 1 when a row would be refused.")
@click.option(
    "--receipt",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a page from the plain sum of the files to the energy that would count.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def command(
    files: tuple[str, ...],
    source: str | None,
    adapter: str | None,
    recursive: bool,
    strict: bool,
    receipt: Path | None,
    as_json: bool,
) -> None:
    """Land and classify FILEs in a temporary folder, with the very models that a build uses.

    Shows the format recognised, rows by class and reason, the plain sum of energy against what
    would count, the days, stations and zone, the worst lines and what to do next. Neither the
    project nor the files are changed.
    """
    from ecocharge.checking.report import print_findings, print_next
    from ecocharge.checking.run import check
    from ecocharge.console import out
    from ecocharge.paths import Paths

    found, feed, errors = check(
        files,
        Paths.discover(),
        source=source,
        adapter=adapter,
        recursive=recursive,
        receipt=receipt,
    )
    if found and as_json:
        click.echo(json.dumps(found.to_json(), indent=2, default=str))
    elif found:
        print_findings(found, out)
        print_next(found, feed, files, out)
        if receipt:
            out.print(f"receipt written: {receipt}", soft_wrap=True)
    for error in errors:
        click.secho("error: ", fg="red", nl=False, err=True)
        click.echo(str(error), err=True)
    if errors or (strict and found and found.refused):
        raise click.exceptions.Exit(1)
