"""`ecocharge bi`: kits for BI tools, all made from dbt's manifest and the semantic model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from ecocharge.bi.dashboards import PAGES
from ecocharge.console import out, progress
from ecocharge.paths import Paths

_Command = TypeVar("_Command", bound=Callable[..., None])
_CHECK = "Checked against published schemas, not opened in the tool: see docs/bi.md."


def _out_option(tool: str) -> Callable[[_Command], _Command]:
    return click.option(
        "--out",
        "folder",
        type=click.Path(path_type=Path, file_okay=False),
        help=f"The kit's folder, replaced as a whole.  [default: bi/{tool} in the project]",
    )


def _folder(paths: Paths, tool: str, folder: Path | None) -> Path:
    return folder.absolute() if folder else paths.bi / tool


@click.group()
def command() -> None:
    """Write a kit for Tableau, Power BI or Looker: the marts, every metric, three dashboards.

    What a metric means is said once, in the dbt project, and written in each tool's own words.
    """


@command.command(
    epilog="""\b
Examples:
  ecocharge publish && ecocharge bi tableau     bi/tableau/ecocharge.twbx and ecocharge.hyper
  ecocharge bi tableau --out /srv/share/ecocharge-tableau

\b
Needs the extra: .venv/bin/pip install -e '.[tableau]'
"""
)
@_out_option("tableau")
def tableau(folder: Path | None) -> None:
    """Write a Tableau extract of the published marts and a workbook packaged with it."""
    from ecocharge.bi.published import generation_of, parquet_of
    from ecocharge.bi.reading import read_model
    from ecocharge.bi.tableau.package import write_tableau

    paths = Paths.discover()
    model = read_model(paths.target)
    # The link may be swapped while the extract is written: one generation is read throughout.
    published = paths.published.resolve()
    generation = generation_of(published, model)
    place = _folder(paths, "tableau", folder)
    with progress() as bar:
        task = bar.add_task("extracting", total=len(model.tables))
        write_tableau(
            model,
            place,
            parquet_of(published),
            generation,
            lambda mart: bar.update(task, advance=1, description=mart),
        )
    _tell(place, "ecocharge.twbx", f"{len(model.tables)} marts of generation {generation}")


@command.command(
    epilog="""\b
Examples:
  ecocharge bi powerbi                                        bi/powerbi/EcoCharge.pbip
  ecocharge bi powerbi --parquet-folder 'D:\\ecocharge\\parquet'    where Power BI will find them
"""
)
@_out_option("powerbi")
@click.option(
    "--parquet-folder",
    metavar="PATH",
    help="First value of the parameter ParquetFolder, a full path as the machine with Power BI"
    " sees it.  [default: published/parquet of this project]",
)
def powerbi(folder: Path | None, parquet_folder: str | None) -> None:
    """Write a Power BI project over the published Parquet files: model, metrics, report."""
    from ecocharge.bi.powerbi.project import write_powerbi
    from ecocharge.bi.published import generation_of, parquet_of
    from ecocharge.bi.reading import read_model

    paths = Paths.discover()
    model = read_model(paths.target)
    if parquet_folder is None:
        generation_of(paths.published, model)
    place = _folder(paths, "powerbi", folder)
    source = parquet_folder or str(parquet_of(paths.published))
    write_powerbi(model, place, source)
    _tell(place, "EcoCharge.pbip", f"{len(model.tables)} tables from {source}")


@command.command(
    epilog="""\b
Examples:
  ecocharge bi looker                          bi/looker, for a connection named ecocharge
  ecocharge bi looker --connection warehouse   as the connection is named in Looker

\b
The marts come to Looker by Postgres:
  ecocharge publish --to postgresql://me@db.example/marts
"""
)
@_out_option("looker")
@click.option(
    "--connection",
    default="ecocharge",
    show_default=True,
    metavar="NAME",
    help="Looker's connection to the Postgres that the marts were sent to.",
)
def looker(folder: Path | None, connection: str) -> None:
    """Write LookML over the Postgres copy: views, explores and dashboards."""
    from ecocharge.bi.looker.project import write_looker
    from ecocharge.bi.reading import read_model

    paths = Paths.discover()
    model = read_model(paths.target)
    place = _folder(paths, "looker", folder)
    write_looker(model, place, connection)
    _tell(place, "ecocharge.model.lkml", f"{len(model.facts())} explores")


def _tell(place: Path, file: str, what: str) -> None:
    out.print(f"kit written: {what}, {len(PAGES)} dashboards", soft_wrap=True)
    out.print(f"  {place / file}", soft_wrap=True)
    out.print(f"  {_CHECK}", soft_wrap=True)
