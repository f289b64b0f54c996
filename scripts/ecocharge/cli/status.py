"""`ecocharge status`: is all well?"""

from __future__ import annotations

import json
from pathlib import Path

import click

from ecocharge.cli.refresh import InboxOf


@click.command(
    short_help="What is published, what ran last, what waits, what is late.",
    epilog="""\b
Examples:
  ecocharge status                             for people
  ecocharge status --json                      for a monitor
  ecocharge status --from my_network=/srv/inbox    an inbox that no feed names
  ecocharge status > /dev/null || echo "look at the charging data"
""",
)
@click.option(
    "--from",
    "inboxes",
    type=InboxOf(),
    multiple=True,
    metavar="FEED=FOLDER",
    help="A feed and the folder its files arrive in; may be repeated.  [default: what `inbox` says "
    "in feeds/*.yml]",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def command(inboxes: tuple[tuple[str, Path], ...], as_json: bool) -> None:
    """Say how things stand: the published generation and its age, the run at work and the last one,
    what waits in the inboxes, and how fresh each source is.

    It ends with 1 where something is not well: nothing is published, the last run failed or was
    killed, a file was refused, or a source is late: older than the `freshness` of its yml, or than
    `stale_after_hours` in a feed's settings.
    """
    from ecocharge.console import out
    from ecocharge.paths import Paths
    from ecocharge.refresh.inboxes import find_inboxes, named_inboxes
    from ecocharge.status.reading import read_status
    from ecocharge.status.telling import print_status, to_json

    paths = Paths.discover()
    given = {feed: folder.resolve() for feed, folder in inboxes}
    status = read_status(paths, find_inboxes(paths, given) if given else named_inboxes(paths))
    if as_json:
        click.echo(json.dumps(to_json(status), indent=2))
    else:
        print_status(status, out)
    if status.problems:
        raise click.exceptions.Exit(1)
