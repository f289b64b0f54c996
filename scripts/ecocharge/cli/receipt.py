"""`ecocharge receipt`: from a plain sum of the files to the energy that counts, as one page."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(
    short_help="Write the page that explains every kWh between plain sum and true total.",
    epilog="""\b
Examples:
  ecocharge receipt                                   every feed, all days
  ecocharge receipt --source dundee --source boulder
  ecocharge receipt --source dundee --from 2018-01-01 --to 2018-01-31
  ecocharge check export.csv --receipt receipt.html   of one file, without a build
""",
)
@click.option("--source", "sources", multiple=True, help="A feed; may be repeated.  [default: all]")
@click.option("--from", "first", type=_DAY, metavar="DAY", help="First local day.")
@click.option("--to", "last", type=_DAY, metavar="DAY", help="Last local day.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the page.  [default: site/receipt.html]",
)
def command(
    sources: tuple[str, ...], first: datetime | None, last: datetime | None, out: Path | None
) -> None:
    """Write the receipt of the published marts: one page, to be handed to whoever asks.

    It begins with what a plain sum of the delivered rows gives, ends with the energy that counts,
    and names every step between them with its rows: repeated, replaced, credited, refused by
    which rule, not final, dated anew. Each bar opens to file, line, rule and split method; the
    page adds up its own rows, and makes no request to anywhere.
    """
    from ecocharge.console import out as console
    from ecocharge.paths import Paths
    from ecocharge.receipt.printing import print_statement
    from ecocharge.receipt.scope import Scope
    from ecocharge.receipt.wording import Wording
    from ecocharge.receipt.write import rules_seed, write_receipt

    scope = Scope(sources, first.date() if first else None, last.date() if last else None)
    paths = Paths.discover()
    statement, file = write_receipt(paths, scope, out)
    print_statement(statement, Wording(rules_seed(paths)), console)
    console.print(f"  {file}", soft_wrap=True)
