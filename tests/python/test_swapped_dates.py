"""Files with day and month exchanged: decided from their evidence, repaired, never guessed."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from date_files import DatedFile, Row, as_published, cuts, decisions, dundee_rows, published
from project import Project

FEEDS = ("dundee", "dundee_swapped")
SHARED_BUILD = "real"
MANY = 12_000
FEW = 8
NEARLY_ALL = 0.9
NATIVE = Path(__file__).resolve().parents[2] / "seeds" / "native" / "native_sessions.csv"


def deliver(project: Project, _: Path, request: pytest.FixtureRequest) -> list[str]:
    real_data: Path = request.getfixturevalue("real_data")
    for feed in FEEDS:
        project.land(feed, real_data / feed)
    return list(FEEDS)


@pytest.fixture(scope="module")
def warehouse(shared_project: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(shared_project.open()) as connection:
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def test_each_file_of_the_swapped_release_is_found_out(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = rows(
        warehouse,
        "select source_file, decision, score_as_written, score_swapped"
        " from intermediate.int_dates__file_order where source_system like 'dundee%'",
    )
    decided = {file: decision for file, decision, _, _ in found}
    assert decided == {
        "Charging Sessions Dundee 010917 - 011217.csv": "swapped",
        "Charging Sessions Dundee 021217- 020318.csv": "swapped",
        "Charging Sessions Dundee 050318 - 050618.csv": "swapped",
        "charge-sessions-june-sept.csv": "as_written",
        "cp-data-dec-mar-2018.csv": "as_written",
        "cp-data-mar-may-2018.csv": "as_written",
    }
    assert all(min(written, swapped) == 0 for _, _, written, swapped in found)


def test_every_row_is_dated_as_the_answer_key_dates_it(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    sides = (
        "select source_file, native_session_id, started_at_utc, ended_at_utc,"
        " rules_broken like '%SWAPPED_DATE_REPAIRED%' as is_repaired"
        " from intermediate.int_sessions__classified where source_system = '{}'"
    )
    found = rows(
        warehouse,
        "select released.source_file, count(*), count(*) filter (released.started_at_utc"
        " = key.started_at_utc and released.ended_at_utc is not distinct from key.ended_at_utc),"
        " count(*) filter (released.is_repaired)"
        f" from ({sides.format('dundee_swapped')}) as released"
        f" inner join ({sides.format('dundee')}) as key using (native_session_id)"
        " group by all order by all",
    )
    assert found == [
        ("Charging Sessions Dundee 021217- 020318.csv", 1_250, 1_250, 219),
        ("Charging Sessions Dundee 050318 - 050618.csv", 16_773, 16_773, 6_442),
    ]


def test_the_file_without_an_answer_key_shows_its_evidence(
    warehouse: duckdb.DuckDBPyConnection, shared_project: Project
) -> None:
    found = rows(
        warehouse,
        "select dated_rows, rows_with_two_readings, first_date_as_written, last_date_as_written,"
        " first_date_swapped, last_date_swapped, line_swapped, id_swapped, duration_swapped,"
        " window_swapped, score_as_written from intermediate.int_dates__file_order"
        " where source_file like '%010917%'",
    )
    ((total, asked, *days, line, event, duration, window, against),) = found
    assert (total, asked, against) == (15_502, 5_818, 0)
    assert [day.isoformat() for day in days] == [
        *("2017-01-09", "2017-12-11"),
        *("2017-09-01", "2017-12-01"),
    ]
    assert (line, event, duration, window) == (5_470, 5_469, 1_100, 25)
    printed = shared_project.run("ecocharge", "report", "dates")
    assert printed.returncode == 0, printed.stderr
    assert "010917" in printed.stdout
    assert "5,470" in printed.stdout


def test_no_row_is_repaired_without_a_flag(warehouse: duckdb.DuckDBPyConnection) -> None:
    changed = rows(
        warehouse,
        "select count(*), count(*) filter (decided.adapter_rules like '%SWAPPED_DATE_REPAIRED%')"
        " from intermediate.int_dates__decided as decided"
        " inner join intermediate.int_sessions__exports as exports"
        " using (source_system, load_id, source_line)"
        " where decided.started_at_local is distinct from exports.started_at_local"
        " or decided.ended_at_local is distinct from exports.ended_at_local",
    )
    ((count, flagged),) = changed
    assert count == flagged
    assert count > MANY


def tally(files: Sequence[DatedFile]) -> Counter[tuple[str, str]]:
    """How often each kind of file was decided right, wrong or not at all."""
    decided = decisions(files)
    found: Counter[tuple[str, str]] = Counter()
    for file in files:
        if file.has_question:
            said = decided[file.name]
            outcome = {file.truth: "right", "undecidable": "undecidable"}.get(said, "wrong")
            found[file.label, outcome] += 1
    return found


def share(found: Counter[tuple[str, str]], label: str) -> float:
    right, wrong, open_ = (found[label, what] for what in ("right", "wrong", "undecidable"))
    return right / (right + wrong + open_)


def made(rows: Sequence[Row], spans: Sequence[int], per_span: int, seed: int) -> list[DatedFile]:
    return [
        file
        for number, (label, cut) in enumerate(cuts(rows, spans, per_span, seed))
        for file in published(label, cut, number, seed + number)
    ]


def test_cut_exchanged_and_shuffled_files_are_decided_right_or_not_at_all(
    real_data: Path,
) -> None:
    found = tally(made(dundee_rows(real_data / "dundee"), (1, 2, 7, 31), 2, seed=5))
    assert [kind for kind in found if kind[1] == "wrong"] == []
    for days in (1, 2, 7, 31):
        assert share(found, f"{days} d, all rows") == 1
    for days in (7, 31):
        assert share(found, f"{days} d, all rows, no ends") > NEARLY_ALL
    assert found["1 d, all rows, no ends", "undecidable"] > 0


@pytest.mark.prove
def test_many_cut_files_are_decided_right_or_not_at_all(real_data: Path) -> None:
    found: Counter[tuple[str, str]] = Counter()
    truth = dundee_rows(real_data / "dundee")
    for seed in range(4):
        found += tally(made(truth, (1, 2, 3, 7, 14, 31, 90), 6, seed))
    for (label, outcome), count in sorted(found.items()):
        print(f"{label:28} {outcome:12} {count:6,}")
    assert sum(count for (_, outcome), count in found.items() if outcome == "wrong") == 0


def generated_rows() -> list[Row]:
    """The demo network's sessions of one year, as a feed of another rhythm."""
    with NATIVE.open(newline="") as file:
        found = [
            Row(
                number,
                datetime.fromisoformat(cells["started_at_utc"].removesuffix("Z")),
                datetime.fromisoformat(cells["ended_at_utc"].removesuffix("Z")),
            )
            for number, cells in enumerate(csv.DictReader(file))
            if cells["started_at_utc"] and cells["ended_at_utc"]
        ]
    return sorted(found, key=lambda row: row.start)


def test_generated_files_are_decided_right_or_not_at_all() -> None:
    found = tally(made(generated_rows(), (1, 7, 31), 4, seed=9))
    assert sum(count for (_, outcome), count in found.items() if outcome == "wrong") == 0
    assert share(found, "31 d, all rows") == 1


def test_a_stated_order_stands_in_small_files_and_falls_to_evidence(real_data: Path) -> None:
    truth = dundee_rows(real_data / "dundee")
    labelled = list(cuts(truth, (1, 31), 2, seed=3))
    files = [
        file
        for number, (label, cut) in enumerate(labelled)
        for file in published(label, cut, number, number, stated=True)
    ]
    decided = decisions(files)
    right = [file for file in files if not file.swapped]
    assert {decided[file.name] for file in right} == {"as_written"}
    whole = [file for file in files if file.swapped and file.label == "31 d, all rows"]
    assert {decided[file.name] for file in whole} == {"swapped"}


def test_deliveries_of_one_export_are_all_decided_alike(real_data: Path) -> None:
    """Also pieces whose days can all be exchanged: the ids of the feed lead to the others."""
    truth = [row for row in dundee_rows(real_data / "dundee") if row.start.month in (3, 4)]
    first = truth[0].start.replace(hour=0, minute=0)
    files = []
    for number in range(30):
        since = first + timedelta(days=2 * number)
        piece = [
            Row(row.event, row.start, None)
            for row in truth
            if since <= row.start < since + timedelta(days=2)
        ]
        if piece:
            files.append(DatedFile("one feed", f"piece {number}", piece, swapped=True))
    decided = decisions(files)
    asked = [file for file in files if file.has_question]
    assert len(asked) > FEW
    assert {decided[file.name] for file in asked} == {"swapped"}


def test_two_exports_in_one_file_are_undecidable(real_data: Path) -> None:
    truth = dundee_rows(real_data / "dundee")
    half = len(truth) // 2
    joined = [*as_published(truth[:half], swapped=True), *truth[half:]]
    assert decisions([DatedFile("f", "f", joined, swapped=False)]) == {"f": "undecidable"}


def test_a_file_without_rows_or_without_a_question() -> None:
    noon = datetime(2018, 3, 20, 12)
    late = DatedFile("f", "late", [Row(1, noon, noon)], swapped=False)
    same = datetime(2018, 3, 3, 12)
    twin = DatedFile("f", "twin", [Row(2, same, same)], swapped=True)
    assert decisions([late, twin]) == {"late": "as_written", "twin": "as_written"}
