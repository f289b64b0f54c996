"""`ecocharge forecast`: what the forecasts of the last build are worth."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def command() -> None:
    """What the forecasts are worth. They are made by `ecocharge build`."""


@command.command(
    epilog="""\b
Examples:
  ecocharge forecast report                          tables, and a picture in the site folder
  ecocharge forecast report --picture forecast.png   the picture elsewhere, as .svg or .png
"""
)
@click.option(
    "--picture",
    type=click.Path(path_type=Path),
    help="Where the picture is drawn, .svg or .png.  [default: forecast.svg in the site folder]",
)
def report(picture: Path | None) -> None:
    """Print how good the forecasts were, and draw them.

    Tables: every algorithm beside the naive ones, by level and horizon; what was served where no
    promoted model could be; the models in charge, their age, and what they lean on. The picture
    shows the last two weeks of the network, errors by hour and horizon, coverage and drivers.
    """
    from ecocharge.console import out
    from ecocharge.forecasting.picture import draw
    from ecocharge.forecasting.report import print_comparison
    from ecocharge.forecasting.served import print_models, print_rungs
    from ecocharge.paths import Paths
    from ecocharge.reporting.warehouse import read_only

    paths = Paths.discover()
    file = picture or paths.site / "forecast.svg"
    with read_only(paths.warehouse) as connection:
        print_comparison(connection, out)
        print_rungs(connection, out)
        print_models(connection, out)
        if draw(connection, file):
            out.print(f"The picture is {file}.")
