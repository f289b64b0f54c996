"""`ecocharge generate`: a synthetic charging network, the same bytes every time."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from ecocharge.clothes.ordering import Done, Order, Way
    from ecocharge.generator.engines import Compiled
    from ecocharge.generator.sessions import Meters
    from ecocharge.generator.writing import Format

_DAY = click.DateTime(["%Y-%m-%d"])


class _Asked(TypedDict):
    """Options about size, form and way."""

    years: int | None
    stations: int | None
    meters: Meters | None
    site_type: str | None
    faults: str
    clothes: str
    form: Format | None
    workers: int
    resume: bool
    compiled: Compiled
    surroundings: Path | None


@click.command(
    epilog="""\b
Examples:
  ecocharge generate                              rewrite the committed seeds, byte for byte
  ecocharge generate --preset s                   100 thousand sessions into landing
  ecocharge generate --preset s --stations 40 --seed 7
  ecocharge generate --preset s --site-type public --stations 27 --out public
  ecocharge generate --preset m --from 2025-01-01 --to 2025-03-31
  ecocharge generate --preset l --workers 2 --out big    10 million sessions, elsewhere
  ecocharge generate --preset l --workers 2 --out big --resume   after an interruption
  ecocharge generate --seed 7 --out other_seeds   another network, elsewhere
  ecocharge generate --preset s --faults real     as dirty as public data, with the truth beside
  ecocharge generate --faults hard,overlap=0.1 --format csv --out dirty
  ecocharge generate --surroundings around        with hourly weather, and grids by source
  ecocharge generate --as ocpi --out cdrs         the same sessions as OCPI CDRs
  ecocharge generate --as ocpp --stream --speed 600 --land
  ecocharge generate --profile norway             sessions as a real feed has them, into landing
  ecocharge generate --profile ours.yml --from 2026-01-01 --to 2026-12-31 --out ours
"""
)
@click.option(
    "--preset",
    default="xs",
    show_default=True,
    help="How much: xs (the committed seeds), s (100 k sessions), m (1 M), l (10 M), xl (100 M).",
)
@click.option(
    "--profile",
    metavar="NAME",
    help="Draw from what `ecocharge fit` found instead: a shipped profile (dundee, norway, "
    "boulder, workplace) or a .yml file.",
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
    "--site-type",
    type=click.Choice(["public", "retail", "residential", "workplace", "highway", "depot"]),
    help="Sites of one type, instead of a mixture.",
)
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
@click.option(
    "--faults",
    default="none",
    show_default=True,
    metavar="RATES",
    help="none, real or hard, then name=rate, comma separated; a truth file says what was done.",
)
@click.option(
    "--as",
    "clothes",
    default="native",
    show_default=True,
    type=click.Choice(["native", "ocpi", "ocpp", "chargepoint_csv"]),
    help="The format of the sessions.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["parquet", "typed", "csv"]),
    help="Of native files and of the truth: parquet (text and lineage, as in landing), typed "
    "(Parquet with times and numbers, to use as it is), csv.  [default: csv for clean xs, else "
    "parquet]",
)
@click.option(
    "--surroundings",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write the hourly weather and what the grids generate by source there, too.",
)
@click.option("--stream", is_flag=True, help="Let files trickle in by the clock, until Ctrl-C.")
@click.option("--land", is_flag=True, help="Land each file of --stream as the feed live_<format>.")
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    default=1.0,
    show_default=True,
    help="Seconds of the feed in a second of --stream.",
)
@click.pass_context
def command(
    context: click.Context,
    preset: str,
    profile: str | None,
    first: datetime | None,
    last: datetime | None,
    out: Path | None,
    stream: bool,
    land: bool,
    speed: float,
    seed: int,
    **asked: Unpack[_Asked],
) -> None:
    """Make a charging network: stations, sessions, meter values and grid factors.

    The preset xs writes the project's seeds; larger ones write Parquet to <landing>/native,
    replace what an earlier run put there and enter it into the landing manifest. The feed is
    exported at midnight UTC after the last day: what has not ended by then is open. Equal options
    make equal files, with any number of workers, interrupted or not.

    With --faults, native sessions come in weekly deliveries: Parquet in landing, or with --format
    csv files for `ecocharge land`, as with every other --as: the sessions, the network and a
    feed.yml for feeds/<name>.yml, by default in data/generated/<format>.

    With --profile, the network and its sessions are drawn from a profile, for its own period
    unless --from or --to say otherwise, and every session has ended.
    """
    if profile:
        _only_with_profile(context)
        _draw(profile, first, last, seed, asked["form"], out)
        return
    from ecocharge.clothes.ordering import Order, Way
    from ecocharge.faults.catalogue import rates
    from ecocharge.generator.engines import choose_engine
    from ecocharge.generator.presets import Plan

    plan = Plan.of(
        preset,
        seed=seed,
        first=first.date() if first else None,
        last=last.date() if last else None,
        years=asked["years"],
        stations=asked["stations"],
        meters=asked["meters"],
        site_type=asked["site_type"],
    )
    if asked["surroundings"]:
        from ecocharge.generator.surroundings import write_surroundings

        written = write_surroundings(plan, asked["surroundings"])
        click.echo(f"{len(written)} files of weather and grids in {asked['surroundings']}")
    order = Order(plan, asked["clothes"], rates(asked["faults"]), asked["form"], out)
    if stream:
        order.stream(speed, land=land, tell=click.echo)
        return
    engine = choose_engine(asked["compiled"], plan.expected_sessions)
    began = time.perf_counter()
    done = _make(order, Way(engine, asked["workers"], asked["resume"]))
    seconds = time.perf_counter() - began
    click.echo(
        f"{done.sessions:,} sessions at {done.stations} stations in {seconds:.1f} s "
        f"({done.sessions / seconds:,.0f} sessions/s), {done.files} files in {done.folder}"
        + (f", the truth in {done.truth}" if done.truth else "")
    )


def _make(order: Order, way: Way) -> Done:
    """Make it behind a bar that tells rate and time left."""
    from ecocharge.console import progress

    began = time.perf_counter()
    sessions = 0
    with progress() as bar:
        plan = order.plan
        task = bar.add_task("sessions", total=plan.stations * len(plan.months))

        def tick(site_months: int, made: int) -> None:
            nonlocal sessions
            sessions += made
            rate = sessions / (time.perf_counter() - began)
            bar.update(
                task, advance=site_months, description=f"site-months, {rate:,.0f} sessions/s"
            )

        return order.make(way, tick)


_WITH_PROFILE = {"profile", "seed", "first", "last", "out", "form"}


def _only_with_profile(context: click.Context) -> None:
    """Refuse what a profile decides or cannot do."""
    for option in context.command.params:
        given = context.get_parameter_source(str(option.name)) is ParameterSource.COMMANDLINE
        if given and option.name not in _WITH_PROFILE:
            raise click.UsageError(f"{option.opts[0]} does not go with --profile")


def _draw(
    profile: str,
    first: datetime | None,
    last: datetime | None,
    seed: int,
    form: Format | None,
    out: Path | None,
) -> None:
    """Draw a native feed from a profile."""
    from ecocharge.console import progress
    from ecocharge.profiles.drawing import STEPS, Drawing

    drawing = Drawing(profile, first.date() if first else None, last.date() if last else None, seed)
    with progress() as bar:
        task = bar.add_task(f"drawing from {profile}", total=STEPS)
        made = drawing.make(out, form or "parquet", lambda: bar.advance(task))
    click.echo(
        f"{made.sessions:,} sessions at {made.stations} stations, {len(made.files)} files in "
        f"{made.folder}"
    )
