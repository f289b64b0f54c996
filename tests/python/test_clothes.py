"""The same sessions in other clothes: what each file says, and what the project makes of it."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import ocpp_logs
import pytest
from project import NO_FORECASTS, Project

from ecocharge.clothes.making import NAMES, make_clothed
from ecocharge.faults.catalogue import rates
from ecocharge.faults.generated import Generated
from ecocharge.generator.presets import Plan

# Over both changes to summer time, with all three countries.
PLAN = Plan.of("xs", first=date(2025, 3, 3), last=date(2025, 4, 6))
CALL = 2
HOURS = {"MST": -7, "MDT": -6, "GMT": 0, "BST": 1, "UTC": 0}


@pytest.fixture(scope="module")
def truth() -> dict[str, dict[str, str]]:
    """The sessions that ended, by their id."""
    rows = [row for batch, _ in Generated(PLAN).batches() for row in batch.text.to_pylist()]
    return {row["session_id"]: row for row in rows if row["ended_at_utc"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clothes")
    for name in NAMES:
        make_clothed(PLAN, name, rates("none"), folder / name)
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def stamp(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_cdrs_say_what_is_true(folder: Path, truth: dict[str, dict[str, str]]) -> None:
    cdrs: list[dict[str, Any]] = [
        json.loads(line)
        for path in sorted((folder / "ocpi").glob("cdrs-*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert {cdr["id"] for cdr in cdrs} == set(truth)
    assert len(cdrs) == len(truth)
    for cdr in cdrs:
        true = truth[cdr["id"]]
        assert (cdr["start_date_time"], cdr["end_date_time"]) == (
            true["started_at_utc"],
            true["ended_at_utc"],
        )
        assert f"{cdr['total_energy']:.3f}" == true["energy_kwh"]
        assert cdr["cdr_location"]["connector_id"] == true["connector_id"]
        tax = cdr["total_cost"]["incl_vat"] - cdr["total_cost"]["excl_vat"]
        assert f"{tax:.2f}" == true["tax_amount"]
        periods = cdr["charging_periods"]
        if len(periods) > 1:
            assert periods[1]["start_date_time"] == true["charging_ended_at_utc"]
    tokens = {cdr["cdr_token"]["uid"] for cdr in cdrs}
    assert {true["driver_key"] for true in truth.values()} - {""} < tokens


def test_locations_and_tariffs_are_those_of_the_cdrs(folder: Path) -> None:
    pages = {
        name: json.loads((folder / "ocpi" / f"{name}.json").read_text(encoding="utf-8"))["data"]
        for name in ("locations", "tariffs")
    }
    known = {
        (location["id"], evse["uid"], connector["id"])
        for location in pages["locations"]
        for evse in location["evses"]
        for connector in evse["connectors"]
    }
    text = next((folder / "ocpi").glob("cdrs-*.jsonl")).read_text(encoding="utf-8")
    for line in text.splitlines():
        place = json.loads(line)["cdr_location"]
        assert (place["id"], place["evse_uid"], place["connector_id"]) in known
    assert {tariff["currency"] for tariff in pages["tariffs"]} == {"USD", "GBP", "INR"}


def test_registers_rise_by_what_was_charged(folder: Path, truth: dict[str, dict[str, str]]) -> None:
    lines = [
        line
        for path in sorted((folder / "ocpp").glob("messages-*.csv"))
        for line in ocpp_logs.read(path)
    ]
    lines.sort(key=lambda line: (line[1], line[0]))
    taken = ocpp_logs.register_differences(lines)
    assert len(taken) == len(truth)
    connectors = Generated(PLAN).connectors
    charger = dict(zip(connectors["connector_id"], connectors["charger_id"], strict=True))
    for name, true in truth.items():
        number = int(name.rpartition("-")[2])
        energy = taken[f"{charger[true['connector_id']]}/{number}"]
        assert energy == round(1000 * float(true["energy_kwh"])), name


def test_a_port_out_of_order_says_so_until_it_is_repaired(
    folder: Path, truth: dict[str, dict[str, str]]
) -> None:
    made = Generated(PLAN)
    port_of = dict(zip(made.connectors["connector_id"], made.connectors["port_id"], strict=True))
    stopped = {
        (port_of[row["connector_id"]], int(stamp(row["ended_at_utc"]).timestamp()))
        for row in truth.values()
        if row["stop_reason"] == "PowerLoss" and float(row["energy_kwh"]) > 0
    }
    ports: dict[tuple[str, int], str] = {}
    numbers: Counter[str] = Counter()
    for charger, port in zip(
        made.connectors["charger_id"], made.connectors["port_id"], strict=True
    ):
        numbers[charger] += 1
        ports[charger, numbers[charger]] = port
    said: dict[str, list[tuple[int, str]]] = {}
    for path in sorted((folder / "ocpp").glob("messages-*.csv")):
        for _, charger, action, text in ocpp_logs.read(path):
            if action == "StatusNotification" and (status := json.loads(text)[3])["connectorId"]:
                at = int(stamp(status["timestamp"]).timestamp())
                port = ports[charger, status["connectorId"]]
                said.setdefault(port, []).append((at, status["status"]))
    assert stopped
    assert stopped <= {(outage.port_id, outage.begins_at) for outage in made.outages}
    for port_id, begins, ends in made.outages:
        during = {(at, name) for at, name in said[port_id] if begins <= at < ends}
        assert during == {(begins, "Faulted")}, port_id
        assert ends >= PLAN.export_at or (ends, "Available") in said[port_id]


def test_messages_are_named_once_and_chargers_never_fall_silent(folder: Path) -> None:
    asked: dict[tuple[str, str], int] = {}
    heard: dict[str, list[datetime]] = {}
    for path in sorted((folder / "ocpp").glob("messages-*.csv")):
        for at, charger, _, text in ocpp_logs.read(path):
            kind, unique_id, *_ = json.loads(text)
            asked[charger, unique_id] = asked.get((charger, unique_id), 0) + (kind == CALL)
            heard.setdefault(charger, []).append(stamp(at))
    assert set(asked.values()) == {1}
    end = datetime.fromtimestamp(PLAN.export_at, UTC)
    for charger, times in heard.items():
        times.sort()
        gaps = [later - one for one, later in zip(times, [*times[1:], end], strict=True)]
        assert max(gaps) <= timedelta(hours=1), charger


def test_wall_clocks_and_labels_name_the_true_moment(
    folder: Path, truth: dict[str, dict[str, str]]
) -> None:
    rows = [
        row
        for path in sorted((folder / "chargepoint_csv").glob("chargepoint-*.csv"))
        for row in rows_of(path)
    ]
    connectors = Generated(PLAN).connectors
    station = dict(zip(connectors["charger_id"], connectors["station_id"], strict=True))
    ended = [row for row in rows if row["End Date"]]
    assert len(ended) == len(truth)
    labels = set()
    for row in ended:
        charger = row["Station Name"].rpartition("#")[2]
        true = truth[f"{station[charger]}-{row['Plug In Event Id']}"]
        for side, name in (("Start", "started_at_utc"), ("End", "ended_at_utc")):
            label = row[f"{side} Time Zone"]
            labels.add(label)
            zone = timezone(timedelta(hours=HOURS[label]))
            written = datetime.strptime(row[f"{side} Date"], "%m/%d/%Y %H:%M:%S")
            assert written.replace(tzinfo=zone) == stamp(true[name])
        assert row["Energy (kWh)"] == true["energy_kwh"]
    assert labels == set(HOURS)


def test_equal_plans_make_equal_bytes(folder: Path, tmp_path: Path) -> None:
    for name in NAMES:
        make_clothed(PLAN, name, rates("none"), tmp_path / name)
        files = sorted(path.name for path in (folder / name).iterdir())
        assert files == sorted(path.name for path in (tmp_path / name).iterdir())
        for file in files:
            assert (folder / name / file).read_bytes() == (tmp_path / name / file).read_bytes()


@pytest.mark.prove
def test_every_clothing_comes_back_as_the_same_sessions(
    folder: Path, tmp_path: Path, truth: dict[str, dict[str, str]]
) -> None:
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    connectors = Generated(PLAN).connectors
    station_of = dict(zip(connectors["connector_id"], connectors["station_id"], strict=True))
    for name in NAMES:
        shutil.copy(folder / name / "feed.yml", feeds / f"made_{name}.yml")
    project = Project(tmp_path / "project", feeds=feeds)
    for name in NAMES:
        files = sorted(
            path
            for path in (folder / name).iterdir()
            if path.suffix in (".csv", ".json", ".jsonl") and path.stem != "truth"
        )
        project.land(f"made_{name}", *files)
    project.build(sources=[f"made_{name}" for name in NAMES], exclude=NO_FORECASTS)
    expected: dict[str, list[tuple[str, str, str]]] = {}
    for true in truth.values():
        moments = (true["started_at_utc"], true["ended_at_utc"], true["energy_kwh"])
        expected.setdefault(station_of[true["connector_id"]], []).append(moments)
    with project.open() as connection:
        for name in NAMES:
            found: dict[str, list[tuple[str, str, str]]] = {}
            for station, *moments in connection.execute(
                "select station_id, strftime(started_at_utc, '%Y-%m-%dT%H:%M:%SZ'),"
                " strftime(ended_at_utc, '%Y-%m-%dT%H:%M:%SZ'),"
                " cast(cast(energy_kwh as decimal(18, 3)) as varchar)"
                " from core.fct_charging_sessions where source_system = ?",
                [f"made_{name}"],
            ).fetchall():
                found.setdefault(station, []).append((moments[0], moments[1], moments[2]))
            assert sorted(map(sorted, found.values())) == sorted(map(sorted, expected.values()))
            total = sum(len(sessions) for sessions in found.values())
            print(f"{name}: {total:,} sessions at {len(found)} stations, as in truth")
