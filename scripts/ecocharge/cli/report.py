"""`ecocharge report`: what the last build says, in the terminal."""

from __future__ import annotations

import click

_PARTS = ("rows", "dates", "energy", "split")


@click.command(
    epilog="""\b
Examples:
  ecocharge report            everything
  ecocharge report rows       rows by class, file and reason, first and last day
  ecocharge report dates      files with day and month exchanged, and the evidence
  ecocharge report energy     energy by class, and between the facts
  ecocharge report split      the share of energy that each split method puts into the wrong hour
"""
)
@click.argument("part", type=click.Choice(_PARTS), required=False)
def command(part: str | None) -> None:
    """Print where every row and kWh went."""
    from ecocharge.console import out
    from ecocharge.paths import Paths
    from ecocharge.reporting.accounts import print_energy, print_rows
    from ecocharge.reporting.dates import print_dates
    from ecocharge.reporting.split import print_split
    from ecocharge.reporting.warehouse import read_only

    printers = {
        "rows": print_rows,
        "dates": print_dates,
        "energy": print_energy,
        "split": print_split,
    }
    with read_only(Paths.discover().warehouse) as connection:
        for name in [part] if part else _PARTS:
            printers[name](connection, out)
