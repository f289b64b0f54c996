"""What was measured, as a table in the terminal, a page and a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import altair as alt
import pandas as pd
from rich.console import Console
from rich.table import Table

from ecocharge.bench.measuring import Figures
from ecocharge.pictures import write_picture

_SLOWEST = 12
_HEADS = (
    "preset",
    "sessions",
    "limit, s",
    "build, s",
    "ratio",
    "with tests",
    "dbt start-up, s",
    "forecast, s",
    "sessions/s",
    "growth",
    "peak, GB",
    "limit's",
    "file, GB",
    "limit's",
)


def table(figures: Sequence[Figures]) -> list[list[str]]:
    """A row of text per preset, under `_HEADS`.

    Growth is the time of a session over that of the preset before.
    """
    rows = []
    before: Figures | None = None
    for each in figures:
        pace = each.work_seconds / each.sessions
        growth = f"{pace / (before.work_seconds / before.sessions):.2f}" if before else "-"
        rows.append(
            [
                each.preset,
                f"{each.sessions:,}",
                f"{each.limit_seconds:.1f}",
                f"{each.work_seconds:.1f}",
                f"{each.ratio:.2f}",
                f"{each.tested_ratio:.2f}",
                f"{each.startup_seconds:.1f}",
                "-" if each.forecast_seconds is None else f"{each.forecast_seconds:.1f}",
                f"{each.sessions / each.work_seconds:,.0f}",
                growth,
                f"{each.peak_bytes / 1e9:.2f}",
                f"{each.limit_peak_bytes / 1e9:.2f}",
                f"{each.file_bytes / 1e9:.2f}",
                f"{each.limit_file_bytes / 1e9:.2f}",
            ]
        )
        before = each
    return rows


def print_figures(figures: Sequence[Figures], console: Console) -> None:
    """The table, and the slowest nodes of the largest preset."""
    shown = Table(title="The build beside the limit", title_justify="left")
    for head in _HEADS:
        shown.add_column(head, justify="left" if head == "preset" else "right")
    for row in table(figures):
        shown.add_row(*row)
    console.print(shown)
    slow = Table(title=f"Slowest nodes of {figures[-1].preset}", title_justify="left")
    slow.add_column("node")
    slow.add_column("s", justify="right")
    for name, seconds in list(figures[-1].nodes.items())[:_SLOWEST]:
        slow.add_row(name, f"{seconds:.2f}")
    console.print(slow)


def write_report(figures: Sequence[Figures], folder: Path) -> tuple[Path, Path]:
    """Write `bench.md` and `bench.svg`; returns both."""
    folder.mkdir(parents=True, exist_ok=True)
    page, picture = folder / "bench.md", folder / "bench.svg"
    lines = [
        "# The build beside the limit",
        "",
        "| " + " | ".join(_HEADS) + " |",
        "|---|" + "---:|" * (len(_HEADS) - 1),
        *("| " + " | ".join(row) + " |" for row in table(figures)),
        "",
        "| slowest nodes of the largest preset | s |",
        "|---|---:|",
        *(
            f"| `{name}` | {took:.2f} |"
            for name, took in list(figures[-1].nodes.items())[:_SLOWEST]
        ),
        "",
    ]
    page.write_text("\n".join(lines), encoding="utf-8")
    parts = pd.DataFrame(
        [
            {"preset": each.preset, "what": what, "seconds": seconds}
            for each in figures
            for what, seconds in (
                ("limit", each.limit_seconds),
                ("build", each.work_seconds),
                ("build with tests", each.tested_seconds),
            )
        ]
    )
    chart = (
        alt.Chart(parts, title="Seconds of the limit and of the build")
        .mark_bar()
        .encode(
            x=alt.X("seconds:Q", title="seconds"),
            y=alt.Y("what:N", sort=None, title=None),
            color=alt.Color("what:N", sort=None, legend=None),
            row=alt.Row("preset:N", sort=[each.preset for each in figures]),
        )
        .resolve_scale(x="independent")
    )
    write_picture(chart, picture)
    return page, picture
