"""`ecocharge build`: dbt build, with the feeds named in plain words."""

from __future__ import annotations

import time

import click


@click.command(
    epilog="""\b
Examples:
  ecocharge build                                 the committed network
  ecocharge build --sources dundee,boulder        two landed feeds
  ecocharge build --native-from landing           a larger generated network
  ecocharge build --full-refresh                  from scratch; issued forecasts stay

The same without this command, with the unit tests of the models:
  dbt build --vars '{ecocharge_sources: [dundee, boulder]}'
"""
)
@click.option(
    "--sources",
    multiple=True,
    metavar="FEEDS",
    help="Feeds that take part, comma separated or named one by one.  [default: native]",
)
@click.option(
    "--native-from",
    type=click.Choice(["seeds", "landing"]),
    help="Where the native feed comes from.  [default: seeds]",
)
@click.option("--full-refresh", is_flag=True, help="Rebuild everything that can be rebuilt.")
@click.option("--threads", type=click.IntRange(1, 64), help="Models built side by side.")
@click.option("--verbose", is_flag=True, help="Show dbt's own log.")
def command(
    sources: tuple[str, ...],
    native_from: str | None,
    full_refresh: bool,
    threads: int | None,
    verbose: bool,
) -> None:
    """Build every model and test the data; nothing is published."""
    from ecocharge.building import build
    from ecocharge.paths import Paths
    from ecocharge.runs.asked import asked
    from ecocharge.runs.counting import note_build
    from ecocharge.runs.log import recorded

    began = time.perf_counter()
    paths = Paths.discover()
    with recorded(paths, "build", asked()) as run:
        counted = build(
            paths,
            sources=[name.strip() for some in sources for name in some.split(",")] or None,
            native_from=native_from,
            full_refresh=full_refresh,
            threads=threads,
            verbose=verbose,
        )
        note_build(run, counted, paths.warehouse)
    click.echo(
        f"{counted.models} models and {counted.seeds} seeds built, {counted.data_tests} data tests "
        f"green, in {time.perf_counter() - began:.0f} s"
    )
