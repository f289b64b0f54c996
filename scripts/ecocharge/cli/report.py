"""`ecocharge report`: what the last build says, in the terminal."""

from __future__ import annotations

import click

_PARTS = ("rows", "energy", "forecast")


@click.command(
    epilog="""\b
Examples:
  ecocharge report            everything
  ecocharge report rows       rows by class, file and reason
  ecocharge report energy     energy by class, and between the facts
  ecocharge report forecast   the forecast against the naive ones
"""
)
@click.argument("part", type=click.Choice(_PARTS), required=False)
def command(part: str | None) -> None:
    """Print where every row and kWh went, and how good the forecast is."""
    from ecocharge.console import out
    from ecocharge.forecasting.comparison import comparison_tables
    from ecocharge.paths import Paths
    from ecocharge.reporting.accounts import energy_tables, row_tables
    from ecocharge.reporting.warehouse import read_only

    makers = {"rows": row_tables, "energy": energy_tables, "forecast": comparison_tables}
    with read_only(Paths.discover().warehouse) as connection:
        for name in [part] if part else _PARTS:
            for table in makers[name](connection):
                out.print(table)
