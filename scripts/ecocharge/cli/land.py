"""`ecocharge land`: operators' files to landed rows."""

from __future__ import annotations

from datetime import datetime

import click

from ecocharge.paths import Paths


@click.command(
    name="land",
    short_help="Read operators' files into landed rows.",
    epilog="""\b
Examples:
  ecocharge land boulder ../shared/data/boulder
  ecocharge land dundee sessions.csv --entity sessions
  ecocharge land dundee 'exports/2018-*.csv' --exported-on 2018-09-07 --keep
""",
)
@click.argument("source")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--entity", help="What the files hold.  [default: recognised from each header]")
@click.option(
    "--exported-on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The day the operator exported the files; the later export of a session wins.",
)
@click.option("--keep", is_flag=True, help="Copy the originals to data/originals/SOURCE.")
def command(
    source: str,
    paths: tuple[str, ...],
    entity: str | None,
    exported_on: datetime | None,
    keep: bool,
) -> None:
    """Read the files of SOURCE, each PATH a file, a folder of .csv files or a pattern.

    Every record becomes a row of text with its file and line; a line that cannot be read becomes
    a row with the reason. Personal columns are replaced by a hash keyed with ECOCHARGE_SALT. The
    same content is landed once, however often it is given. A file that cannot be landed is
    reported, and the others still land.
    """
    from ecocharge.landing.load import Options
    from ecocharge.landing.run import land

    folders = Paths.discover()
    options = Options(
        entity=entity,
        exported_on=exported_on.date() if exported_on else None,
        originals=folders.landing.parent / "originals" if keep else None,
    )
    errors = land(source, paths, options, folders)
    for error in errors:
        click.secho("error: ", fg="red", nl=False, err=True)
        click.echo(str(error), err=True)
    if errors:
        raise click.exceptions.Exit(1)
