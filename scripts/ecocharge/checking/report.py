"""The findings of a dry run as the user reads them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ecocharge.checking.findings import Findings
from ecocharge.landing.feeds import Feed
from ecocharge.landing.manifest import Load

_STEPS = {
    "exact_duplicate": "the same row again",
    "natural_duplicate": "the same session again, without an id",
    "superseded": "replaced by a later version",
    "credited": "taken back by a credit note, or taking back",
    "quarantined": "refused",
    "not_final": "not final",
}


def print_findings(found: Findings, console: Console) -> None:
    """Print files, rows, energy, span, worst lines and what to do about each rule."""
    console.print(_files(found.files))
    console.print(_rows(found))
    console.print(_energy(found))
    for line in _span(found):
        console.print(Text(line), soft_wrap=True)
    if found.worst:
        console.print(_worst(found))
    if found.rules:
        console.print(_rules(found))


def print_next(found: Findings, feed: Feed, given: Sequence[str], console: Console) -> None:
    """Print the commands that come next.

    Args:
        found: the findings.
        feed: whose files they are.
        given: the files as the user wrote them.
        console: where to.
    """
    console.print(Text("what next", style="bold"))
    for line in _next_steps(found, feed, given):
        console.print(Text(f"  {line}"), soft_wrap=True)


def _table(title: str, left: Sequence[str], right: Sequence[str] = ()) -> Table:
    table = Table(title=title, title_justify="left")
    for name in left:
        table.add_column(name, overflow="fold")
    for name in right:
        table.add_column(name, justify="right")
    return table


def _add(table: Table, *cells: object) -> None:
    table.add_row(*(Text("" if cell is None else str(cell)) for cell in cells))


def _kwh(value: Decimal | None) -> str:
    return "" if value is None else f"{value:,.3f}"


def _files(loads: Sequence[Load]) -> Table:
    table = _table(
        "Format recognised",
        ("file", "what it holds", "encoding", "delimiter", "columns missing", "columns unknown"),
        ("rows", "unreadable"),
    )
    for load in loads:
        _add(
            table,
            load.source_file,
            load.entity,
            load.encoding,
            load.delimiter,
            load.columns_missing.replace(",", ", "),
            load.columns_unknown.replace(",", ", "),
            f"{load.rows_in:,}",
            f"{load.unparsable_rows:,}",
        )
    return table


def _rows(found: Findings) -> Table:
    table = _table("Rows by class and reason", ("class", "reason"), ("rows", "kWh"))
    for one in found.classes:
        _add(table, one.row_class, one.reason, f"{one.rows:,}", _kwh(one.energy_kwh))
    if found.supporting_records:
        _add(table, "supporting records", "", f"{found.supporting_records:,}", "")
    return table


def _energy(found: Findings) -> Table:
    table = _table("Energy, from the plain sum to what counts", ("step",), ("kWh",))
    _add(table, "sum of the energy column", _kwh(found.naive_kwh))
    for row_class, words in _STEPS.items():
        for one in found.classes:
            if one.row_class == row_class and one.energy_kwh:
                reason = f": {one.reason}" if one.reason else ""
                _add(table, f"- {words}{reason}", _kwh(-one.energy_kwh))
    _add(table, "= accepted", _kwh(found.accepted_kwh))
    return table


def _span(found: Findings) -> Iterator[str]:
    if found.first_day is None:
        yield "no session would be accepted"
        return
    yield (
        f"local days {found.first_day} to {found.last_day}, {found.stations:,} stations, "
        f"{found.connectors:,} connectors or chargers"
    )
    yield f"time zone {found.time_zones} ({found.time_zone_from})"


def _worst(found: Findings) -> Table:
    table = _table(
        "The worst lines, the worst of each kind first",
        ("file:line", "rules", "start UTC", "end UTC", "record, masked"),
        ("kWh",),
    )
    for line in found.worst:
        _add(
            table,
            f"{line.source_file}:{line.source_line}",
            line.rules.replace(",", ", "),
            line.started_at_utc,
            line.ended_at_utc,
            line.record,
            _kwh(line.energy_kwh),
        )
    return table


def _rules(found: Findings) -> Table:
    table = _table(
        "Rules broken, and what to do", ("rule", "effect", "meaning", "remedy"), ("rows",)
    )
    for rule in found.rules:
        _add(table, rule.rule_code, rule.effect, rule.meaning, rule.remedy, f"{rule.rows:,}")
    return table


def _next_steps(found: Findings, feed: Feed, given: Sequence[str]) -> Iterator[str]:
    files = shlex.join(given)
    name = found.source if feed.path else "NAME"
    if feed.path is None:
        yield "ecocharge init NAME                       settings and a stations file for the feed"
        yield f"ecocharge check --source NAME {files}     again, with its settings"
    elif feed.time_zone is None:
        yield f"set time_zone in {feed.path.name}, unless the rows or the stations name theirs"
    if found.refused:
        rows = f"{found.refused:,} refused rows"
        yield f"mend the {rows} at their source, or land them as they are: they are kept apart"
    yield f"ecocharge land {name} {files}"
    yield f"ecocharge build --sources {name}"
