"""`ecocharge generate`: a synthetic charging network, the same bytes every time."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

import click

if TYPE_CHECKING:
    from ecocharge.generator.presets import Plan
    from ecocharge.generator.run import Made, Tick


class _Asked(TypedDict):
    """Options about faults, formats and streams."""

    faults: str
    clothes: str
    form: Literal["parquet", "csv"] | None
    stream: bool
    land: bool
    speed: float


_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(
    epilog="""\b
Examples:
  ecocharge generate                              rewrite the committed seeds, byte for byte
  ecocharge generate --preset s                   100 thousand sessions into landing
  ecocharge generate --preset s --stations 40 --seed 7
  ecocharge generate --preset m --from 2025-01-01 --to 2025-03-31
  ecocharge generate --seed 7 --out other_seeds   another network, elsewhere
  ecocharge generate --preset s --faults real     as dirty as public data, with the truth beside
  ecocharge generate --faults hard,overlap=0.1 --format csv --out dirty
  ecocharge generate --as ocpi --out cdrs         the same sessions as OCPI CDRs
  ecocharge generate --as ocpp --stream --speed 600 --land
"""
)
@click.option(
    "--preset",
    default="xs",
    show_default=True,
    help="How much: xs (the committed seeds), s (100 k sessions), m (1 M sessions).",
)
@click.option("--seed", type=int, help="Another seed makes another network.  [default: 20250203]")
@click.option("--from", "first", type=_DAY, metavar="DATE", help="First local day of arrivals.")
@click.option("--to", "last", type=_DAY, metavar="DATE", help="Last local day of arrivals.")
@click.option("--stations", type=int, metavar="N", help="Number of stations.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder instead of seeds/native (xs) or the landing folder (s, m); not registered.",
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
    type=click.Choice(["parquet", "csv"]),
    help="Of native sessions with faults, and of the truth.  [default: parquet]",
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
def command(
    preset: str,
    seed: int | None,
    first: datetime | None,
    last: datetime | None,
    stations: int | None,
    out: Path | None,
    **asked: Unpack[_Asked],
) -> None:
    """Make a charging network: stations, sessions, meter values and grid factors.

    The preset xs writes the project's seeds; larger ones write Parquet to <landing>/native,
    replace what an earlier run put there and enter it into the landing manifest. The feed is
    exported at midnight UTC after the last day: what has not ended by then is open. Equal options
    make equal files.

    With --faults, native sessions come in weekly deliveries: Parquet in landing, or with --format
    csv files for `ecocharge land`, as with every other --as: the sessions, the network and a
    feed.yml for feeds/<name>.yml, by default in data/generated/<format>.
    """
    from ecocharge.clothes.ordering import Order
    from ecocharge.console import progress
    from ecocharge.faults.catalogue import rates
    from ecocharge.generator.presets import DEFAULT_SEED, Plan

    plan = Plan.of(
        preset,
        seed=DEFAULT_SEED if seed is None else seed,
        stations=stations,
        first=first.date() if first else None,
        last=last.date() if last else None,
    )
    form = asked["form"] or "parquet"
    order = Order(plan, asked["clothes"], rates(asked["faults"]), form, out)
    if asked["stream"]:
        order.stream(asked["speed"], land=asked["land"], tell=click.echo)
        return
    if order.is_special or asked["form"] == "csv":
        click.echo(order.make())
        return
    began = time.perf_counter()
    with progress() as bar:
        task = bar.add_task("site-months", total=plan.stations * len(plan.months))
        made = _make(plan, out, lambda: bar.advance(task))
    seconds = time.perf_counter() - began
    click.echo(
        f"{made.sessions:,} sessions at {made.stations} stations in {seconds:.1f} s "
        f"({made.sessions / seconds:,.0f} sessions/s), {len(made.files)} files in {made.folder}"
    )


def _make(plan: Plan, out: Path | None, tick: Tick) -> Made:
    from ecocharge.generator.registering import register
    from ecocharge.generator.run import make_landing, make_seeds
    from ecocharge.paths import Paths
    from ecocharge.state import open_state

    if plan.preset.as_seeds:
        return make_seeds(plan, out or Paths.discover().seeds / "native", tick)
    if out:
        return make_landing(plan, out / "native", tick)
    paths = Paths.discover()
    with open_state(paths.state) as connection:
        made = make_landing(plan, paths.landing / "native", tick)
        register(connection, paths.landing, made.landed)
    return made
