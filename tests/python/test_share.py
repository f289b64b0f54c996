"""`ecocharge share`: the durable state as Parquet, and one message where it cannot be."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from ecocharge.errors import EcoChargeError
from ecocharge.sharing import TABLES, share
from ecocharge.state import open_state

_FEED = ("york", "A feed", "Europe/London", False, "GB", None, None, "GBP", None, 30)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    file = tmp_path / "state.duckdb"
    with open_state(file) as connection:
        connection.execute(
            f"insert into landing.feeds values {'(' + ', '.join('?' * 10) + ')'}", _FEED
        )
        connection.execute(
            "insert into runs.runs (run_id, command, arguments, started_at_utc)"
            " values ('r', 'land', '', timestamp '2025-07-01 12:00:00')"
        )
    return file


def test_tables_are_what_they_are_in_the_state(state: Path, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    written = share(state, folder)
    assert written == {f"{schema}.{table}": 0 for schema, table in TABLES} | {
        "landing.feeds": 1,
        "runs.runs": 1,
    }
    found = duckdb.execute(f"from '{folder}/landing/feeds/*.parquet'").fetchall()
    assert found == [_FEED]


def test_times_say_that_they_are_utc(state: Path, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    share(state, folder)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'Asia/Kolkata'")
        found = connection.execute(
            "select typeof(started_at_utc), timezone('UTC', started_at_utc)"
            f" from '{folder}/runs/runs/rows.parquet'"
        ).fetchall()
    assert found == [("TIMESTAMP WITH TIME ZONE", datetime(2025, 7, 1, 12))]


def test_sharing_again_replaces(state: Path, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    share(state, folder)
    with duckdb.connect(str(state)) as connection:
        connection.execute("delete from runs.runs")
    assert share(state, folder)["runs.runs"] == 0
    assert [file.name for file in (folder / "runs" / "runs").iterdir()] == ["rows.parquet"]


def test_without_a_state_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(EcoChargeError, match="there is no state"):
        share(tmp_path / "state.duckdb", tmp_path / "shared")
    assert not (tmp_path / "shared").exists()


def test_a_folder_that_is_a_file_is_told(state: Path, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.write_text("")
    with pytest.raises(EcoChargeError, match="cannot be written"):
        share(state, folder)
