"""`ecocharge realism`: how real synthetic sessions are."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ecocharge.realism.sample import Sample


@click.command(
    short_help="Score synthetic sessions against real ones, 0 to 100.",
    epilog="""\b
Examples:
  ecocharge realism synthetic.parquet dundee
  ecocharge realism data/landing/native published --picture realism.svg
  ecocharge realism native warehouse/ecocharge.duckdb:norway --baselines
  ecocharge realism synthetic.parquet norway --json
  ecocharge realism synthetic.csv half_b.parquet --against half_a.parquet
  ecocharge realism synthetic.parquet dundee --forecast --from 2018-06-15
""",
)
@click.argument("synthetic")
@click.argument("real")
@click.option(
    "--against",
    metavar="REAL_A",
    help="The real data the generator was fitted on.  [default: every other 28 days of REAL]",
)
@click.option(
    "--forecast",
    is_flag=True,
    help="Train a day-ahead forecast on SYNTHETIC and one on the past of REAL, and test both on "
    "the rest of REAL.",
)
@click.option(
    "--from",
    "first",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="First day that --forecast forecasts.  [default: after 70 % of the days of REAL]",
)
@click.option("--baselines", is_flag=True, help="Score four simpler methods beside it.")
@click.option("--picture", type=click.Path(path_type=Path), help="Draw a page, .svg or .png.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of all that is drawn.")
@click.option("--json", "as_json", is_flag=True, help="Print the score as JSON.")
def command(
    synthetic: str,
    real: str,
    against: str | None,
    forecast: bool,
    first: datetime | None,
    baselines: bool,
    picture: Path | None,
    seed: int,
    as_json: bool,
) -> None:
    """Say how far the sessions SYNTHETIC are from the sessions REAL.

    REAL is halved in alternating blocks of 28 days: 100 is as near to half B as half A is, 0 as
    far as uniform random sessions are. A generator should have been fitted on half A only. Each
    of both names a landed and built feed, a warehouse (file.duckdb, file.duckdb:feed), a
    published folder, a generated folder, or a file with one row per session.

    With --forecast, the generator should have been fitted on the sessions of REAL before --from
    (`ecocharge fit --before`), and SYNTHETIC should cover as many days.
    """
    from ecocharge.realism.frames import read_frame
    from ecocharge.realism.sample import Sample

    if forecast and (against or picture):
        raise click.UsageError("--forecast goes with neither --against nor --picture")
    if first and not forecast:
        raise click.UsageError("--from belongs to --forecast")
    whole = Sample.of(read_frame(real))
    judged = Sample.of(read_frame(synthetic))
    if forecast:
        _forecast(judged, whole, first, baselines, seed, as_json)
        return

    from ecocharge.console import out, progress
    from ecocharge.realism.comparing import BASELINES, compare
    from ecocharge.realism.picture import draw
    from ecocharge.realism.report import baseline_table, to_json, trait_table
    from ecocharge.realism.sample import halves, matched
    from ecocharge.realism.scoring import STEPS

    half_a, half_b = (Sample.of(read_frame(against)), whole) if against else halves(whole)
    with progress() as bar:
        task = bar.add_task("comparing", total=STEPS + 1 + baselines * len(BASELINES))
        scores = compare(
            half_a, half_b, judged, baselines=baselines, seed=seed, step=lambda: bar.advance(task)
        )
    if picture:
        draw(half_b, matched(judged, half_b, seed), picture, f"{synthetic} against {real}")
    found = next(iter(scores.values()))
    if as_json:
        click.echo(json.dumps({name: to_json(one) for name, one in scores.items()}, indent=2))
        return
    out.print(trait_table(found))
    if baselines:
        out.print(baseline_table(scores))


def _forecast(
    synthetic: Sample,
    real: Sample,
    first: datetime | None,
    baselines: bool,
    seed: int,
    as_json: bool,
) -> None:
    """Trained on synthetic, tested on real."""
    from ecocharge.console import out, progress
    from ecocharge.realism.comparing import BASELINES
    from ecocharge.realism.forecast_transfer import STEPS, transfer
    from ecocharge.realism.transfer_report import transfer_json, transfer_table

    with progress() as bar:
        task = bar.add_task("forecasting", total=STEPS + baselines * len(BASELINES))
        found = transfer(
            synthetic,
            real,
            first=(first - datetime(1970, 1, 1)).days if first else None,
            baselines=baselines,
            seed=seed,
            step=lambda: bar.advance(task),
        )
    if as_json:
        click.echo(json.dumps(transfer_json(found), indent=2))
        return
    out.print(transfer_table(found))
    stations, network = found.ratios
    click.echo(
        f"trained on synthetic sessions: {stations:.2f} times the error of training on real ones "
        f"by station, {network:.2f} times for the network"
    )
