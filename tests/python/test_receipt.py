"""The receipt: every line sums exactly, and every bar opens to its rows."""

from __future__ import annotations

import base64
import gzip
import json
import random
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from browser import Page, drawn
from click.testing import CliRunner
from project import ROOT, Project

from ecocharge.cli.receipt import command
from ecocharge.errors import EcoChargeError
from ecocharge.paths import Paths
from ecocharge.receipt import page as page_module
from ecocharge.receipt.page import receipt_page
from ecocharge.receipt.scope import Scope
from ecocharge.receipt.statement import Statement, make_statement
from ecocharge.receipt.write import write_receipt

SHARED_BUILD = "real"
FEEDS = ("boulder", "dundee", "dundee_swapped")
RULES = ROOT / "seeds" / "reference" / "quality_rules.csv"
MARCH = Scope(("a",), date(2018, 3, 1), date(2018, 3, 31))
MONTHS = 12
SWAPPED = "SWAPPED_DATE_REPAIRED"


def deliver(project: Project, _: Path, request: pytest.FixtureRequest) -> list[str]:
    real_data: Path = request.getfixturevalue("real_data")
    for feed in FEEDS:
        project.land(feed, real_data / feed)
    return list(FEEDS)


@pytest.fixture
def marts() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(
            """
            create schema core;
            create schema quality;
            create table core.fct_charging_sessions (
                source_system varchar, source_file varchar, source_line bigint, load_id varchar,
                quality_flags varchar, split_method varchar, session_id varchar,
                station_id varchar, started_at_local timestamp, energy_kwh decimal(18, 6)
            );
            create table quality.fct_uncounted_rows (
                source_system varchar, source_file varchar, source_line bigint, load_id varchar,
                row_class varchar, reasons varchar, rules_broken varchar, session_id varchar,
                station_id varchar, started_at_local timestamp, energy_kwh decimal(18, 6)
            );
            """
        )
        yield connection


Row = tuple[int, str, str | None, str, str | None]
"""Line, class, rules, energy in kWh and start on the station's clock."""


def _fill(marts: duckdb.DuckDBPyConnection, rows: list[Row], source: str = "a") -> None:
    for line, row_class, rules, energy, start in rows:
        place = [source, "x.csv", line, "l1"]
        if row_class == "accepted":
            values = [*place, rules, "UNIFORM_CONNECTED", f"s{line}", "a:1", start, energy]
            table = "core.fct_charging_sessions"
        else:
            reasons = rules if row_class in {"quarantined", "not_final"} else None
            values = [*place, row_class, reasons, rules, "s1", "a:1", start, energy]
            table = "quality.fct_uncounted_rows"
        marts.execute(f"insert into {table} values ({', '.join('?' * len(values))})", values)


NETWORK: list[Row] = [
    (1, "accepted", None, "10.000001", "2018-03-05 10:00"),
    # Written as 3 May; truly 5 March, and the other way round.
    (2, "accepted", SWAPPED, "4", "2018-03-05 11:00"),
    (3, "accepted", f"LONG_SESSION,{SWAPPED}", "7", "2018-05-03 11:00"),
    # Written as 3 March and truly 3 March: nothing to exchange.
    (4, "accepted", SWAPPED, "1", "2018-03-03 11:00"),
    (5, "exact_duplicate", None, "10.000001", "2018-03-05 10:00"),
    (6, "quarantined", "NEGATIVE_ENERGY", "-2.5", "2018-03-31 23:59"),
    (7, "quarantined", "FIELD_COUNT", "0", None),
    (8, "not_final", "OPEN_SESSION", "0", "2018-03-06 10:00"),
    (9, "superseded", None, "3", "2018-04-01 00:00"),
]


def _steps(statement: Statement) -> dict[str, tuple[int, str]]:
    return {
        f"{step.kind} {step.reason}".strip(): (step.rows, f"{step.kwh:.6f}")
        for step in statement.steps
    }


def test_all_days(marts: duckdb.DuckDBPyConnection) -> None:
    _fill(marts, NETWORK)
    found = make_statement(marts, Scope())
    assert (found.plain_rows, found.plain_kwh) == (9, Decimal("32.500002"))
    assert (found.true_rows, found.true_kwh) == (4, Decimal("22.000001"))
    assert _steps(found) == {
        "exact_duplicate": (1, "-10.000001"),
        "superseded": (1, "-3.000000"),
        "re_dated": (2, "0.000000"),
        "quarantined NEGATIVE_ENERGY": (1, "2.500000"),
        "quarantined FIELD_COUNT": (1, "0.000000"),
        "not_final OPEN_SESSION": (1, "0.000000"),
    }
    assert found.undated == 0


def test_a_period_is_left_and_entered_by_exchanged_dates(marts: duckdb.DuckDBPyConnection) -> None:
    _fill(marts, NETWORK)
    found = make_statement(marts, MARCH)
    assert (found.plain_rows, found.plain_kwh) == (6, Decimal("25.500002"))
    assert (found.true_rows, found.true_kwh) == (3, Decimal("15.000001"))
    assert _steps(found) == {
        "exact_duplicate": (1, "-10.000001"),
        "moved_out": (1, "-7.000000"),
        "moved_in": (1, "4.000000"),
        "quarantined NEGATIVE_ENERGY": (1, "2.500000"),
        "not_final OPEN_SESSION": (1, "0.000000"),
    }
    assert found.undated == 1


def test_only_the_feeds_asked_for(marts: duckdb.DuckDBPyConnection) -> None:
    _fill(marts, NETWORK)
    _fill(marts, [(1, "accepted", None, "8", "2018-03-05 10:00")], source="b")
    assert make_statement(marts, Scope(("b",))).plain_kwh == Decimal("8")
    assert make_statement(marts, Scope()).sources == ("a", "b")
    with pytest.raises(EcoChargeError, match="no rows of a feed 'c'") as caught:
        make_statement(marts, Scope(("c",)))
    assert "a, b" in str(caught.value)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(EcoChargeError, match="before it begins"):
        Scope((), date(2018, 3, 2), date(2018, 3, 1))


def _is_in_march(day: date) -> bool:
    return (day.year, day.month) == (2018, 3)


def test_sums_agree_with_a_count_by_hand(marts: duckdb.DuckDBPyConnection) -> None:
    rng = random.Random(20261122)
    rows: list[Row] = []
    for line in range(2_000):
        start = datetime(2018, 1, 1) + timedelta(minutes=rng.randrange(365 * 24 * 60))
        kind = rng.choice(["accepted"] * 5 + ["quarantined", "superseded", "not_final"])
        rules = rng.choice([None, SWAPPED]) if start.day <= MONTHS else None
        if kind in {"quarantined", "not_final"}:
            rules = ",".join(filter(None, ["MISSING_END", rules]))
        energy = Decimal(rng.randrange(-(10**6), 10**8)) / 10**6
        rows.append((line, kind, rules, str(energy), str(start)))
    _fill(marts, rows)
    plain, true = Decimal(0), Decimal(0)
    for _, kind, rules, energy, start in rows:
        assert start is not None
        day = datetime.fromisoformat(start).date()
        written = date(day.year, day.day, day.month) if SWAPPED in (rules or "") else day
        plain += Decimal(energy) * _is_in_march(written)
        true += Decimal(energy) * (kind == "accepted" and _is_in_march(day))
    found = make_statement(marts, MARCH)
    assert (found.plain_kwh, found.true_kwh) == (plain, true)
    assert plain + sum(step.kwh for step in found.steps) == true


def _packed(html: str) -> dict[str, Any]:
    rows: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(Page(html).text["rows"])))
    return rows


def test_a_bar_names_file_line_rule_and_what_counts_instead(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    _fill(marts, NETWORK)
    _, html = receipt_page(marts, Scope(), RULES, origin="a test")
    packed = _packed(html)
    words = packed["words"]
    duplicate, *_ = packed["steps"]
    assert words[duplicate["file"][0]] == "x.csv"
    assert (duplicate["line"], duplicate["energy"]) == ([5], [10_000_001])
    assert (words[duplicate["insteadFile"][0]], duplicate["insteadLine"]) == ("x.csv", [1])
    assert words[packed["counted"]["split"][0]] == "UNIFORM_CONNECTED"
    assert (packed["counted"]["shown"], packed["counted"]["line"]) == (4, [1])
    assert "Energy below zero" in Page(html).text["about"]
    assert "default-src 'none'" in html


def test_the_page_says_when_it_carries_less_than_all(
    marts: duckdb.DuckDBPyConnection, chromium: str, tmp_path: Path
) -> None:
    _fill(marts, NETWORK)
    _, html = receipt_page(marts, Scope(), RULES, origin="a test", most=1)
    file = tmp_path / "receipt.html"
    file.write_text(html, encoding="utf-8")
    page, console = drawn(chromium, file, tmp_path / "profile")
    assert console == ""
    assert "more rows than this page carries" in page.text["check"]


def test_every_bar_opens(
    marts: duckdb.DuckDBPyConnection,
    chromium: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _fill(marts, [*NETWORK, (10, "superseded", "A </script>", "1", "2018-04-01 00:00")])
    open_all = """
    setTimeout(() => document.querySelectorAll("details").forEach((each, place) => {
      each.id = `bar-${place}`;
      each.open = true;
    }), 1000);
    """
    real = page_module._text
    monkeypatch.setattr(
        page_module, "_text", lambda name: real(name) + (open_all if name == "page.js" else "")
    )
    _, html = receipt_page(marts, Scope(), RULES, origin="a <b>test</b>")
    file = tmp_path / "receipt.html"
    file.write_text(html, encoding="utf-8")
    page, console = drawn(chromium, file, tmp_path / "profile")
    assert console == ""
    assert "every line agrees to the last digit" in page.text["check"]
    assert "b" not in page.tags
    bars = [page.text[f"bar-{place}"] for place in range(8)]
    assert "A plain sum of the files10 rows33.500002 kWh" in bars[0]
    assert "x.csv" in bars[0]
    assert "x.csv52018-03-05 10:00a:110.000001x.csv:1" in bars[1]
    assert "Refused: NEGATIVE_ENERGY1 row+2.500 kWh" in bars[4]
    assert "Energy below zero" in bars[4]
    assert "Energy that counts4 rows22.000001 kWh" in bars[-1]
    assert "UNIFORM_CONNECTED422.000001" in bars[-1]


def test_nothing_published_is_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(EcoChargeError, match="nothing is published yet"):
        write_receipt(Paths(tmp_path), Scope())


def test_help_has_examples() -> None:
    assert "Examples:" in CliRunner().invoke(command, ["--help"]).output


def test_three_real_feeds_together(shared_project: Project, chromium: str, tmp_path: Path) -> None:
    with closing(shared_project.open()) as connection:
        account = connection.execute(
            "select sum(rows_in - supporting_records)::bigint, sum(energy_in_kwh),"
            " sum(accepted)::bigint, sum(energy_accepted_kwh) from quality.rpt_reconciliation"
            " where list_contains(?, source_system)",
            [list(FEEDS)],
        ).fetchone()
        found, html = receipt_page(connection, Scope(FEEDS), RULES, origin="a test")
    assert (found.plain_rows, found.plain_kwh, found.true_rows, found.true_kwh) == account
    packed = _packed(html)
    for step, columns in zip(found.steps, packed["steps"], strict=True):
        assert columns["shown"] == step.rows
    file = tmp_path / "receipt.html"
    file.write_text(html, encoding="utf-8")
    page, console = drawn(chromium, file, tmp_path / "profile")
    assert console == ""
    assert f"from its {found.plain_rows:,} rows: every line agrees" in page.text["check"]
