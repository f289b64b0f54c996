"""ACN-Data pages, from synthetic sessions in the documented fields to accepted sessions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from project import SALT, Project

from ecocharge.landing.adapters.acn import last_input
from ecocharge.landing.personal import Salt

FEED = "synthetic_acn"
SHARED_BUILD = "exports"
OWN = f"source_system = '{FEED}'"


def session(number: int, **changes: Any) -> dict[str, Any]:
    """A synthetic session in the fields of ACN-Data."""
    return {
        "_id": f"5bc90cb9f9af8b0d7fe77c{number:02d}",
        "clusterID": "0039",
        "connectionTime": "Wed, 25 Apr 2018 11:08:04 GMT",
        "disconnectTime": "Wed, 25 Apr 2018 13:20:10 GMT",
        "doneChargingTime": "Wed, 25 Apr 2018 12:20:10 GMT",
        "kWhDelivered": 7.932,
        "sessionID": f"2_39_78_{number}_2018-04-25 11:08:04.400812",
        "siteID": "0002",
        "spaceID": f"CA-{number}",
        "stationID": f"2-39-78-{number}",
        "timezone": "America/Los_Angeles",
        "userID": None,
        "userInputs": None,
    } | changes


INPUTS = [
    {
        "WhPerMile": 250,
        "kWhRequested": 30.0,
        "milesRequested": 120,
        "minutesAvailable": 300,
        "modifiedAt": modified,
        "paymentRequired": True,
        "requestedDeparture": "Wed, 25 Apr 2018 16:08:04 GMT",
        "userID": 31459265,
    }
    for modified in ("Wed, 25 Apr 2018 11:10:00 GMT", "Wed, 25 Apr 2018 11:09:00 GMT")
]
INPUTS[0]["kWhRequested"] = 12.25


def write(folder: Path) -> list[Path]:
    """The three shapes in which pages are kept: an envelope, a list, one object a line."""
    after = "Wed, 25 Apr 2018 13:21:10 GMT"
    pages = {
        "page.json": {
            "_items": [
                session(1, userID="31459265", userInputs=INPUTS),
                session(2, doneChargingTime=None),
            ],
            "_meta": {"page": 1, "max_results": 25, "total": 2},
        },
        "list.json": [session(3, doneChargingTime=after), session(4, disconnectTime=None)],
    }
    for name, content in pages.items():
        (folder / name).write_text(json.dumps(content, indent=1))
    lines = folder / "lines.ndjson"
    lines.write_text(json.dumps(session(5, kWhDelivered=0)) + "\n" + json.dumps(session(1)) + "\n")
    return [*(folder / name for name in pages), lines]


def deliver(project: Project, folder: Path, _: pytest.FixtureRequest) -> list[str]:
    project.land(FEED, *write(folder))
    return [FEED]


@pytest.fixture
def warehouse(shared_project: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(shared_project.open()) as connection:
        yield connection


def test_sessions_by_class(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert warehouse.execute(
        "select split_part(native_session_id, '_', 4), row_class, rules_broken,"
        " driver_key is not null from intermediate.int_sessions__classified"
        f" where {OWN} and native_session_id not like '2_39_78_1_%' order by 1"
    ).fetchall() == [
        ("2", "accepted", None, False),
        ("3", "accepted", "CHARGING_END_CLAMPED", False),
        ("4", "quarantined", "MISSING_END", False),
        ("5", "accepted", "ZERO_ENERGY", False),
    ]


def test_a_session_told_twice_is_one(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "select row_class, count(*) from intermediate.int_sessions__classified"
        f" where {OWN} and native_session_id like '2_39_78_1_%' group by 1 order by 1"
    ).fetchall()
    assert found == [("accepted", 1), ("superseded", 1)]


def test_times_zone_and_place(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert warehouse.execute(
        "select distinct station_id, time_zone, started_at_utc::varchar, ended_at_utc::varchar"
        f" from intermediate.int_sessions__accepted where {OWN}"
    ).fetchall() == [
        (
            f"{FEED}:0002",
            "America/Los_Angeles",
            "2018-04-25 11:08:04",
            "2018-04-25 13:20:10",
        )
    ]
    assert warehouse.execute(
        "select split_part(port_id, '-', 4), charging_ended_at_utc::varchar, idle_seconds"
        " from intermediate.int_sessions__accepted"
        f" where {OWN} and port_id not like '%-1' order by 1"
    ).fetchall() == [
        ("2", None, None),
        ("3", "2018-04-25 13:20:10", 0),
        ("5", "2018-04-25 12:20:10", 3_600),
    ]


def test_no_user_is_kept(shared_project: Project) -> None:
    texts = b"".join(
        path.read_bytes() for path in shared_project.folder.rglob("*") if path.is_file()
    )
    assert b"31459265" not in texts
    with duckdb.connect() as connection:
        landed = connection.execute(
            "select user_inputs, driver_key from"
            f" '{shared_project.landing}/{FEED}/acn_sessions/*.parquet'"
            " where user_inputs is not null"
        ).fetchall()
    assert len(landed) == 1
    kept = json.loads(landed[0][0])
    assert kept["kWhRequested"] == "12.25"
    assert "userID" not in kept
    assert landed[0][1] == Salt(SALT).key("31459265")


@pytest.mark.parametrize(
    "text", ["", "null", "{}", "[]", "[1]", "[[]]", '"x"', "[" * 5_000, '[{"a":', "NaN"]
)
def test_unusable_inputs_are_dropped(text: str) -> None:
    assert last_input(text, Salt(SALT)) is None


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["modifiedAt", "kWhRequested", "userID", "requestedDeparture"]),
            st.none() | st.text(max_size=5) | st.integers() | st.lists(st.integers(), max_size=2),
        ),
        max_size=4,
    )
)
def test_any_inputs_become_one_object_without_a_user(inputs: list[dict[str, Any]]) -> None:
    found = last_input(json.dumps(inputs), Salt(SALT))
    if found is not None:
        assert "userID" not in json.loads(found)
