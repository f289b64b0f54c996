"""`ecocharge dashboard`: one page over the published marts."""

from __future__ import annotations

import click

from ecocharge.console import out
from ecocharge.paths import Paths


@click.command(
    epilog="""\b
Examples:
  ecocharge publish && ecocharge dashboard    write site/index.html from the newest marts
  ECOCHARGE_SITE=public ecocharge dashboard   write public/index.html instead
"""
)
def command() -> None:
    """Write the dashboard, one self-contained page, to site/index.html.

    It shows energy by hour and location, the forecast against what happened, station efficiency,
    sustainability and data quality. Open it from disk or put it on any static host: it makes no
    request to anywhere.
    """
    from ecocharge.dashboard.page import write_page

    file = write_page(Paths.discover())
    megabytes = file.stat().st_size / 1_000_000
    out.print(f"dashboard written, {megabytes:.1f} MB; open it in a browser:")
    out.print(f"  {file}", soft_wrap=True)
