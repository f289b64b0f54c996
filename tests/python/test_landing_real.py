"""The real Dundee and Boulder files land whole."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from ecocharge.landing.feeds import find_feed
from ecocharge.landing.inputs import DATA_SUFFIXES, JSON_SUFFIXES, collect
from ecocharge.landing.load import Lander, Options
from ecocharge.landing.manifest import Load
from ecocharge.landing.personal import Salt
from ecocharge.state import open_state

FEEDS = Path(__file__).resolve().parents[2] / "feeds"

DUNDEE = {
    "Charge Point Locations.csv": ("chargeplace_scotland_charge_points", 82),
    "charge-sessions-june-sept.csv": ("chargeplace_scotland_sessions", 19_227),
    "cp-data-dec-mar-2018.csv": ("chargeplace_scotland_sessions", 15_610),
    "cp-data-mar-may-2018.csv": ("chargeplace_scotland_sessions", 16_773),
}
BOULDER = {
    "Electric_Vehicle_Charging_Station_Energy_Consumption.csv": (
        "chargepoint_csv_sessions",
        22_580,
    ),
    "ev_chargingstationdata_Boulder_March 2020.csv": ("chargepoint_csv_sessions", 19_711),
}


def land(place: Path, folder: Path, source: str) -> list[Load]:
    found = collect([str(folder)], suffixes=DATA_SUFFIXES - JSON_SUFFIXES)
    assert found.errors == []
    with open_state(place / "state.duckdb") as connection:
        salt = Salt("a salt of quite enough characters")
        lander = Lander(connection, place / "landing", find_feed(FEEDS, source), salt, Options())
        return [lander.land(item).load for item in found.files]


@pytest.mark.parametrize(("source", "files"), [("dundee", DUNDEE), ("boulder", BOULDER)])
def test_every_row_of_every_file_is_there(
    tmp_path: Path, real_data: Path, source: str, files: dict[str, tuple[str, int]]
) -> None:
    made = land(tmp_path, real_data / source, source)
    assert {load.source_file: (load.entity, load.rows_in) for load in made} == files
    assert {(load.unparsable_rows, load.columns_unknown) for load in made} == {(0, "")}
    for load in made:
        landed = tmp_path / "landing" / source / load.entity / f"{load.load_id}.parquet"
        counted = (
            duckdb.connect()
            .execute(
                f"select count(*), min(source_line), max(source_line), count(parse_error) "
                f"from '{landed}'"
            )
            .fetchall()
        )
        assert counted == [(load.rows_in, 2, load.rows_in + 1, 0)]


def test_dundee_values_are_those_of_the_file(tmp_path: Path, real_data: Path) -> None:
    land(tmp_path, real_data / "dundee", "dundee")
    with (real_data / "dundee" / "charge-sessions-june-sept.csv").open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    landed = (
        duckdb.connect()
        .execute(
            "select charging_event, site, total_kwh, charger_model, vehicle, driver_key "
            f"from '{tmp_path}/landing/dundee/chargeplace_scotland_sessions/*.parquet' "
            "where source_file like '%june%' order by source_line"
        )
        .fetchall()
    )
    expected = [tuple(r[i].strip() or None for i in (0, 10, 8, 12, 15)) for r in rows]
    assert [row[:5] for row in landed] == expected
    users = [r[1].strip() for r in rows]
    keys = [row[5] for row in landed]
    assert len(set(zip(users, keys, strict=True))) == len(set(users)) == len(set(keys))
    assert not set(users) & set(keys)


def test_boulder_exports_differ_in_mark_and_delimiter(tmp_path: Path, real_data: Path) -> None:
    made = land(tmp_path, real_data / "boulder", "boulder")
    assert [(load.encoding, load.delimiter, load.columns_missing) for load in made] == [
        ("utf-8-sig", ",", ""),
        ("utf-8-sig", ";", "object_id"),
    ]


def test_another_release_of_dundee_lands_too(tmp_path: Path, real_data: Path) -> None:
    made = land(tmp_path, real_data / "dundee_swapped", "dundee")
    assert sum(load.rows_in for load in made) == sum((15_502, 1_250, 16_773))
    assert {(load.entity, load.unparsable_rows, load.columns_unknown) for load in made} == {
        ("chargeplace_scotland_sessions", 0, "")
    }
