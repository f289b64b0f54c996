"""OCPP logs to sessions: the real log, what can happen to a log, and every odd transaction."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from ocpp_logs import START, Line, Log, at, read, register_differences, write
from project import Project

SEED = 20_251_001
WATT_HOURS = 1000
DAMAGED = ("shuffled", "overlapping", "dropped")
SHARED_BUILD = "protocols"


def ordinary() -> list[Line]:
    log = Log("PLAIN")
    log.start(0, 1000, 1)
    log.meter(10, 1, 2000)
    log.status(10, "Charging")
    log.meter(20, 1, 3500)
    log.status(21, "SuspendedEV")
    log.meter(30, 1, 3500)
    log.stop(40, 3500, 1)
    # Between the start's register and the first total, a phase that is no total.
    log.start(60, 3500, 2)
    log.meter(70, 2, {"value": "1", "phase": "L1"}, {"value": "4.5", "unit": "kWh"})
    log.stop(80, 5500, 2, transactionData=[_reading(75, "5.0", unit="kWh")])
    return log.lines


def _reading(minutes: float, value: str, **more: Any) -> dict[str, Any]:
    return {"timestamp": at(minutes), "sampledValue": [{"value": value} | more]}


def lost_answers() -> list[Line]:
    log = Log("OFFLINE")
    log.start(0, 1000, None)
    log.meter(10, 7, 1500)
    log.stop(20, 2000, 7)
    # Neither the start's answer nor an id: the place and the time are all there is.
    log.start(30, 2000, None)
    log.meter(40, None, 2600)
    log.stop(50, 3000, -1)
    # Sent again under another id, answered twice; the second answer is used.
    for number, unique_id in ((8, "first"), (9, "again")):
        payload = {"connectorId": 1, "idTag": "C", "timestamp": at(60), "meterStart": 3000}
        answer = {"transactionId": number, "idTagInfo": {"status": "Accepted"}}
        log.call(60 + number, "StartTransaction", payload, answer, unique_id)
    log.stop(90, 4000, 9)
    return log.lines


def missing_stops() -> list[Line]:
    log = Log("FREED")
    log.start(0, 0, 1)
    log.meter(10, 1, 900)
    log.status(15, "Available")
    other = Log("FOLLOWED")
    other.start(0, 0, 1)
    other.meter(10, 1, 900)
    other.start(60, 900, 2)
    # Nothing is known of the second but that a third came.
    other.start(120, 900, 3)
    other.stop(130, 1000, 3)
    still = Log("RUNNING")
    still.start(0, 0, 1)
    still.meter(10, 1, 900)
    return log.lines + other.lines + still.lines


def missing_starts() -> list[Line]:
    log = Log("HEADLESS")
    log.stop(10, 5000, 1)
    log.stop(50, 6000, 2, transactionData=[_reading(20, "5000"), _reading(40, "5900")])
    return log.lines


def registers() -> list[Line]:
    reset = Log("RESET")
    reset.start(0, 50_000, 1)
    reset.meter(10, 1, 52_000)
    reset.meter(20, 1, 1000)
    reset.stop(30, 3000, 1)
    over = Log("ROLLOVER")
    over.start(0, 999_000, 1)
    over.meter(10, 1, 999_900)
    over.stop(20, 1900, 1)
    wide = Log("ROLLOVER32")
    wide.start(0, 2**31 - 500, 1)
    wide.stop(20, 1500, 1)
    noise = Log("NOISE")
    noise.start(0, 10_000, 1)
    noise.meter(10, 1, 12_000)
    noise.meter(11, 1, 11_995)
    noise.stop(20, 13_000, 1)
    return reset.lines + over.lines + wide.lines + noise.lines


def units() -> list[Line]:
    mislabelled = Log("KWHASWH")
    mislabelled.start(0, 2_300_000, 1)
    mislabelled.meter(10, 1, "2301.5")
    mislabelled.stop(20, 2_303_000, 1)
    wrong = Log("THOUSANDTH")
    wrong.start(0, 100, 1)
    power = {"value": "7000", "measurand": "Power.Active.Import", "unit": "W"}
    wrong.meter(30, 1, power)
    wrong.stop(60, 107, 1)
    phases = Log("PHASES")
    phases.start(0, 3000, 1)
    phases.meter(10, 1, *({"value": str(v), "phase": f"L{v // 1000}"} for v in (1000, 2000, 3000)))
    phases.stop(20, 9000, 1)
    return mislabelled.lines + wrong.lines + phases.lines


def odd_transactions() -> list[Line]:
    repeated = Log("REPEATED")
    for minutes, register in ((0, 0), (100, 1000)):
        repeated.start(minutes, register, 1)
        repeated.stop(minutes + 30, register + 1000, 1)
    refused = Log("REFUSED")
    payload = {"connectorId": 1, "idTag": "BAD", "timestamp": at(0), "meterStart": 5}
    answer = {"transactionId": 4, "idTagInfo": {"status": "Blocked"}}
    refused.call(0, "StartTransaction", payload, answer)
    refused.stop(1, 5, 4, reason="DeAuthorized")
    unset = Log("UNSET")
    payload = {"connectorId": 1, "idTag": "C", "timestamp": "1970-01-01T00:00:10Z", "meterStart": 0}
    unset.call(0, "StartTransaction", payload, {"transactionId": 5, "idTagInfo": {}})
    unset.stop(30, 1000, 5)
    return repeated.lines + refused.lines + unset.lines


def version_2() -> list[Line]:
    log = Log("STATION")
    wh = {"measurand": "Energy.Active.Import.Register"}
    milli = wh | {"unitOfMeasure": {"unit": "kWh", "multiplier": -3}}
    log.event(0, "Started", "t-1", 0, wh | {"value": 1000}, evse=1, chargingState="Charging")
    log.event(20, "Updated", "t-1", 2, milli | {"value": 4000}, chargingState="SuspendedEV")
    log.event(10, "Updated", "t-1", 1, wh | {"value": 2000.5})
    log.event(30, "Ended", "t-1", 3, wh | {"value": 4000}, stoppedReason="EVDisconnected")
    # No end, and one message lost.
    log.event(60, "Started", "t-2", 0, wh | {"value": 4000}, evse=1)
    log.event(70, "Updated", "t-2", 2, wh | {"value": 5000})
    payload = {"timestamp": at(75), "connectorStatus": "Available", "evseId": 1, "connectorId": 1}
    log.call(75, "StatusNotification", payload, {})
    # No start; given back as well as taken.
    out = {"measurand": "Energy.Active.Export.Register"}
    log.event(100, "Updated", "t-3", 1, wh | {"value": 6000}, out | {"value": 10})
    log.event(120, "Ended", "t-3", 2, wh | {"value": 7000}, out | {"value": 510})
    # Only the energy of each interval.
    part = {"measurand": "Energy.Active.Import.Interval"}
    log.event(200, "Started", "t-4", 0, evse=2)
    log.event(215, "Updated", "t-4", 1, part | {"value": 250})
    log.event(230, "Ended", "t-4", 2, part | {"value": 300})
    return log.lines


SCENES = {
    scene.__name__: scene
    for scene in (
        ordinary,
        lost_answers,
        missing_stops,
        missing_starts,
        registers,
        units,
        odd_transactions,
        version_2,
    )
}


def damaged(lines: list[Line]) -> dict[str, list[list[Line]]]:
    """What can happen to a log, each as the files that then arrive."""
    dice = random.Random(SEED)
    shuffled = list(lines)
    dice.shuffle(shuffled)
    cut = len(lines) // 2
    twice = [line for line in lines for _ in range(dice.choice((1, 1, 2)))]
    dice.shuffle(twice)
    dropped = [line for line in shuffled if dice.random() >= 0.05]  # noqa: PLR2004 - 5 %
    return {
        "shuffled": [shuffled],
        "overlapping": [lines[: cut + 2000], lines[cut - 2000 :], twice],
        "dropped": [dropped],
    }


def deliver(project: Project, folder: Path, request: pytest.FixtureRequest) -> list[str]:
    real_data: Path = request.getfixturevalue("real_data")
    project.land("ocpp16", real_data / "ocpp16")
    network = [real_data / "ocpp16" / f"{name}.csv" for name in ("chargers", "ports", "connectors")]
    lines = read(real_data / "ocpp16" / "ocpp_1_6_synthetic_logs_14d.csv")
    for name, files in damaged(lines).items():
        logs = [write(folder / name / f"{i}.csv", part) for i, part in enumerate(files)]
        project.land(name, *logs, *network)
    made = [write(folder / "scenes" / f"{name}.csv", scene()) for name, scene in SCENES.items()]
    project.land("scenes", *made)
    return ["ocpp16", *DAMAGED, "scenes"]


@pytest.fixture(scope="module")
def warehouse(shared_project: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(shared_project.open()) as connection:
        yield connection


def classified(
    warehouse: duckdb.DuckDBPyConnection, feed: str
) -> dict[str, tuple[str, Decimal | None, str | None]]:
    """Class, energy and broken rules of a feed's transactions, by id."""
    found = warehouse.execute(
        "select native_session_id, row_class, energy_kwh, rules_broken"
        " from intermediate.int_sessions__classified where source_system = ?",
        [feed],
    ).fetchall()
    assert len(found) == len({row[0] for row in found})
    return {row[0]: (row[1], row[2], row[3]) for row in found}


SHOWN = (
    "native_session_id, started_at_utc, ended_at_utc, charging_ended_at_utc, energy_kwh,"
    " energy_export_kwh, stop_reason, native_connector_id, native_port_id, adapter_rules"
)


def sessions(warehouse: duckdb.DuckDBPyConnection, feed: str) -> dict[str, dict[str, Any]]:
    """What the sessions of a feed say, by id."""
    found = warehouse.execute(
        f"select {SHOWN} from intermediate.int_ocpp__sessions where source_system = ?", [feed]
    ).fetchall()
    return {row[0]: dict(zip(SHOWN.split(", "), row, strict=True)) for row in found}


def test_energy_is_the_register_difference(
    warehouse: duckdb.DuckDBPyConnection, real_data: Path
) -> None:
    lines = read(real_data / "ocpp16" / "ocpp_1_6_synthetic_logs_14d.csv")
    expected = register_differences(lines)
    found = classified(warehouse, "ocpp16")
    assert found == {
        name: ("accepted", Decimal(watt_hours) / WATT_HOURS, None)
        for name, watt_hours in expected.items()
    }


@pytest.mark.parametrize("feed", ["shuffled", "overlapping"])
def test_order_and_copies_change_nothing(warehouse: duckdb.DuckDBPyConnection, feed: str) -> None:
    assert sessions(warehouse, feed) == sessions(warehouse, "ocpp16")
    assert classified(warehouse, feed) == classified(warehouse, "ocpp16")


def test_of_a_log_with_holes_every_transaction_is_explained(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    whole, holed = classified(warehouse, "ocpp16"), classified(warehouse, "dropped")
    assert len(holed) == len(whole)
    for name, (row_class, energy, rules) in holed.items():
        assert row_class in ("accepted", "quarantined", "not_final")
        if (row_class, energy) != whole.get(name, (None, None))[:2]:
            assert rules is not None, name
    counts = Counter((row_class, rules) for row_class, _, rules in holed.values())
    print(f"seed {SEED}:", dict(counts))


def test_every_line_of_a_log_is_counted(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "select source_system, sum(rows_in)::bigint, sum(accepted)::bigint,"
        " sum(accepted + quarantined + not_final + supporting_records)::bigint"
        " from quality.rpt_reconciliation where source_system in (select unnest(?)) group by all",
        [["ocpp16", *DAMAGED, "scenes"]],
    ).fetchall()
    by_feed = {row[0]: row[1:] for row in found}
    assert by_feed["ocpp16"] == (17_670 + 14, 39, 17_670 + 14)
    assert all(rows_in == classed for rows_in, _, classed in by_feed.values())
    assert by_feed["overlapping"][1] == by_feed["ocpp16"][1]


KWH = Decimal(1)
EXPLAINED: dict[str, tuple[str, Decimal | None, str | None]] = {
    "PLAIN/1": ("accepted", Decimal("2.5"), None),
    "PLAIN/2": ("accepted", 2 * KWH, None),
    "OFFLINE/7": ("accepted", KWH, None),
    "OFFLINE/1@2025-03-03T08:30:00Z": ("accepted", KWH, None),
    "OFFLINE/9": ("accepted", KWH, None),
    "FREED/1": ("accepted", Decimal("0.9"), "MISSING_STOP"),
    "FOLLOWED/1": ("accepted", Decimal("0.9"), "MISSING_STOP"),
    "FOLLOWED/2": ("quarantined", None, "MISSING_ENERGY,MISSING_STOP"),
    "FOLLOWED/3": ("accepted", Decimal("0.1"), None),
    "RUNNING/1": ("not_final", None, "OPEN_SESSION"),
    "HEADLESS/1": ("quarantined", None, "MISSING_ENERGY,MISSING_START,STOP_WITHOUT_START"),
    "HEADLESS/2": ("accepted", KWH, "START_FROM_READINGS"),
    "RESET/1": ("accepted", 5 * KWH, "REGISTER_RESET"),
    "ROLLOVER/1": ("accepted", Decimal("2.9"), "REGISTER_ROLLOVER"),
    "ROLLOVER32/1": ("accepted", 2 * KWH, "REGISTER_ROLLOVER"),
    "NOISE/1": ("accepted", 3 * KWH, None),
    "KWHASWH/1": ("accepted", 3 * KWH, "REGISTER_UNIT_REPAIRED"),
    "THOUSANDTH/1": ("quarantined", Decimal("0.007"), "ENERGY_UNIT_SUSPECT"),
    "PHASES/1": ("accepted", 6 * KWH, None),
    "REPEATED/1": ("accepted", KWH, None),
    "REPEATED/1@2025-03-03T09:40:00Z": ("accepted", KWH, None),
    "REFUSED/4": ("not_final", 0 * KWH, "START_REFUSED,ZERO_ENERGY"),
    "UNSET/5": ("accepted", KWH, "TIME_FROM_LOG"),
    "STATION/t-1": ("accepted", 3 * KWH, None),
    "STATION/t-2": ("accepted", KWH, "MESSAGES_MISSING,MISSING_STOP"),
    "STATION/t-3": ("accepted", KWH, "START_FROM_READINGS"),
    "STATION/t-4": ("accepted", Decimal("0.55"), None),
}


def test_odd_transactions_are_classed(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert classified(warehouse, "scenes") == EXPLAINED


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("PLAIN/1", (0, 40, 21)),
        ("OFFLINE/1@2025-03-03T08:30:00Z", (30, 50, None)),
        ("FREED/1", (0, 15, None)),
        ("FOLLOWED/1", (0, 10, None)),
        ("HEADLESS/2", (20, 50, None)),
        ("STATION/t-1", (0, 30, 20)),
        ("STATION/t-2", (60, 75, None)),
    ],
)
def test_odd_transactions_begin_and_end(
    warehouse: duckdb.DuckDBPyConnection, name: str, expected: tuple[float | None, ...]
) -> None:
    session = sessions(warehouse, "scenes")[name]
    columns = ("started_at_utc", "ended_at_utc", "charging_ended_at_utc")
    begin = START.replace(tzinfo=None)
    found = [session[column] and (session[column] - begin).total_seconds() for column in columns]
    assert found == [minutes if minutes is None else 60 * minutes for minutes in expected]


def test_where_and_why(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = sessions(warehouse, "scenes")
    assert found["STATION/t-1"]["native_connector_id"] == "STATION/1/1"
    assert found["STATION/t-4"]["native_port_id"] == "STATION/2"
    assert found["STATION/t-3"]["native_port_id"] is None
    assert found["STATION/t-3"]["energy_export_kwh"] == Decimal("0.5")
    assert found["REFUSED/4"]["stop_reason"] == "DeAuthorized"
    real = sessions(warehouse, "ocpp16")["CH-001/1001"]
    assert (real["native_port_id"], real["native_connector_id"]) == ("CH-001/1", "CH-001/1")


def test_meter_values_place_the_energy(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "select read_at_utc, energy_since_start_kwh from intermediate.int_energy__meter_readings"
        " where native_session_id = 'RESET/1' order by 1"
    ).fetchall()
    assert [row[1] for row in found] == [0, 2, 3, 5]


def test_port_days_of_the_real_log(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "select port_id, sum(in_service_minutes), sum(occupied_minutes), sum(faulted_minutes),"
        " sum(unknown_minutes), sum(start_attempts)::bigint, sum(failed_attempts)::bigint"
        " from operations.fct_port_availability_daily where port_id like 'ocpp16:%'"
        " group by 1 order by 1"
    ).fetchall()
    # In service as declared and as long as the log runs; unknown until the first status.
    rounded = [(row[0], *(round(value, 6) for value in row[1:5]), *row[5:]) for row in found]
    assert rounded == [
        ("ocpp16:CH-001/1", 20_155, round(11_476 / 60, 6), 0, 18, 39, 0),
        ("ocpp16:CH-001/2", 20_155, 0, 0, 20_155, 0, 0),
        ("ocpp16:CH-002/1", 20_635, round(101 / 60, 6), 1.5, 491, 101, 101),
        ("ocpp16:CH-002/2", 20_635, 0, 0, 20_635, 0, 0),
    ]


@pytest.mark.parametrize("feed", ["shuffled", "overlapping"])
def test_states_of_ports_do_not_depend_on_order(
    warehouse: duckdb.DuckDBPyConnection, feed: str
) -> None:
    states = (
        "select split_part(port_id, ':', 2), status, status_from_utc, status_to_utc"
        " from operations.fct_port_status_intervals where port_id like ? || ':%' order by all"
    )
    expected = warehouse.execute(states, ["ocpp16"]).fetchall()
    assert warehouse.execute(states, [feed]).fetchall() == expected


def test_no_token_is_landed(shared_project: Project) -> None:
    for token in (b"ABC123XYZ", b"ABC12345", b"CARD0001", b"CARD0002"):
        for path in shared_project.landing.rglob("*.parquet"):
            assert token not in path.read_bytes()
        assert token not in shared_project.warehouse.read_bytes()
