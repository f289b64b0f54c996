"""What changed in a header is found, named, and comes with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecocharge.landing.drift import Drift, compare, header_text
from ecocharge.landing.formats import Column, Entity
from ecocharge.landing.header import Layout, choose_layout

BEFORE = ("Station Name", "Start Date", "Charging Time (hh:mm:ss)", "Energy (kWh)", "Fee")


def drift(*now: str) -> Drift:
    return compare("before.csv", header_text(BEFORE), header_text(now))


def test_the_same_columns_are_no_drift() -> None:
    for same in (BEFORE, [name.upper().replace(" ", "_") for name in BEFORE], [*BEFORE, "", " "]):
        found = drift(*same)
        assert (bool(found), found.summary, found.notes) == (False, "", [])


def test_new_and_missing_columns() -> None:
    found = drift("Station Name", "Start Date", "Energy (kWh)", "Fee", "Vehicle", "Colour")
    assert (found.new, found.missing) == (("Vehicle", "Colour"), ("Charging Time (hh:mm:ss)",))
    assert found.summary == "new: Vehicle, Colour; missing: Charging Time (hh:mm:ss)"
    assert [note.split(" since ")[0] for note in found.notes] == ["columns missing", "columns new"]
    assert all("before.csv" in note for note in found.notes)


def test_order() -> None:
    found = drift(*reversed(BEFORE))
    assert found == Drift("before.csv", is_reordered=True)
    assert found.summary == "reordered"
    assert "nothing is to be done" in found.notes[0]
    assert not drift(*BEFORE[:2], "Vehicle", *BEFORE[2:]).is_reordered


@pytest.mark.parametrize("new", ["Energy Delivered (kWh)", "Energy", "Enrgy (kWh)"])
def test_a_name_that_looks_like_one_that_is_gone(new: str) -> None:
    found = drift(*BEFORE[:3], new, "Fee")
    assert found == Drift("before.csv", renamed=(("Energy (kWh)", new),))
    assert f"renamed?: Energy (kWh) -> {new}" in found.summary
    assert "alias" in found.notes[0]


def test_two_that_could_be_it_are_not_paired() -> None:
    found = drift(*BEFORE[:3], "Energy", "kWh", "Fee")
    assert (found.renamed, found.new, found.missing) == ((), ("Energy", "kWh"), ("Energy (kWh)",))


def test_names_cut_short_are_told_apart_from_renamed_ones() -> None:
    found = drift("station_na", "start_date", "charging_t", "energy__kw", "fee")
    assert found.cut == (
        ("Station Name", "station_na"),
        ("Charging Time (hh:mm:ss)", "charging_t"),
        ("Energy (kWh)", "energy__kw"),
    )
    assert (found.new, found.missing, found.renamed) == ((), (), ())
    assert "ask for CSV" in found.notes[0]


def test_a_header_is_kept_clean() -> None:
    kept = header_text(["\ufeffa ", "b\nc", "", "x" * 99, "ü"])
    assert kept == '["a", "b c", "' + "x" * 60 + '", "ü"]'


ENTITY = Entity(
    "sessions",
    (
        Column("start_date", required=True),
        Column("station_name", required=True),
        Column("charging_time_hh_mm_ss", required=True),
        Column("energy_kwh", required=True),
        Column("state_province"),
        Column("zip_postal_code"),
        Column("model_number"),
    ),
)


def layout(*cells: str) -> Layout:
    return choose_layout(Path("some.csv"), 1, {",": cells}, (ENTITY,))


def test_cut_names_find_their_columns() -> None:
    cells = ("start_date", "station_na", "charging_t", "energy_kwh", "state_prov", "model_numb")
    found = layout(*cells, "something", "zip_postal")
    assert found.missing == ()
    assert found.unknown == ("something",)
    assert found.cut == (
        ("station_na", "station_name"),
        ("charging_t", "charging_time_hh_mm_ss"),
        ("state_prov", "state_province"),
        ("model_numb", "model_number"),
        ("zip_postal", "zip_postal_code"),
    )
    assert [found.positions[name] for name in ENTITY.column_names] == [0, 1, 2, 3, 4, 7, 5]


def test_names_are_cut_in_all_of_a_header_or_not_at_all() -> None:
    cells = ("start_date", "station_name", "charging_time_hh_mm_ss", "energy_kwh")
    found = layout(*cells, "state_prov")
    assert (found.cut, found.unknown) == ((), ("state_prov",))


def test_a_beginning_that_two_columns_share_is_nobody_s() -> None:
    twins = (Column("a"), Column("charging_time"), Column("charging_type"))
    found = choose_layout(
        Path("some.csv"), 1, {",": ["a", "charging_t"]}, (Entity("twins", twins),)
    )
    assert (found.cut, found.unknown) == ((), ("charging_t",))
    found = choose_layout(
        Path("some.csv"), 1, {",": ["charging_t", "CHARGING_T"]}, (Entity("one", twins[:2]),)
    )
    assert (found.cut, found.unknown) == ((), ("CHARGING_T", "charging_t"))
