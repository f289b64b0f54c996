"""OCPI from files to marts: the specification's examples, and transactions told in many ways."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import duckdb
import pytest
from ocpi_objects_made import (
    CDRS,
    CREDIT,
    LOCATION,
    ORIGINAL,
    REPLACEMENT,
    SESSIONS,
    cdr,
    old_cdr,
    page,
    session,
)
from project import Project

Rows = list[tuple[Any, ...]]
# Each order of arrival is a feed of its own, so that one build shows them all.
SHARED_BUILD = "protocols"
ORDERS = list(permutations([ORIGINAL, CREDIT, REPLACEMENT]))
# A charger's messages for the CDR without a session id, two minutes off and of the same connector.
MESSAGES = """timestamp,id,action,msg
2024-03-05T12:01:00Z,EVSE-1,StartTransaction,"[2,""a"",""StartTransaction"",{""connectorId"":1,""idTag"":""T"",""meterStart"":1000,""timestamp"":""2024-03-05T12:01:00Z""}]"
2024-03-05T12:01:01Z,EVSE-1,StartTransaction,"[3,""a"",{""transactionId"":7,""idTagInfo"":{""status"":""Accepted""}}]"
2024-03-05T13:00:00Z,EVSE-1,StopTransaction,"[2,""b"",""StopTransaction"",{""transactionId"":7,""meterStop"":8400,""timestamp"":""2024-03-05T13:00:00Z""}]"
2024-03-05T13:00:01Z,EVSE-1,StopTransaction,"[3,""b"",{}]"
"""


def write(folder: Path, name: str, objects: Sequence[Any]) -> Path:
    path = folder / name
    path.write_text(json.dumps(page(objects), indent=1), encoding="utf-8")
    return path


def deliver(project: Project, folder: Path, request: pytest.FixtureRequest) -> list[str]:
    real_data: Path = request.getfixturevalue("real_data")
    examples = sorted((real_data / "ocpi").glob("[clst]*_example*.json"))
    refused = [path for path in examples if "patch" in path.name or "token" in path.name]
    tariffs = sorted((real_data / "ocpi").glob("tariff*.json"))
    project.land("spec", *(path for path in examples if path not in refused), *tariffs)
    made = [*CDRS.values()]
    lines = folder / "sessions.jsonl"
    lines.write_text("\n".join(map(json.dumps, SESSIONS.values())))
    project.land(
        "made",
        write(folder, "cdrs.json", made),
        write(folder, "old.json", [old_cdr("OLD-1")]),
        lines,
        write(folder, "locations.json", [LOCATION]),
    )
    for number, objects in enumerate(ORDERS):
        files = [
            write(folder, f"order_{number}_{place}.json", [item])
            for place, item in enumerate(objects)
        ]
        project.land(f"order_{number}", *files)
    log = folder / "log.csv"
    log.write_text(MESSAGES)
    together = [
        write(folder, "cdr.json", [CDRS["a completed session's"]]),
        write(folder, "session.json", [SESSIONS["the same as a CDR"]]),
        write(folder, "active.json", [session("S-2", "12:00:00", None, 3.0)]),
    ]
    project.land("together", log, *together)
    return ["spec", "made", "together", *(f"order_{number}" for number in range(len(ORDERS)))]


@pytest.fixture(scope="module")
def marts(shared_project: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(shared_project.open()) as connection:
        yield connection


def rows(marts: duckdb.DuckDBPyConnection, sql: str, *values: object) -> Rows:
    return marts.execute(sql, list(values)).fetchall()


def one(marts: duckdb.DuckDBPyConnection, feed: str, id_: str, *columns: str) -> tuple[Any, ...]:
    (row,) = rows(
        marts,
        f"select {', '.join(columns)} from core.fct_charging_sessions"
        " where source_system = ? and native_session_id = ?",
        feed,
        id_,
    )
    return row


def classes(marts: duckdb.DuckDBPyConnection, feed: str) -> Rows:
    return rows(
        marts,
        "select sum(rows_in)::int, sum(accepted)::int, sum(credited)::int, sum(superseded)::int,"
        " sum(not_final)::int, sum(quarantined)::int, sum(supporting_records)::int"
        " from quality.rpt_reconciliation where source_system = ?",
        feed,
    )


def test_the_examples_of_the_specification(marts: duckdb.DuckDBPyConnection) -> None:
    assert classes(marts, "spec") == [(6, 2, 0, 0, 1, 0, 3)]
    columns = ("energy_kwh", "revenue_amount", "tax_amount", "split_method", "quality_flags")
    assert one(marts, "spec", "BE*BEC*12345", *columns) == (
        Decimal("15.342000"),
        Decimal("4.0000"),
        Decimal("0.4000"),
        "POWER_LIMITED_FROM_START",
        "COORDINATES_SWAPPED",
    )
    energy, *_, method, flags = one(marts, "spec", "BE*BEC*101", *columns)
    assert (energy, method) == (Decimal("41.120000"), "CHARGING_PERIODS")
    assert "PERIODS_IN_WH" in flags.split(",")


@pytest.mark.parametrize("number", range(len(ORDERS)))
def test_credit_and_replacement_in_any_order(marts: duckdb.DuckDBPyConnection, number: int) -> None:
    feed = f"order_{number}"
    assert classes(marts, feed) == [(3, 1, 2, 0, 0, 0, 0)]
    assert rows(
        marts,
        "select native_session_id, energy_kwh, revenue_amount, tax_amount"
        " from core.fct_charging_sessions where source_system = ?",
        feed,
    ) == [("NL*TST*CDR-1-R", Decimal("18.250000"), Decimal("8.0000"), Decimal("1.6800"))]
    assert rows(
        marts,
        "select sum(energy_in_kwh), sum(energy_accepted_kwh), sum(energy_credited_kwh)"
        " from quality.rpt_reconciliation where source_system = ?",
        feed,
    ) == [(Decimal("59.250000"), Decimal("18.250000"), Decimal("41.000000"))]


def test_cdr_session_and_messages_of_one_transaction(marts: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        marts,
        "select record_kind, row_class, session_id from intermediate.int_sessions__classified"
        " where source_system = 'together' order by all",
    )
    assert [(kind, row_class) for kind, row_class, _ in found] == [
        ("CDR", "accepted"),
        ("OCPP", "superseded"),
        ("SESSION", "superseded"),
        ("SESSION", "superseded"),
    ]
    assert len({session_id for *_, session_id in found}) == 1
    assert one(marts, "together", "NL*TST*S-2", "energy_kwh", "source_file") == (
        Decimal("7.500000"),
        "cdr.json",
    )


def test_a_credit_without_its_original(marts: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        marts,
        "select row_class, rules_broken from intermediate.int_sessions__classified"
        " where source_system = 'made' and native_record_id = 'NL*TST*CDR-9-C'",
    ) == [("credited", "CREDIT_WITHOUT_ORIGINAL")]


def test_a_reservation_is_kept_apart(marts: duckdb.DuckDBPyConnection) -> None:
    columns = ("connected_minutes", "reserved_minutes", "charging_minutes", "idle_minutes")
    assert one(marts, "made", "NL*TST*CDR-3", *columns) == (90, 30, 60, 30)
    assert rows(
        marts,
        "select hour_start_utc::varchar, energy_kwh from core.fct_energy_hourly"
        " where station_id = 'made:NL*TST*LOC-1' and hour_start_utc::time between '14:00' and"
        " '15:00' order by 1",
    ) == [
        ("2024-03-05 14:00:00", Decimal("4.000000")),
        ("2024-03-05 15:00:00", Decimal("2.000000")),
    ]
    assert rows(
        marts,
        "select row_class, reasons from intermediate.int_sessions__classified"
        " where native_record_id = 'NL*TST*CDR-4'",
    ) == [("not_final", "RESERVATION_ONLY")]


def test_energy_fed_back_is_kept_apart(marts: duckdb.DuckDBPyConnection) -> None:
    columns = ("energy_kwh", "energy_export_kwh", "split_method")
    assert one(marts, "made", "NL*TST*CDR-5", *columns) == (8, 5, "CHARGING_PERIODS")
    assert one(marts, "made", "NL*TST*CDR-6", *columns)[:2] == (0, 4)
    assert one(marts, "made", "NL*TST*CDR-8", *columns)[:2] == (1, None)


def test_periods_place_the_energy_only_when_they_add_up(marts: duckdb.DuckDBPyConnection) -> None:
    assert one(marts, "made", "NL*TST*CDR-7", "split_method", "quality_flags") == (
        "POWER_LIMITED_FROM_START",
        "PERIODS_MISMATCH",
    )
    parts = rows(
        marts,
        "select interval_start_utc::time::varchar, parts.energy_kwh"
        " from intermediate.int_energy__session_quarter_hours as parts"
        " join core.fct_charging_sessions using (session_id)"
        " where native_session_id = 'NL*TST*CDR-8' order by 1",
    )
    assert sum(energy for _, energy in parts) == Decimal("1.000000")
    assert [energy for _, energy in parts] == [
        Decimal("0.249999"),
        Decimal("0.250000"),
        Decimal("0.250000"),
        Decimal("0.250001"),
    ]


def test_version_2_1_1(marts: duckdb.DuckDBPyConnection) -> None:
    columns = ("energy_kwh", "revenue_amount", "tax_amount", "ended_at_utc::varchar", "currency")
    assert one(marts, "made", "OLD-1", *columns) == (
        Decimal("3.500000"),
        Decimal("1.2500"),
        None,
        "2024-03-05 09:00:00",
        "EUR",
    )


def test_a_zone_that_nobody_names_is_inferred_and_flagged(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    assert rows(
        marts,
        "select station_id, time_zone, time_zone_inferred, country_code, site_type"
        " from core.dim_stations where source_system = 'made' order by 1",
    ) == [
        ("made:NL*TST*LOC-1", "Europe/Amsterdam", False, "NL", "highway"),
        ("made:NL*TST*LOC-2", "Europe/London", True, "GB", "unknown"),
        ("made:OLD-1", "Europe/Lisbon", True, "PT", "unknown"),
        ("made:UNKNOWN", "UTC", True, None, "unknown"),
    ]


def test_ports_and_connectors_of_locations(marts: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        marts,
        "select port_id, power_type, rated_kw from core.dim_ports"
        " where station_id = 'made:NL*TST*LOC-1' order by 1",
    ) == [(f"made:NL*TST*EVSE-{number}", "AC_3_PHASE", Decimal("11.040")) for number in (1, 2)]


def test_what_goes_on_or_is_invalid_does_not_count(marts: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        marts,
        "select native_session_id, row_class, reasons from intermediate.int_sessions__classified"
        " where source_system = 'made' and record_kind = 'SESSION' order by 1",
    ) == [
        ("NL*TST*S-2", "superseded", None),
        ("NL*TST*S-3", "not_final", "OPEN_SESSION"),
        ("NL*TST*S-4", "quarantined", "INVALID_SESSION"),
        ("NL*TST*S-5", "not_final", "OPEN_SESSION,RESERVATION_ONLY"),
    ]


def test_a_broken_schema_flags_the_row_and_keeps_it(marts: duckdb.DuckDBPyConnection) -> None:
    flags, energy = one(marts, "made", "NL*TST*CDR-10", "quality_flags", "energy_kwh")
    assert (flags, energy) == ("SCHEMA_MISMATCH", Decimal("2.000000"))


def test_no_token_is_in_the_warehouse(shared_project: Project) -> None:
    token = cdr("X", "00:00:00", "01:00:00", 1)["cdr_token"]
    for path in (*shared_project.landing.rglob("*.parquet"), shared_project.warehouse):
        content = path.read_bytes()
        assert token["uid"].encode() not in content
        assert token["contract_id"].encode() not in content
