"""What the terminal shows: one console, one kind of progress bar."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

# Tables that go to a file or a pipe are not squeezed into eighty columns.
out = Console(width=None if sys.stdout.isatty() else 160)
err = Console(stderr=True)


def progress() -> Progress:
    """A bar with count, elapsed and remaining time; it goes to stderr and leaves no trace."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
    )
