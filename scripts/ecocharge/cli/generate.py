"""`ecocharge generate`: a synthetic charging network, the same bytes every time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ecocharge.generator.engines import Compiled
    from ecocharge.generator.parts import Tick
    from ecocharge.generator.presets import Plan
    from ecocharge.generator.run import Made
    from ecocharge.generator.writing import Format

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(
    epilog="""\b
Examples:
  ecocharge generate                              rewrite the committed seeds, byte for byte
  ecocharge generate --preset s                   100 thousand sessions into landing
  ecocharge generate --preset s --stations 40 --seed 7
  ecocharge generate --preset m --from 2025-01-01 --to 2025-03-31
  ecocharge generate --preset l --workers 2 --out big    10 million sessions, elsewhere
  ecocharge generate --preset l --workers 2 --out big --resume   after an interruption
  ecocharge generate --seed 7 --out other_seeds   another network, elsewhere
"""
)
@click.option(
    "--preset",
    default="xs",
    show_default=True,
    help="How much: xs (the committed seeds), s (100 k sessions), m (1 M), l (10 M), xl (100 M).",
)
@click.option(
    "--seed",
    type=int,
    default=20250203,
    show_default=True,
    help="Another seed makes another network.",
)
@click.option("--from", "first", type=_DAY, metavar="DATE", help="First local day of arrivals.")
@click.option("--to", "last", type=_DAY, metavar="DATE", help="Last local day of arrivals.")
@click.option("--years", type=int, metavar="N", help="Length of the period, instead of a date.")
@click.option("--stations", type=int, metavar="N", help="Number of stations.")
@click.option(
    "--meter-values",
    "meters",
    type=click.Choice(["none", "smart", "all"]),
    help="Chargers that send readings.  [default: smart; none for l and xl]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder instead of seeds/native (xs) or the landing folder (others); not registered.",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["parquet", "typed", "csv"]),
    help="Of the files in --out: parquet (text and lineage, as in landing), typed (Parquet with "
    "times and numbers, to use as it is), csv.  [default: csv for xs, else parquet]",
)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True,
              help="Processes side by side; they change the speed and no byte.")  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on with a run that was interrupted.")
@click.option(
    "--compiled",
    type=click.Choice(["auto", "yes", "no"]),
    default="auto",
    show_default=True,
    help="Compile the generator first (needs numba): pays from half a million sessions.",
)
def command(
    preset: str,
    first: datetime | None,
    last: datetime | None,
    out: Path | None,
    kind: Format | None,
    workers: int,
    resume: bool,
    compiled: Compiled,
    **network: Any,
) -> None:
    """Make a charging network: stations, sessions, meter values and grid factors.

    The preset xs writes the project's seeds; larger ones write Parquet to <landing>/native,
    replace what an earlier run put there and enter it into the landing manifest. The feed is
    exported at midnight UTC after the last day: what has not ended by then is open. Equal options
    make equal files, with any number of workers, interrupted or not.
    """
    from ecocharge.console import progress
    from ecocharge.generator.presets import Plan

    plan = Plan.of(
        preset,
        first=first.date() if first else None,
        last=last.date() if last else None,
        **network,
    )
    how = _How(kind or ("csv" if plan.as_seeds else "parquet"), workers, resume, compiled)
    began = time.perf_counter()
    with progress() as bar:
        task = bar.add_task("sessions", total=plan.stations * len(plan.months))
        total = [0]

        def tick(site_months: int, sessions: int) -> None:
            total[0] += sessions
            rate = total[0] / (time.perf_counter() - began)
            bar.update(
                task, advance=site_months, description=f"site-months, {rate:,.0f} sessions/s"
            )

        made = _make(plan, out, how, tick)
    seconds = time.perf_counter() - began
    click.echo(
        f"{made.sessions:,} sessions at {made.stations} stations in {seconds:.1f} s "
        f"({made.sessions / seconds:,.0f} sessions/s), {len(made.files)} files in {made.folder}"
    )


@dataclass(frozen=True)
class _How:
    """What changes the way and the form, and nothing of what is said."""

    kind: Format
    workers: int
    resume: bool
    compiled: Compiled


def _make(plan: Plan, out: Path | None, how: _How, tick: Tick) -> Made:
    from ecocharge.errors import EcoChargeError
    from ecocharge.generator.engines import choose_engine
    from ecocharge.generator.registering import register
    from ecocharge.generator.run import make_landing, make_seeds
    from ecocharge.paths import Paths
    from ecocharge.state import open_state

    engine = choose_engine(how.compiled, plan.expected_sessions)

    def land(folder: Path) -> Made:
        return make_landing(
            plan, folder, tick,
            engine=engine, workers=how.workers, resume=how.resume, kind=how.kind,
        )  # fmt: skip

    if plan.as_seeds and how.kind == "csv":
        return make_seeds(plan, out or Paths.discover().seeds / "native", tick, engine)
    if out:
        return land(out / "native")
    if how.kind != "parquet":
        raise EcoChargeError(
            f"landing holds no {how.kind} files", remedy="say with --out where they go"
        )
    paths = Paths.discover()
    with open_state(paths.state) as connection:
        made = land(paths.landing / "native")
        register(connection, paths.landing, made.landed)
    return made
