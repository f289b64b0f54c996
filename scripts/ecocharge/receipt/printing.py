"""The statement in the terminal."""

from __future__ import annotations

from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ecocharge.receipt.statement import Statement
from ecocharge.receipt.wording import Wording


def print_statement(statement: Statement, wording: Wording, console: Console) -> None:
    """Print both totals and the steps between them."""
    title = f"{', '.join(statement.sources)}: {statement.scope.words()}"
    table = Table(title=title, title_justify="left")
    table.add_column("", overflow="fold")
    table.add_column("rows", justify="right")
    table.add_column("kWh", justify="right")

    def add(name: str, rows: int, kwh: Decimal, style: str = "") -> None:
        table.add_row(Text(name), f"{rows:,}", f"{kwh:,.6f}", style=style)

    add("a plain sum of the files", statement.plain_rows, statement.plain_kwh, "bold")
    for step in statement.steps:
        add(wording.title(step), step.rows, step.kwh)
    add("energy that counts", statement.true_rows, statement.true_kwh, "bold")
    console.print(table)
    if statement.undated:
        console.print(Text(f"{statement.undated:,} rows without a start are in no period"))
