"""`ecocharge realism`: how real synthetic sessions are."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command(
    short_help="Score synthetic sessions against real ones, 0 to 100.",
    epilog="""\b
Examples:
  ecocharge realism synthetic.parquet dundee
  ecocharge realism data/landing/native published --picture realism.svg
  ecocharge realism native warehouse/ecocharge.duckdb:norway --baselines
  ecocharge realism synthetic.parquet norway --json
  ecocharge realism synthetic.csv half_b.parquet --against half_a.parquet
""",
)
@click.argument("synthetic")
@click.argument("real")
@click.option(
    "--against",
    metavar="REAL_A",
    help="The real data the generator was fitted on.  [default: every other 28 days of REAL]",
)
@click.option("--baselines", is_flag=True, help="Score four simpler methods beside it.")
@click.option("--picture", type=click.Path(path_type=Path), help="Draw a page, .svg or .png.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of all that is drawn.")
@click.option("--json", "as_json", is_flag=True, help="Print the score as JSON.")
def command(
    synthetic: str,
    real: str,
    against: str | None,
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
    """
    from ecocharge.console import out, progress
    from ecocharge.realism.comparing import BASELINES, compare
    from ecocharge.realism.frames import read_frame
    from ecocharge.realism.picture import draw
    from ecocharge.realism.report import baseline_table, to_json, trait_table
    from ecocharge.realism.sample import Sample, halves, matched
    from ecocharge.realism.scoring import STEPS

    whole = Sample.of(read_frame(real))
    half_a, half_b = (Sample.of(read_frame(against)), whole) if against else halves(whole)
    judged = Sample.of(read_frame(synthetic))
    with progress() as bar:
        task = bar.add_task("comparing", total=STEPS + 1 + baselines * len(BASELINES))
        scores = compare(
            half_a, half_b, judged, baselines=baselines, seed=seed, step=lambda: bar.advance(task)
        )
    if picture:
        draw(half_b, matched(judged, half_b, seed), picture, f"{synthetic} against {real}")
    first = next(iter(scores.values()))
    if as_json:
        click.echo(json.dumps({name: to_json(one) for name, one in scores.items()}, indent=2))
        return
    out.print(trait_table(first))
    if baselines:
        out.print(baseline_table(scores))
