"""`ecocharge compact`: give back the space that old tables have left in the warehouse."""

from __future__ import annotations

import click


@click.command(
    epilog="""\b
Examples:
  ecocharge compact                        after builds have replaced large tables
  ecocharge build && ecocharge publish && ecocharge compact
"""
)
def command() -> None:
    """Write the warehouse anew, without the space of tables that are there no more.

    Marts, views and the durable state stay as they are, and so does what is published. While it
    runs, the disk holds the warehouse twice.
    """
    from ecocharge.compacting import compact
    from ecocharge.console import progress
    from ecocharge.locking import only_one
    from ecocharge.paths import Paths
    from ecocharge.runs.log import run_lock

    paths = Paths.discover()
    with only_one(run_lock(paths), "ecocharge compact"), progress() as bar:
        bar.add_task("copying the warehouse", total=None)
        found = compact(paths)
    click.echo(
        f"{paths.warehouse}: {found.before / 1e6:,.1f} MB before, {found.after / 1e6:,.1f} MB now"
    )
