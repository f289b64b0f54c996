"""OCPI files of three versions to landed rows: recognised, checked, personal values replaced."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ocpi_objects_made import (
    CDRS,
    LOCATION,
    ORIGINAL,
    SESSIONS,
    cdr,
    old_cdr,
    page,
    session,
    without,
)

from ecocharge.errors import EcoChargeError
from ecocharge.landing.adapters.ocpi import ADAPTER
from ecocharge.landing.decoding import examine
from ecocharge.landing.formats import Adapter, Column, Entity
from ecocharge.landing.json_table import JsonEntity, JsonTable
from ecocharge.landing.ocpi_objects import schema_error, version_of
from ecocharge.landing.records import ParseError
from ecocharge.landing.table import open_table

SPECIFICATION = {
    "cdr_example.json": ("cdrs", "2.3.0"),
    "location_example.json": ("locations", "2.3.0"),
    "session_example_1_simple_start.json": ("sessions", "2.3.0"),
    "session_example_2_short_finished.json": ("sessions", "2.3.0"),
    "tariff_14_step_size.json": ("tariffs", "2.3.0"),
    "tariff_4_complex.json": ("tariffs", "2.3.0"),
}
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_text(text: str) -> Path:
        path = tmp_path / "file.json"
        path.write_text(text, encoding="utf-8")
        return path

    return write_text


def opened(path: Path, *adapters: Adapter) -> JsonTable:
    facts = examine(path)
    groups = [adapter.entities for adapter in adapters or (ADAPTER,)]
    return JsonTable(path, facts, [path.read_bytes()], groups)


def rows(path: Path, *adapters: Adapter) -> tuple[str, list[dict[str, str]]]:
    table = opened(path, *adapters)
    names = table.layout.entity.column_names
    found = [
        {name: value for name, value in zip(names, record.fields, strict=True) if value}
        for record in table.records()
        if record.fields is not None
    ]
    return table.layout.entity.name, found


@pytest.mark.parametrize("name", SPECIFICATION)
def test_the_examples_of_the_specification_pass(real_data: Path, name: str) -> None:
    entity, version = SPECIFICATION[name]
    found, (row,) = rows(real_data / "ocpi" / name)
    assert (found, row["ocpi_version"], row.get("schema_errors")) == (entity, version, None)
    assert not opened(real_data / "ocpi" / name).unknown


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("session_patch_example_charging_period.json", "a partial update (PATCH)"),
        ("session_patch_example_total_cost.json", "a partial update (PATCH)"),
        ("token_example_1_app_user.json", "an OCPI Token"),
    ],
)
def test_what_cannot_be_landed_says_what_it_is(real_data: Path, name: str, what: str) -> None:
    with pytest.raises(EcoChargeError, match="this is") as refused:
        opened(real_data / "ocpi" / name)
    assert what in refused.value.message
    assert refused.value.remedy


def dressings(objects: list[Mapping[str, Any]]) -> Iterator[str]:
    yield json.dumps(objects)
    yield json.dumps(objects, indent=2)
    yield json.dumps(page(objects))
    yield "\n".join(map(json.dumps, objects))
    yield "\n".join(json.dumps(page([item])) for item in objects)


def test_every_dressing_gives_the_same_rows(write: Write) -> None:
    found = [rows(write(text)) for text in dressings([*CDRS.values(), ORIGINAL])]
    assert found[0][0] == "cdrs"
    assert len(found[0][1]) == len(CDRS) + 1
    assert all(other == found[0] for other in found)


def test_one_object_in_a_page(write: Write) -> None:
    entity, (row,) = rows(write(json.dumps({"data": LOCATION, "status_code": 1000})))
    assert (entity, row["location_id"]) == ("locations", "LOC-1")


def test_numbers_are_landed_as_they_were_written(write: Write) -> None:
    text = json.dumps(ORIGINAL).replace('"volume": 20.5', '"volume": 20.50000000000000000001')
    _, (row,) = rows(write(text.replace('"total_energy": 20.5', '"total_energy": 20.5000')))
    assert row["total_energy"] == "20.5000"
    assert json.loads(row["charging_periods"])[0]["dimensions"] == [
        {"type": "ENERGY", "volume": "20.50000000000000000001"}
    ]


def test_version_2_1_1_lands_in_the_same_columns(write: Write) -> None:
    _, (row,) = rows(write(json.dumps([old_cdr("OLD-1")])))
    expected = {
        "ocpi_version": "2.1.1",
        "ended_at": "2024-03-05T09:00:00.750Z",
        "location_id": "OLD-1",
        "latitude": "41.157944",
        "evse_uid": "OLD-EVSE",
        "connector_id": "1",
        "power_type": "AC_1_PHASE",
        "total_cost": '"1.25"',
        "driver_key": "NL-EMP-C00000002-Y",
    }
    assert {name: row[name] for name in expected} == expected
    assert "schema_errors" not in row


def test_only_the_driver_is_kept_of_what_is_personal(write: Write) -> None:
    secret = "personal-and-never-landed"
    value = ORIGINAL | {
        "authorization_reference": secret,
        "remark": secret,
        "signed_data": {"signed_values": [{"plain_data": secret}]},
        "invoice_reference_id": secret,
        "cdr_token": ORIGINAL["cdr_token"] | {"contract_id": secret, "visual_number": secret},
        "charging_periods": [ORIGINAL["charging_periods"][0] | {"driver": secret}],
        "total_cost": {"excl_vat": 1, "payer": secret},
        "driver_name": secret,
    }
    path = write(json.dumps(value))
    table = opened(path)
    (record,) = table.records()
    assert record.fields is not None
    assert secret not in "".join(record.fields)
    assert table.unknown == ("driver_name",)
    personal = [column.name for column in table.layout.entity.columns if column.personal]
    assert personal == ["driver_key"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"currency": "euro"}, "currency: pattern"),
        ({"total_energy": "20.5"}, "total_energy: type"),
        ({"start_date_time": "2024-03-05 10:00"}, "start_date_time: pattern"),
        ({"charging_periods": []}, "charging_periods: minItems"),
        (
            {"charging_periods": [{"start_date_time": "2024-03-05T10:00:00Z", "dimensions": [{}]}]},
            "charging_periods.0.dimensions.0.type: required",
        ),
    ],
)
def test_a_broken_schema_is_named_without_values(change: dict[str, Any], error: str) -> None:
    assert schema_error("cdrs", "2.2.1", ORIGINAL | change) == error


def test_every_key_that_a_schema_requires_is_named() -> None:
    objects = {
        "cdrs": ORIGINAL,
        "sessions": session("S", "10:00:00", None, 0),
        "locations": LOCATION,
    }
    for module, value in objects.items():
        for key in value:
            errors = schema_error(module, "2.2.1", without(value, key))
            assert errors in ("", f"{key}: required")


def test_versions() -> None:
    assert version_of(ORIGINAL) == "2.2.1"
    assert version_of(old_cdr("1")) == "2.1.1"
    assert version_of(ORIGINAL | {"total_cost": {"before_taxes": 1}}) == "2.3.0"
    assert version_of(LOCATION | {"parking_places": []}) == "2.3.0"


def test_a_broken_object_among_good_ones_costs_itself(write: Write) -> None:
    good = json.dumps(cdr("A", "10:00:00", "11:00:00", 1))
    for separator, wrap in (("\n", "{}"), (",", "[{}]")):
        broken = good.replace('"RFID"', '"RFID')
        table = opened(write(wrap.replace("{}", separator.join([good, broken, good]))))
        found = [(record.error, record.fields is not None) for record in table.records()]
        assert found == [(None, True), (ParseError.BAD_JSON, False), (None, True)]


def test_a_file_whose_first_object_is_broken(write: Write) -> None:
    good = json.dumps(SESSIONS["going on"])
    table = opened(write(good[:-9] + "\n" + good))
    assert table.layout.entity.name == "sessions"
    assert [record.error for record in table.records()] == [ParseError.BAD_JSON, None]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "holds no JSON object"),
        ('{"data": []}', "holds no JSON object"),
        ("[1, 2]", "no JSON object can be read"),
        ('{"a": 1, "b": 2}', "not recognised"),
    ],
)
def test_files_that_say_nothing_are_refused(write: Write, text: str, message: str) -> None:
    with pytest.raises(EcoChargeError, match=message):
        opened(write(text))


def test_an_empty_page_lands_as_what_the_user_says_it_is(write: Write) -> None:
    path = write('{"data": []}')
    only = Adapter("ocpi", (ADAPTER.entity("cdrs"),))
    assert rows(path, only) == ("cdrs", [])


def test_json_of_a_table_is_read_by_its_headers(write: Write) -> None:
    flat = Adapter(
        "flat",
        (
            Entity(
                "rows",
                (
                    Column("id", required=True),
                    Column("kwh", aliases=("Energy (kWh)",)),
                    Column("frame"),
                    Column("inner", path="a.b.1"),
                    Column("kind", constant="x"),
                ),
            ),
        ),
    )
    text = '{"ID": 7, "energy_kwh": 1.50, "frame": [2, "x", {"v": 1.10}], "a": {"b": [0, true]}}'
    entity, (row,) = rows(write(text), flat, ADAPTER)
    assert (entity, row) == (
        "rows",
        {"id": "7", "kwh": "1.50", "frame": '[2,"x",{"v":1.10}]', "inner": "true", "kind": "x"},
    )


def test_an_entity_of_objects_does_not_take_a_csv_file(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("id,start_date_time,total_energy\n1,2,3\n")
    assert all(isinstance(entity, JsonEntity) for entity in ADAPTER.entities)
    with pytest.raises(EcoChargeError):
        open_table(path, examine(path), [ADAPTER.entities], lambda _: None)
