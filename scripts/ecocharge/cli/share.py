"""`ecocharge share`: the durable state as Parquet."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(
    epilog="""\b
Examples:
  ecocharge share /data/shared_state       then ECOCHARGE_SPARK_STATE names the folder, or a copy
"""
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def command(folder: Path) -> None:
    """Write what has landed, run and been published to FOLDER, for a build on Spark.

    The durable state is a DuckDB file, which Spark does not read. Share it after each landing, and
    copy the folder beside the landed files where Spark is on other machines.
    """
    from ecocharge.paths import Paths
    from ecocharge.sharing import share

    for table, rows in share(Paths.discover().state, folder).items():
        click.echo(f"{table}: {rows:,} rows")
