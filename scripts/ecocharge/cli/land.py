"""`ecocharge land`: operators' files to landed rows."""

from __future__ import annotations

from datetime import datetime

import click

from ecocharge.paths import Paths

_GIGABYTE = 10**9


@click.command(
    name="land",
    short_help="Read operators' files into landed rows.",
    epilog="""\b
Examples:
  ecocharge land boulder ../shared/data/boulder
  ecocharge land dundee sessions.csv --entity sessions
  ecocharge land my_network 'cdrs/*.json'
  ecocharge land dundee 'exports/2018-*.csv' --exported-on 2018-09-07 --keep
  ecocharge land my_network deliveries.zip
  ecocharge land my_network deliveries --recursive
""",
)
@click.argument("source")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--adapter", help="How to read the files.  [default: the feed's own, else recognised from each]"
)
@click.option("--entity", help="What the files hold.  [default: recognised from each header]")
@click.option(
    "--exported-on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The day the operator exported the files; the later export of a session wins.",
)
@click.option("--keep", is_flag=True, help="Copy the originals to data/originals/SOURCE.")
@click.option("--recursive", is_flag=True, help="Look into the folders of a folder too.")
@click.option(
    "--demo-salt",
    is_flag=True,
    help="Hash with a salt that everybody knows: to try things out, for no real driver.",
)
@click.option(
    "--max-unpacked",
    type=click.FloatRange(min=0, min_open=True),
    default=20,
    show_default=True,
    metavar="GB",
    help="How much an archive may hold.",
)
def command(
    source: str,
    paths: tuple[str, ...],
    adapter: str | None,
    entity: str | None,
    exported_on: datetime | None,
    keep: bool,
    recursive: bool,
    demo_salt: bool,
    max_unpacked: float,
) -> None:
    """Read the files of the feed SOURCE, each PATH a file, an archive, a folder or a pattern.

    Every record becomes a row of text with its file and line; a line that cannot be read becomes
    a row with the reason. Personal values are replaced by a hash keyed with your salt:
    ECOCHARGE_SALT, else the file ECOCHARGE_SALT_FILE, else .secrets/salt as `ecocharge init`
    makes it. The same content is landed once, however often and however packed it is given. A
    file that cannot be landed is reported, and the others still land.

    Of a folder, files named .csv, .tsv, .json, .jsonl and .ndjson are taken, and archives; of an
    archive (.zip, .tar, .gz, .bz2, .xz), files named like that.
    """
    from ecocharge.landing.archives import Limits
    from ecocharge.landing.load import Options
    from ecocharge.landing.run import land
    from ecocharge.runs.asked import asked
    from ecocharge.runs.log import FAILED, recorded

    folders = Paths.discover()
    options = Options(
        adapter=adapter,
        entity=entity,
        exported_on=exported_on.date() if exported_on else None,
        originals=folders.landing.parent / "originals" if keep else None,
    )
    with recorded(folders, "land", asked()) as run, run.step("landing"):
        landed = land(
            source,
            paths,
            options,
            folders,
            recursive=recursive,
            has_demo_salt=demo_salt,
            limits=Limits(unpacked_bytes=int(max_unpacked * _GIGABYTE)),
        )
        run.files_landed, run.rows_landed = landed.new_files, landed.new_rows
        run.files_refused = len(landed.errors)
        if landed.errors:
            run.end(FAILED, landed.errors[0])
    for error in landed.errors:
        click.secho("error: ", fg="red", nl=False, err=True)
        click.echo(str(error), err=True)
    if landed.errors:
        raise click.exceptions.Exit(1)
