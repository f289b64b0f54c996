"""`ecocharge score`: how well the cleaning finds faults whose truth is known."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.table import Table

    from ecocharge.checking.scored import Scored

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(
    epilog="""\b
Examples:
  ecocharge score                                   10 thousand sessions, many faults
  ecocharge score --faults real --preset s          faults as often as public data has them
  ecocharge score --faults hard,clock_skew=0.1 --seed 7
  ecocharge score --from 2024-09-02 --to 2025-04-27 both clock changes
"""
)
@click.option("--preset", default="xs", show_default=True, help="Size of the network.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, other faults.")
@click.option(
    "--faults",
    default="hard",
    show_default=True,
    help="none, real or hard, then name=rate, comma separated.",
)
@click.option("--from", "first", type=_DAY, metavar="DATE", help="First local day of arrivals.")
@click.option("--to", "last", type=_DAY, metavar="DATE", help="Last local day of arrivals.")
@click.option("--json", "as_json", is_flag=True, help="Print the score as JSON.")
def command(
    preset: str,
    seed: int,
    faults: str,
    first: datetime | None,
    last: datetime | None,
    as_json: bool,
) -> None:
    """Generate a network, put faults into its exports, clean them and count what was found.

    The clean exports are cleaned beside the dirty ones: what a rule says there too is no false
    alarm. Everything happens in a temporary folder.
    """
    from ecocharge.checking.scored import score
    from ecocharge.console import out
    from ecocharge.faults.catalogue import rates
    from ecocharge.faults.scoring import date_score
    from ecocharge.generator.presets import Plan
    from ecocharge.paths import Paths

    plan = Plan.of(
        preset, first=first.date() if first else None, last=last.date() if last else None
    )
    scores = score(Paths.discover(), plan, rates(faults), seed)
    if as_json:
        click.echo(json.dumps([scored.to_json() for scored in scores], indent=2, default=str))
        return
    for scored in scores:
        out.print(_faults(scored))
        out.print(_energy(scored))
        dates = date_score(scored.rows)
        out.print(
            f"starts of accepted rows: {dates.right:,} right, {dates.wrong_flagged:,} wrong with a "
            f"flag, {dates.wrong_silently:,} wrong without one"
        )


def _faults(scored: Scored) -> Table:
    from rich.table import Table

    from ecocharge.faults.catalogue import FAULTS

    table = Table(
        title=f"Faults in {scored.lines:,} lines, feed {scored.feed}", title_justify="left"
    )
    for name in ("fault", "called for"):
        table.add_column(name, overflow="fold")
    for name in ("injected", "detected", "false alarms", "precision", "recall"):
        table.add_column(name, justify="right")
    for one in scored.faults:
        table.add_row(
            one.fault,
            ", ".join(FAULTS[one.fault].calls_for),
            f"{one.injected:,}",
            f"{one.detected:,}",
            f"{one.false_alarms:,}",
            _share(one.precision),
            _share(one.recall),
        )
    return table


def _energy(scored: Scored) -> Table:
    from rich.table import Table

    energy = scored.energy
    table = Table(title=f"Energy, feed {scored.feed}", title_justify="left")
    table.add_column("total")
    for name in ("kWh", "against truth", "%", "against the best", "% "):
        table.add_column(name, justify="right")
    for name, value in (
        ("truth", energy.truth),
        ("best: what the files still hold", energy.kept_at_best),
        ("naive sum of the files", energy.naive),
        ("cleaned", energy.cleaned),
    ):
        cells = [f"{value:,.3f}"]
        for reference in (energy.truth, energy.kept_at_best):
            error = value - reference
            cells += [f"{error:+,.3f}", f"{100 * error / reference:+.3f}" if reference else ""]
        table.add_row(name, *cells)
    return table


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
