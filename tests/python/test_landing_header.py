"""A header finds its columns under any spelling, and says so when it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecocharge.errors import EcoChargeError
from ecocharge.landing.adapters import ADAPTERS, adapter_named
from ecocharge.landing.feeds import Feed
from ecocharge.landing.formats import Column, Entity
from ecocharge.landing.header import Layout, choose_layout, normalise

FILE = Path("some.csv")
DUNDEE = ADAPTERS["chargeplace_scotland"].entities
BOULDER = ADAPTERS["chargepoint_csv"].entities
DUNDEE_HEADER = (
    "Charging event,CP ID,Connector,Start Date,Start Time,End Date,End Time,Total kWh,Cost,Site,"
    "Group,Model"
)


def layout(header: str, entities: tuple[Entity, ...] = DUNDEE) -> Layout:
    headers = {mark: header.split(mark) for mark in (",", ";", "\t", "|")}
    return choose_layout(FILE, 1, headers, entities)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (" Charging_Time__minutes_ ", "charging time minutes"),
        (" Charging Time (minutes) ", "charging time minutes"),
        ("State/Province", "state province"),
        ("\ufeffSTATION  name", "station name"),
        ("F24_Hours", "f24 hours"),
        ("_id", "id"),
    ],
)
def test_headers_compare_without_case_space_and_punctuation(written: str, expected: str) -> None:
    assert normalise(written) == expected


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_makes_sense(mark: str) -> None:
    found = layout(DUNDEE_HEADER.replace(",", mark))
    assert (found.delimiter, found.entity.name, found.width) == (mark, "sessions", 12)
    assert [found.positions[name] for name in ("charging_event", "charger_model")] == [0, 11]
    assert found.missing == ("driver_key", "vehicle")


def test_the_entity_is_the_one_that_fits_best() -> None:
    found = layout("_id,Latitude,Longitude,Location,CP ID,Type,Address,locationShortDescription")
    placed = (found.entity.name, found.positions["location_short_description"], found.unknown)
    assert placed == ("charge_points", 7, ())


def test_three_unnamed_columns_at_the_end_hold_the_vehicle() -> None:
    found = layout(DUNDEE_HEADER + ",,,")
    assert (found.positions["vehicle"], found.unnamed) == (14, (12, 13))


@pytest.mark.parametrize("tail", [",", ",,", ",,,,"])
def test_any_other_number_of_unnamed_columns_means_nothing(tail: str) -> None:
    found = layout(DUNDEE_HEADER + tail)
    assert "vehicle" not in found.positions
    assert len(found.unnamed) == len(tail)


def test_an_unknown_header_is_named_and_cleaned() -> None:
    found = layout(DUNDEE_HEADER + ",Card\x1b[31m Holder," + "x" * 500)
    assert found.unknown == ("Card [31m Holder", "x" * 40)


def test_a_required_column_that_is_missing_is_refused() -> None:
    with pytest.raises(EcoChargeError, match="total_kwh") as caught:
        layout(DUNDEE_HEADER.replace("Total kWh,", ""))
    assert (caught.value.file, caught.value.line) == ("some.csv", 1)
    assert caught.value.column == "total_kwh"
    assert caught.value.remedy


def test_a_header_of_something_else_is_refused() -> None:
    with pytest.raises(EcoChargeError, match="not recognised as chargeplace_scotland_sessions or"):
        layout("a,b,c")


def test_two_headers_for_one_column_are_refused() -> None:
    with pytest.raises(EcoChargeError, match="same column: total_kwh"):
        layout(DUNDEE_HEADER + ",TOTAL_KWH")


def test_boulder_exports_both_fit() -> None:
    first = layout(
        "Station_Name,Station_Address,City,State_Province,Postal_Code,Transaction_Date,"
        "Transaction_Start_Time,Charging_Time__minutes_,Energy__kWh_,GHG_Savings__kg_,"
        "Gasoline_Savings__gallons_,Port_Type,ObjectId",
        BOULDER,
    )
    assert (first.missing, first.unknown) == ((), ())
    second = layout(
        "Station Name;Station Address;City;State/Province;Postal Code;Transaction Date;"
        "Transaction Start Time; Charging Time (minutes) ;Energy (kWh);GHG Savings (kg);"
        "Gasoline Savings (gallons);Port Type",
        BOULDER,
    )
    assert (second.missing, second.unknown) == (("object_id",), ())


def test_unknown_adapter_and_entity_name_what_there_is() -> None:
    with pytest.raises(EcoChargeError, match="chargeplace_scotland, chargepoint_csv"):
        adapter_named("nowhere", Feed("some"))
    with pytest.raises(EcoChargeError, match="sessions, charge_points"):
        ADAPTERS["chargeplace_scotland"].entity("tariffs")


def test_an_entity_is_only_a_declaration() -> None:
    entity = Entity("visits", (Column("site", required=True), Column("kwh", aliases=("Energy",))))
    found = choose_layout(FILE, 1, {",": ["SITE", "energy"]}, [entity])
    assert found.positions == {"site": 0, "kwh": 1}


def test_declared_columns_are_unique_and_their_headers_unambiguous() -> None:
    for adapter in ADAPTERS.values():
        for entity in adapter.entities:
            headers = [
                {normalise(name) for name in (column.name, *column.aliases)}
                for column in entity.columns
            ]
            assert sum(map(len, headers)) == len(set.union(*headers))
            assert len(set(entity.column_names)) == len(entity.columns)
