"""`ecocharge stream`: files to landed rows by Spark Structured Streaming."""

from __future__ import annotations

from pathlib import Path

import click

from ecocharge.cli.refresh import Duration, complain, say


@click.command(
    short_help="Land what arrives, by Spark Structured Streaming.",
    epilog="""\b
Examples:
  ecocharge stream my_network /srv/inbox                  messages or sessions, until Ctrl-C
  ecocharge stream my_network s3a://bucket/messages --every 30s
  ecocharge stream my_network /srv/inbox --once           what is there, then end

\b
It needs pyspark 4.3.0 and Java 17 or newer; `ecocharge refresh` needs neither.
""",
)
@click.argument("source")
@click.argument("folder")
@click.option(
    "--every",
    type=Duration(least=1),
    default="10s",
    show_default=True,
    metavar="TIME",
    help="From one micro-batch to the next.",
)
@click.option("--once", is_flag=True, help="Land what is there and end.")
@click.option(
    "--files-per-batch",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    metavar="N",
    help="How many files a micro-batch takes at most.",
)
@click.option(
    "--demo-salt",
    is_flag=True,
    help="Hash with a salt that everybody knows: to try things out, for no real driver.",
)
def command(
    source: str, folder: str, every: float, once: bool, files_per_batch: int, demo_salt: bool
) -> None:
    """Append the files that arrive in FOLDER to the landed rows of the feed SOURCE, each once.

    FOLDER may be one of any file system that Spark reads; files appear in it whole, by a rename.
    Spark keeps account of them in a checkpoint beside the state. Each micro-batch is landed as
    `ecocharge land` lands: personal values are hashed before anything is written, and a file is
    known by its content, so that a killed job that begins again loses nothing and doubles nothing.
    Sessions that come twice in different files are landed twice; the build counts them once.
    """
    from ecocharge.landing.feeds import find_feed
    from ecocharge.landing.personal import demo_salt as known_salt
    from ecocharge.landing.personal import find_salt
    from ecocharge.paths import Paths
    from ecocharge.refresh.inboxes import Inbox
    from ecocharge.signals import until_signalled
    from ecocharge.streaming.batch import Destination
    from ecocharge.streaming.spark import Stream

    paths = Paths.discover()
    salt = known_salt() if demo_salt else find_salt(paths.root)
    place = folder if "://" in folder else str(Path(folder).resolve())
    to = Destination(paths, Inbox(find_feed(paths.feeds, source), Path(place)), salt)
    with until_signalled() as stop:
        Stream(to, place, files_per_batch, stop, say, complain).run(None if once else every)
