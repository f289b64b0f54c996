"""The ChargePoint export as Palo Alto publishes it, on made-up rows under its true header."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from project import Project

HEADER = (
    "Station Name,MAC Address,Org Name,Start Date,Start Time Zone,End Date,End Time Zone,"
    "Transaction Date (Pacific Time),Total Duration (hh:mm:ss),Charging Time (hh:mm:ss),"
    "Energy (kWh),GHG Savings (kg),Gasoline Savings (gallons),Port Type,Port Number,Plug Type,"
    "EVSE ID,Address 1,City,State/Province,Postal Code,Country,Latitude,Longitude,Currency,Fee,"
    "Ended By,Plug In Event Id,Driver Postal Code,User ID,County,System S/N,Model Number"
)
HUB_HEADER = (
    "Station_Name,Address,City,State_Province,Zip_Postal_Code,Start_Date___Time,Start_Time_Zone,"
    "End_Date___Time,End_Time_Zone,Total_Duration__hh_mm_ss_,Charging_Time__hh_mm_ss_,Energy__kWh_,"
    "GHG_Savings__kg_,Gasoline_Savings__gallons_,Port_Type,ObjectID,ObjectId2"
)
SHARED_BUILD = "exports"
SECRETS = ("00AA:1111:2222:3333", "95124", "user-7781", "SERIAL-5512")
USUAL = {
    "Station Name": "PALO ALTO CA / HAMILTON #1",
    "MAC Address": SECRETS[0],
    "Driver Postal Code": SECRETS[1],
    "User ID": SECRETS[2],
    "System S/N": SECRETS[3],
    "Start Time Zone": "PDT",
    "End Time Zone": "PDT",
    "Port Type": "Level 2",
    "Port Number": "1",
    "Plug Type": "J1772",
    "Address 1": "250 Hamilton Ave",
    "City": "Palo Alto",
    "Latitude": "37.444572",
    "Longitude": "-122.160309",
    "Currency": "USD",
    "Fee": "0",
    "Energy (kWh)": "6.249457",
    "Ended By": "Plug Out at Vehicle",
    "Plug In Event Id": "3",
}


def write(path: Path, header: str, rows: Sequence[Mapping[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header.split(","), restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def session(start: str, end: str, total: str, **changed: str) -> dict[str, str]:
    own = {"Start Date": start, "End Date": end, "Total Duration (hh:mm:ss)": total}
    return USUAL | own | {name.replace("_", " "): value for name, value in changed.items()}


def deliver(project: Project, files: Path, _: pytest.FixtureRequest) -> list[str]:
    palo_alto = [
        session("7/29/2021 20:17", "7/29/2021 23:20", "3:03:32"),
        # The same event number on the other port, and again a year later on the first.
        session("7/29/2021 20:17", "7/29/2021 22:20", "2:03:10", Port_Number="2"),
        session("7/29/2022 20:17", "7/29/2022 23:20", "3:03:32"),
        # The clock goes back while it charges.
        session("11/7/2021 1:30", "11/7/2021 1:10", "0:40:12", End_Time_Zone="PST")
        | {"Energy (kWh)": "2.1"},
        session("11/7/2021 9:30", "11/7/2021 9:50", "0:20:12")
        | {"Start Time Zone": "UTC", "End Time Zone": "UTC", "Energy (kWh)": "2.1"},
        session("8/20/2021 9:00", "", "25:30:00", Plug_In_Event_Id="10", Fee="2.75"),
        session("8/21/2021 9:00", "8/21/2021 11:00", "1:00:00", Plug_In_Event_Id="11"),
    ]
    again = [*palo_alto[:2], session("8/22/2021 9:00", "8/22/2021 11:00", "2:00:10")]
    project.land("palo_alto", write(files / "2021.csv", HEADER, palo_alto))
    project.land("palo_alto", write(files / "again.csv", HEADER, again))
    hub = {
        "Station_Name": "BOULDER / N BOULDER REC 1",
        "Address": "3172 N Broadway",
        "City": "Boulder",
        "Start_Date___Time": "1/1/2018 17:49",
        "Start_Time_Zone": "MST",
        "End_Date___Time": "1/1/2018 19:52",
        "End_Time_Zone": "MST",
        "Total_Duration__hh_mm_ss_": "2:03:02",
        "Charging_Time__hh_mm_ss_": "2:02:44",
        "Energy__kWh_": "6.504",
        "Port_Type": "Level 2",
        "ObjectID": "0",
        "ObjectId2": "1",
    }
    later = hub | {
        "Start_Date___Time": "2023-06-20 08:15:30",
        "Start_Time_Zone": "MDT",
        "End_Date___Time": "",
        "End_Time_Zone": "",
        "Total_Duration__hh_mm_ss_": "838:59:59",
        "Charging_Time__hh_mm_ss_": "838:59:59",
    }
    # Object ids start anew in the middle of the file, with sessions that were there before.
    twice = hub | {"ObjectID": "0", "ObjectId2": "3"}
    project.land("boulder", write(files / "hub.csv", HUB_HEADER, [hub, later, twice]))
    return ["palo_alto", "boulder"]


@pytest.fixture(scope="module")
def warehouse(shared_project: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(shared_project.open()) as connection:
        yield connection


def sessions(connection: duckdb.DuckDBPyConnection, feed: str) -> list[tuple[Any, ...]]:
    return connection.execute(
        "select source_file, source_line, row_class, started_at_utc::varchar,"
        " ended_at_utc::varchar, coalesce(reasons, rules_broken)"
        " from intermediate.int_sessions__classified where source_system = ?"
        " order by source_file, source_line",
        [feed],
    ).fetchall()


def test_palo_alto_rows_come_out_as_sessions(warehouse: duckdb.DuckDBPyConnection) -> None:
    first, second = "2021.csv", "again.csv"
    utc = ("2021-07-30 03:17:00", "2021-07-30 06:20:00", "2021-07-30 05:20:00")
    assert sessions(warehouse, "palo_alto") == [
        (first, 2, "accepted", utc[0], utc[1], None),
        (first, 3, "accepted", utc[0], utc[2], None),
        (first, 4, "accepted", "2022-07-30 03:17:00", "2022-07-30 06:20:00", None),
        (first, 5, "accepted", "2021-11-07 08:30:00", "2021-11-07 09:10:00", None),
        (first, 6, "accepted", "2021-11-07 09:30:00", "2021-11-07 09:50:00", None),
        (first, 7, "accepted", "2021-08-20 16:00:00", "2021-08-21 17:30:00", "LONG_SESSION"),
        (first, 8, "accepted", "2021-08-21 16:00:00", "2021-08-21 18:00:00", "DURATION_MISMATCH"),
        (second, 2, "exact_duplicate", utc[0], utc[1], None),
        (second, 3, "exact_duplicate", utc[0], utc[2], None),
        (second, 4, "accepted", "2021-08-22 16:00:00", "2021-08-22 18:00:00", None),
    ]


def test_palo_alto_ports_money_and_energy(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "select count(distinct port_id), count(distinct station_id), max(rated_kw)::varchar,"
        " sum(revenue_amount)::varchar, min(currency), max(energy_kwh)::varchar, min(stop_reason)"
        " from intermediate.int_sessions__classified where source_system = 'palo_alto'"
    ).fetchall()
    assert found == [(2, 1, "7.200", "2.7500", "USD", "6.249457", "Plug Out at Vehicle")]


def test_boulders_hub_export(warehouse: duckdb.DuckDBPyConnection) -> None:
    start = "2018-01-02 00:49:00"
    assert sessions(warehouse, "boulder") == [
        ("hub.csv", 2, "accepted", start, "2018-01-02 02:52:00", None),
        ("hub.csv", 3, "quarantined", "2023-06-20 14:15:30", None, "MISSING_END"),
        ("hub.csv", 4, "exact_duplicate", start, "2018-01-02 02:52:00", None),
    ]


def test_no_personal_value_is_left(shared_project: Project) -> None:
    landed = str(shared_project.landing / "*" / "chargepoint_csv_*" / "*.parquet")
    with duckdb.connect() as connection:
        texts = connection.execute(
            f"select rows::varchar from read_parquet('{landed}', union_by_name = true) as rows"
        ).fetchall()
    everything = "\n".join(text for (text,) in texts)
    assert "HAMILTON" in everything
    assert [secret for secret in SECRETS if secret in everything] == []
