"""`ecocharge init`: the files a new operator begins with."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ecocharge.console import out
from ecocharge.paths import Paths


@click.command(
    short_help="Begin: a salt, a feed's settings, a list of stations.",
    epilog="""\b
Examples:
  ecocharge init
  ecocharge init my_network --adapter ocpi
  ecocharge init my_network --adapter generic_csv --time-zone Europe/Paris --country-code FR
""",
)
@click.argument("name", required=False)
@click.option("--adapter", help="The format of most of its files, such as ocpi or generic_csv.")
@click.option("--time-zone", help="The IANA zone of its stations, such as Europe/Paris.")
@click.option("--description", help="Whose data it is, and under which licence.")
@click.option("--country-code", help="ISO 3166-1 alpha-2, such as FR.")
@click.option("--city", help="The city of its stations, where all share one.")
@click.option("--currency", help="ISO 4217, such as EUR.")
def command(name: str | None, **given: str | None) -> None:
    """Write what a feed called NAME needs before its first landing; files that exist stay.

    The salt goes to .secrets/salt, for your eyes only and ignored by git: personal values are
    hashed with it, so keep a copy where you keep passwords. The feed's settings go to
    feeds/NAME.yml, an empty list of stations to data/NAME/stations.csv. In a terminal, NAME and
    the most important settings are asked for.
    """
    from ecocharge.initialising import initialise, stations_file

    paths = Paths.discover()
    settings = {key: value for key, value in given.items() if value}
    if name is None and sys.stdin.isatty() and sys.stdout.isatty():
        name, settings = _asked(settings)
    made = initialise(paths, name, settings)
    for path in made.written:
        _say(f"written: {_shown(path, paths)}")
    for path in made.kept:
        _say(f"there already, left as it is: {_shown(path, paths)}")
    _say("next:")
    if name is None:
        _say("  ecocharge init my_network    settings and station list of your first feed")
        return
    _say(f"  ecocharge check EXPORT... --source {name}    what would become of your files")
    _say(f"  ecocharge land {name} EXPORT... {_shown(stations_file(paths, name), paths)}")
    _say(f"  ecocharge build --sources {name}")


def _asked(settings: dict[str, str]) -> tuple[str | None, dict[str, str]]:
    name = click.prompt("name of the feed, such as my_network (empty for none)", default="")
    if not name:
        return None, settings
    for key, question in (
        ("adapter", "format of its files (empty to have it recognised)"),
        ("time_zone", "time zone of its stations (empty where the files tell)"),
    ):
        if key not in settings and (answer := click.prompt(question, default="")):
            settings[key] = answer
    return name, settings


def _shown(path: Path, paths: Paths) -> str:
    return str(path.relative_to(paths.root) if path.is_relative_to(paths.root) else path)


def _say(line: str) -> None:
    out.print(line, soft_wrap=True, markup=False, highlight=False)
