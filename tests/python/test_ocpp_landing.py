"""OCPP frames before they land: what is kept, what is masked, and every envelope they come in."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecocharge.errors import EcoChargeError
from ecocharge.landing.adapters.ocpp import adapter_for
from ecocharge.landing.feeds import Feed
from ecocharge.landing.inputs import InputFile
from ecocharge.landing.load import Lander, Options
from ecocharge.landing.ocpp_frames import mask_frame, mask_payload, utc_time
from ecocharge.landing.parquet import landed_path
from ecocharge.landing.personal import Salt
from ecocharge.state import open_state

SALT = Salt("a salt of quite enough characters")
KEY = SALT.key("04A1B2C3")
FRAME = '[2, "7", "Authorize", {"idTag": "04A1B2C3"}]'
MASKED = f'[2,"7","Authorize",{{"idTag":"{KEY}"}}]'


@pytest.mark.parametrize(
    ("frame", "masked"),
    [
        (FRAME, MASKED),
        (json.dumps(FRAME), MASKED),
        ('[2,7,"Heartbeat",{}]', '[2,"7","Heartbeat",{}]'),
        ('[2,"7","Heartbeat",null]', '[2,"7","Heartbeat",{}]'),
        (
            '[3,"7",{"currentTime":"2025-01-01T00:00:00Z"}]',
            '[3,"7","",{"currentTime":"2025-01-01T00:00:00Z"}]',
        ),
        (
            '[4,"7","InternalError","what a user typed",{}]',
            '[4,"7","",{"errorCode":"InternalError"}]',
        ),
        (
            '[2,"7","X",{"meterStart":1.10,"transactionId":9007199254740993}]',
            '[2,"7","X",{"meterStart":"1.10","transactionId":9007199254740993}]',
        ),
        (
            '[2,"7","X",{"idToken":{"idToken":"04A1B2C3","type":"ISO14443"}}]',
            f'[2,"7","X",{{"idToken":"{KEY}"}}]',
        ),
        (
            '[3,"7",{"idTagInfo":{"status":"Accepted","parentIdTag":"04A1B2C3"}}]',
            f'[3,"7","",{{"idTagInfo":{{"status":"Accepted","parentIdTag":"{KEY}"}}}}]',
        ),
        (
            '[2,"7","BootNotification",{"iccid":"8901","imsi":"310","chargePointSerialNumber":"S"}]',
            '[2,"7","BootNotification",{}]',
        ),
        (
            '[2,"7","ChangeConfiguration",{"key":"AuthorizationKey","value":"hunter2"}]',
            '[2,"7","ChangeConfiguration",{}]',
        ),
        ('[2,"7","DataTransfer",{"data":"04A1B2C3","vendorId":"v"}]', '[2,"7","DataTransfer",{}]'),
        (
            '[2,"7","X",{"meterValue":[{"sampledValue":[{"value":"' + "9" * 200 + '"}]}]}]',
            '[2,"7","X",{"meterValue":[{"sampledValue":[{"value":null}]}]}]',
        ),
    ],
)
def test_frames_are_masked(frame: str, masked: str) -> None:
    assert mask_frame(frame, SALT) == masked


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "x",
        "null",
        "{}",
        "[]",
        "[2]",
        '[2,"7","Heartbeat"]',
        '[2,"7",5,{}]',
        '[2,null,"Heartbeat",{}]',
        '[2,"7","Heartbeat",[]]',
        '[3,"7",4]',
        '[true,"7",{}]',
        '[9,"7","X",{}]',
        '[2,"7","X",{"meterStart":NaN}]',
        '[2,"7","X",{"status":"\\ud800"}]',
        '[2,"7","X",{"transactionId":' + "9" * 5000 + "}]",
        "[" * 100_000,
    ],
)
def test_what_is_no_frame(frame: str) -> None:
    assert mask_frame(frame, SALT) is None


@given(st.text())
def test_any_text_is_a_frame_or_none(text: str) -> None:
    for masked in (mask_frame(text, SALT), mask_payload(text, SALT)):
        assert masked is None or json.loads(masked) is not None


@given(
    st.recursive(
        st.just("04A1B2C3"),
        lambda inner: st.dictionaries(
            st.sampled_from(["idTag", "idToken", "parentIdTag", "idTagInfo", "data", "vin"]), inner
        ),
    )
)
def test_no_token_stays_under_a_name_that_tells(payload: Any) -> None:
    masked = mask_frame(json.dumps([2, "7", "X", {"idTagInfo": {"idTag": payload}}]), SALT)
    assert masked is not None
    assert "04A1B2C3" not in masked


@pytest.mark.parametrize(
    ("formats", "zone", "text", "utc"),
    [
        (("iso",), "UTC", "2025-01-01T10:00:00.5+02:00", "2025-01-01T08:00:00.500000Z"),
        (("iso",), "Europe/London", "2025-07-01 10:00:00", "2025-07-01T09:00:00.000000Z"),
        (("epoch_ms",), "UTC", "1735725600123", "2025-01-01T10:00:00.123000Z"),
        (("epoch_s",), "UTC", "1735725600.25", "2025-01-01T10:00:00.250000Z"),
        (("iso", "%d/%m/%Y %H:%M"), "UTC", "31/12/2024 23:59", "2024-12-31T23:59:00.000000Z"),
        (("iso",), "UTC", "yesterday", None),
        (("epoch_ms",), "UTC", "1e400", None),
        (("iso",), "UTC", "9999-12-31T23:59:59-10:00", None),
    ],
)
def test_times_of_logging(formats: tuple[str, ...], zone: str, text: str, utc: str | None) -> None:
    assert utc_time(formats, zone)(text) == utc


def landed(
    folder: Path, name: str, content: str, mapping: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The rows that a log lands as, without lineage."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    feed = Feed("log", path=folder / "log.yml", adapter="ocpp", mapping=mapping)
    with open_state(folder / "state.duckdb") as connection:
        lander = Lander(connection, folder / "landing", feed, SALT, Options())
        load = lander.land(InputFile(path, name)).load
    assert load.entity == "ocpp_messages"
    table = pq.read_table(landed_path(folder / "landing", "log", load.entity, load.load_id))
    return [dict(row) for row in table.to_pylist()]


def as_csv(*rows: tuple[str, ...], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


NESTED = {"charge_point": "meta.box", "timestamp": "ts", "message": "frame"}
APART = {
    "charge_point": "box",
    "timestamp": "at",
    "timestamp_format": "epoch_ms",
    "message_type": "kind",
    "unique_id": "call",
    "action": "what",
    "payload": "body",
    "ocpp_version": "2.0.1",
}
MOMENT = "2025-01-01T10:00:00.000000Z"


@pytest.mark.parametrize(
    ("name", "content", "mapping"),
    [
        ("kwwhat.csv", as_csv(("timestamp", "id", "msg"), (MOMENT, "CP", FRAME)), {}),
        (
            "semicolons.csv",
            as_csv(("Time", "ChargeBoxId", "Frame"), (MOMENT, "CP", FRAME), delimiter=";"),
            {},
        ),
        (
            "lines.jsonl",
            json.dumps({"ts": MOMENT, "meta": {"box": "CP"}, "frame": json.loads(FRAME)}) + "\n",
            NESTED,
        ),
        (
            "text.json",
            json.dumps([{"ts": MOMENT, "meta": {"box": "CP"}, "frame": FRAME}]),
            NESTED,
        ),
        (
            "plain.jsonl",
            json.dumps({"timestamp": MOMENT, "charge_point_id": "CP", "message": FRAME}) + "\n",
            {},
        ),
    ],
)
def test_envelopes(tmp_path: Path, name: str, content: str, mapping: Mapping[str, Any]) -> None:
    (row,) = landed(tmp_path, name, content, mapping)
    assert (row["logged_at"], row["charge_point_id"], row["message"]) == (MOMENT, "CP", MASKED)


def test_an_envelope_in_parts(tmp_path: Path) -> None:
    header = ("at", "box", "kind", "call", "what", "body")
    line = ("1735725600000", "CP", "CALL", "7", "Authorize", '{"idTag":"04A1B2C3","x":1}')
    (row,) = landed(tmp_path, "parts.csv", as_csv(header, line), APART)
    assert row["logged_at"] == MOMENT
    assert row["payload"] == f'{{"idTag":"{KEY}"}}'
    parts = ("message_type", "unique_id", "action", "ocpp_version", "message")
    assert [row[part] for part in parts] == ["CALL", "7", "Authorize", "2.0.1", None]


@pytest.mark.parametrize(
    ("mapping", "key"),
    [
        (NESTED | {"colour": "x"}, "colour"),
        ({"timestamp": "ts", "message": "m"}, "charge_point"),
        ({"charge_point": "c", "message": "m"}, "timestamp"),
        ({"charge_point": "c", "timestamp": "t"}, "message_type"),
        (NESTED | {"timestamp_zone": "Mars/Olympus"}, "timestamp_zone"),
        (NESTED | {"timestamp_format": "unix"}, "timestamp_format"),
    ],
)
def test_a_mapping_that_cannot_be_used(mapping: Mapping[str, Any], key: str) -> None:
    with pytest.raises(EcoChargeError) as caught:
        adapter_for(Feed("log", path=Path("log.yml"), adapter="ocpp", mapping=mapping))
    assert caught.value.column == key
    assert caught.value.remedy
