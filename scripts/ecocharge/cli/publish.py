"""`ecocharge publish`: the marts of a green build, swapped in for all readers at once."""

from __future__ import annotations

import click

from ecocharge.console import out, progress
from ecocharge.paths import Paths
from ecocharge.publishing.layout import DATABASE_FILE, PARQUET_FOLDER


@click.command(
    epilog="""\b
Examples:
  ecocharge publish              publish the last green build, keep three generations
  ecocharge publish --keep 10    keep ten of them
  ecocharge publish --to postgresql://me@db.example/marts    and load them into Postgres

\b
To go back, point the link at an earlier folder:
  ln -sfn generations/<id> published
"""
)
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    metavar="N",
    help="How many generations stay on disk, the new one among them.",
)
@click.option(
    "--to",
    "places",
    multiple=True,
    metavar="URL",
    help="Copy the generation there too: postgresql://user@host/database, with the password in"
    " PGPASSWORD or PGPASSFILE. May be repeated.",
)
def command(keep: int, places: tuple[str, ...]) -> None:
    """Publish the public marts as DuckDB and Parquet, after a green build only.

    A new folder is written under generations/, and the link `published` is swapped to it in one
    step: readers keep the file they have open, and the next one sees the new marts.
    """
    from ecocharge.publishing.publish import publish
    from ecocharge.publishing.sending import require_known, send

    for place in places:
        require_known(place)
    paths = Paths.discover()
    with progress() as bar:
        task = bar.add_task("publishing", total=None)
        result = publish(
            paths,
            keep=keep,
            begun=lambda count: bar.update(task, total=count),
            done=lambda mart: bar.update(task, advance=1, description=mart.name),
        )
    rows = sum(mart.rows for mart in result.marts)
    out.print(f"published {len(result.marts)} marts, {rows:,} rows, as generation {result.id}")
    out.print(f"  {paths.published / DATABASE_FILE}", soft_wrap=True)
    out.print(f"  {paths.published / PARQUET_FOLDER}", soft_wrap=True)
    for place in places:
        with progress() as bar:
            task = bar.add_task("sending", total=len(result.marts))
            told = send(
                place,
                result.folder,
                lambda mart, bar=bar, task=task: bar.update(task, advance=1, description=mart),  # type: ignore[misc]
            )
        out.print(f"  {told}", soft_wrap=True)
    if result.removed:
        out.print(f"  removed: {', '.join(result.removed)}", soft_wrap=True)
