"""`ecocharge fetch`: the live generation of a bucket, for the tools of this machine."""

from __future__ import annotations

from pathlib import Path

import click

from ecocharge.console import out, progress
from ecocharge.publishing.layout import DATABASE_FILE, PARQUET_FOLDER


@click.command(
    epilog="""\b
Examples:
  ecocharge fetch s3://bucket/charging --into /srv/charging    then open /srv/charging/published/
  ecocharge fetch gs://bucket/charging --keep 1                 keep the newest only
"""
)
@click.argument("url")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    show_default="this folder",
    help="Where generations/ and the link `published` are made.",
)
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    metavar="N",
    help="How many generations stay here, the new one among them.",
)
def command(url: str, into: Path, keep: int) -> None:
    """Fetch what `ecocharge publish --to URL` put into a bucket.

    The pointer is followed, every file is checked against the hash that its generation tells, and
    the link `published` is swapped when all are here. What is here already is not fetched again.
    """
    from ecocharge.publishing.fetching import fetch

    with progress() as bar:
        task = bar.add_task("fetching", total=None)
        published = fetch(
            url,
            into,
            keep=keep,
            begun=lambda count: bar.update(task, total=count),
            done=lambda name: bar.update(task, advance=1, description=name),
        )
    out.print(f"fetched generation {published.resolve().name}")
    out.print(f"  {published / DATABASE_FILE}", soft_wrap=True)
    out.print(f"  {published / PARQUET_FOLDER}", soft_wrap=True)
