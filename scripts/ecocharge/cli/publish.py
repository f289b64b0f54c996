"""`ecocharge publish`: the marts of a green build, swapped in for all readers at once."""

from __future__ import annotations

from pathlib import Path

import click

from ecocharge.console import out, progress
from ecocharge.errors import EcoChargeError
from ecocharge.paths import Paths
from ecocharge.publishing.layout import DATABASE_FILE, PARQUET_FOLDER


@click.command(
    epilog="""\b
Examples:
  ecocharge publish              publish the last green build, keep three generations
  ecocharge publish --keep 10    keep ten of them
  ecocharge publish --to postgresql://me@db.example/marts    and load them into Postgres
  ecocharge publish --to s3://bucket/charging                and copy them and the site to a bucket
  ecocharge publish --again --to s3://bucket/charging        send what is live here once more

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
    help="How many generations stay on disk and in a bucket, the new one among them.",
)
@click.option(
    "--to",
    "places",
    multiple=True,
    metavar="URL",
    help="Copy the generation there too: postgresql://user@host/database, with the password in"
    " PGPASSWORD or PGPASSFILE; or s3://bucket/prefix, gs://bucket/prefix, az://container/prefix,"
    " with the credentials in the environment. May be repeated.",
)
@click.option(
    "--again",
    is_flag=True,
    help="Make no new generation: send the one that is live, as after a broken connection.",
)
def command(keep: int, places: tuple[str, ...], again: bool) -> None:
    """Publish the public marts as DuckDB and Parquet, after a green build only.

    A new folder is written under generations/, and the link `published` is swapped to it in one
    step: readers keep the file they have open, and the next one sees the new marts.
    """
    from ecocharge.publishing.sending import require_known
    from ecocharge.runs.asked import asked
    from ecocharge.runs.log import recorded

    if again and not places:
        raise click.UsageError("--again sends: say where with --to")
    for place in places:
        require_known(place)
    paths = Paths.discover()
    with recorded(paths, "publish", asked()) as run, run.step("publishing"):
        generation = _live(paths) if again else _publish(paths, keep)
        run.generation_id = generation.name
        for place in places:
            _send(paths, place, generation, keep)


def _live(paths: Paths) -> Path:
    if not paths.published.is_dir():
        raise EcoChargeError("nothing is published yet", remedy="leave --again out")
    return paths.published.resolve()


def _publish(paths: Paths, keep: int) -> Path:
    from ecocharge.publishing.publish import publish

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
    if result.removed:
        out.print(f"  removed: {', '.join(result.removed)}", soft_wrap=True)
    return result.folder


def _send(paths: Paths, place: str, generation: Path, keep: int) -> None:
    from ecocharge.dashboard.page import write_page
    from ecocharge.publishing.bucket import names_bucket
    from ecocharge.publishing.sending import send

    if names_bucket(place):
        # The page in the bucket tells of the marts beside it.
        write_page(paths)
    with progress() as bar:
        task = bar.add_task("sending", total=None)
        told = send(
            place,
            generation,
            site=paths.site,
            keep=keep,
            begun=lambda count: bar.update(task, total=count),
            done=lambda name: bar.update(task, advance=1, description=name),
        )
    out.print(f"  {told}", soft_wrap=True)
