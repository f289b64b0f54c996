"""`ecocharge backfill`: a period made anew from what has been landed."""

from __future__ import annotations

from datetime import datetime

import click


@click.command(
    epilog="""\b
Examples:
  ecocharge backfill --from 2024-01-01 --to 2024-03-31
  ecocharge backfill --from 2019-01-01 --to 2024-12-31 --step 365
  ecocharge backfill --from 2024-01-01 --to 2024-03-31 --sources dundee,boulder
"""
)
@click.option(
    "--from", "first", type=click.DateTime(["%Y-%m-%d"]), required=True, help="First day, in UTC."
)
@click.option(
    "--to", "last", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Last day, in UTC."
)
@click.option(
    "--step",
    type=click.IntRange(1),
    default=31,
    show_default=True,
    help="Days that are made anew at a time.",
)
@click.option(
    "--sources",
    multiple=True,
    metavar="FEEDS",
    help="Feeds that take part, as in the build before.  [default: native]",
)
@click.option(
    "--native-from",
    type=click.Choice(["seeds", "landing"]),
    help="Where the native feed comes from, as in the build before.  [default: seeds]",
)
def command(
    first: datetime,
    last: datetime,
    step: int,
    sources: tuple[str, ...],
    native_from: str | None,
) -> None:
    """Read landed files of a period anew, and restate all that follows from them.

    Step by step, each with a build that must be green. A run that was ended goes on behind the
    last step that was done, when it is called with the same days. Nothing is published.
    """
    from ecocharge.backfilling import Step, backfill
    from ecocharge.building import build
    from ecocharge.errors import EcoChargeError
    from ecocharge.paths import Paths
    from ecocharge.runs.asked import asked
    from ecocharge.runs.log import recorded

    if last < first:
        raise EcoChargeError(
            f"--to {last:%Y-%m-%d} lies before --from {first:%Y-%m-%d}",
            remedy="exchange the two",
        )
    paths = Paths.discover()

    def built() -> None:
        build(
            paths,
            sources=[name.strip() for some in sources for name in some.split(",")] or None,
            native_from=native_from,
        )

    def told(each: Step) -> None:
        click.echo(f"{each.first} to {each.last}")

    with recorded(paths, "backfill", asked()):
        done = backfill(paths, first.date(), last.date(), days=step, build=built, told=told)
    click.echo(f"{len(done)} steps made anew")
