"""The comparison with peers, as a table in the terminal and a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ecocharge.bench.peers.comparing import Comparison

_TITLE = "Three facts by other tools"
_HEADS = (
    "preset",
    "tool",
    "start-up, s",
    "load, s",
    "work, s",
    "x limit",
    "x build",
    "CPU, s",
    "peak, GB",
)
_TEXTS = 2


def table(comparisons: Sequence[Comparison]) -> list[list[str]]:
    """A row of text per preset and tool, under `_HEADS`."""
    return [
        [
            each.preset,
            tool,
            f"{run.startup_seconds:.1f}" if run.startup_seconds else "-",
            f"{run.load_seconds:.1f}" if run.load_seconds else "-",
            f"{run.work_seconds:.1f}",
            f"{each.ratio(tool, 'limit'):.2f}",
            f"{each.ratio(tool, 'build'):.2f}",
            f"{run.cpu_seconds:.1f}",
            f"{run.peak_bytes / 1e9:.2f}",
        ]
        for each in comparisons
        for tool, run in each.runs.items()
    ]


def skipped(comparisons: Sequence[Comparison]) -> list[str]:
    """A line per peer that was not run."""
    reasons = {peer: why for each in comparisons for peer, why in each.skipped.items()}
    return [f"{peer} was skipped: {why}" for peer, why in reasons.items()]


def print_peers(comparisons: Sequence[Comparison], console: Console) -> None:
    """The table, and who was skipped."""
    shown = Table(title=_TITLE, title_justify="left")
    for place, head in enumerate(_HEADS):
        shown.add_column(head, justify="left" if place < _TEXTS else "right")
    for row in table(comparisons):
        shown.add_row(*row)
    console.print(shown)
    for line in skipped(comparisons):
        console.print(line, markup=False)


def write_peers(comparisons: Sequence[Comparison], folder: Path) -> Path:
    """Write `peers.md`; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "peers.md"
    lines = [
        f"# {_TITLE}",
        "",
        "| " + " | ".join(_HEADS) + " |",
        "|---" * _TEXTS + "|" + "---:|" * (len(_HEADS) - _TEXTS),
        *("| " + " | ".join(row) + " |" for row in table(comparisons)),
        "",
        *skipped(comparisons),
    ]
    page.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    return page
