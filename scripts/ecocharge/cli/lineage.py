"""`ecocharge lineage`: where every column comes from, and how the marts hang together."""

from __future__ import annotations

import click

from ecocharge.console import out
from ecocharge.paths import Paths


@click.command(
    epilog="""\b
Examples:
  dbt docs generate --static && ecocharge lineage    write site/lineage/ from the last build
"""
)
def command() -> None:
    """Write the lineage of every column and the diagram of the marts to site/lineage/.

    The page opens from disk and makes no request to anywhere. Needs the extra `lineage`, a build,
    and dbt's documentation of it.
    """
    from ecocharge.lineage import DIAGRAM, PAGE, write_lineage

    written = write_lineage(Paths.discover())
    out.print(f"lineage written, {written.edges:,} edges between columns:")
    out.print(f"  {written.folder / PAGE}    open it in a browser", soft_wrap=True)
    out.print(f"  {written.folder / DIAGRAM}    the marts, in Mermaid", soft_wrap=True)
    if written.unread:
        out.print(f"  {written.unread} columns could not be traced", soft_wrap=True)
