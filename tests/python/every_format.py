"""A small delivery in every format that can be landed, each record with somebody's ids in it.

What is written here is made up, in the shape that each format's own documentation gives it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

# Each kind of id carries one of these, so that one search finds whatever is left of any of them.
MARKS = ("7qxk", "de:ad:fa:ce", "deadfac3")
_START = datetime(2024, 3, 4, 6, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    """Somebody's ids, ten of them, none like anybody else's."""

    number: int

    @property
    def card(self) -> str:
        return f"DEADFAC3{self.number:06X}"

    @property
    def account(self) -> str:
        return f"7qxk{self.number:06d}"

    @property
    def contract(self) -> str:
        return f"NL-7QXK-C{self.number:06d}-X"

    @property
    def mail(self) -> str:
        return f"driver{self.number}@7qxk.example"

    @property
    def postcode(self) -> str:
        return f"7QXK {self.number:04d}"

    @property
    def mac(self) -> str:
        return f"DE:AD:FA:CE:{self.number // 256:02X}:{self.number % 256:02X}"

    @property
    def serial(self) -> str:
        return f"SN7QXK{self.number:06d}"

    @property
    def phone(self) -> str:
        return f"+44 7qxk {self.number:06d}"

    @property
    def sim(self) -> str:
        return f"89447qxk{self.number:08d}"

    @property
    def plate(self) -> str:
        return f"7QXK-{self.number:05d}"

    @property
    def ids(self) -> tuple[str, ...]:
        return (
            *(self.card, self.account, self.contract, self.mail, self.postcode),
            *(self.mac, self.serial, self.phone, self.sim, self.plate),
        )


@dataclass(frozen=True)
class Format:
    """One kind of delivery.

    Attributes:
        feed: the feed it is landed as.
        name: its file name.
        write: the file that holds one record, or a few, for each person.
        torn: a line that cannot be read, with ids in it.
        has_keys: whether a hash of some id is landed.
    """

    feed: str
    name: str
    write: Callable[[Sequence[Person]], bytes]
    torn: Callable[[Person], bytes]
    has_keys: bool = True


def _csv(rows: Sequence[dict[str, str]], delimiter: str = ",") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _torn_csv(person: Person) -> bytes:
    return ("torn," * 40 + ",".join(person.ids) + "\n").encode()


def _torn_json(person: Person) -> bytes:
    return ('{"id": "torn", "uid": "' + '", "'.join(person.ids) + "\n").encode()


def _hours(person: Person) -> tuple[datetime, datetime]:
    start = _START + timedelta(hours=3 * (person.number % 200), minutes=person.number % 7)
    return start, start + timedelta(hours=1, minutes=30)


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _dundee(people: Sequence[Person]) -> bytes:
    rows = []
    for person in people:
        start, end = _hours(person)
        rows.append(
            {
                "Charging event": str(9_000_000 + person.number),
                "User ID": person.account,
                "CP ID": str(50_000 + person.number % 9),
                "Connector": "1",
                "Start Date": start.strftime("%d/%m/%Y"),
                "Start Time": start.strftime("%H:%M"),
                "End Date": end.strftime("%d/%m/%Y"),
                "End Time": end.strftime("%H:%M"),
                "Total kWh": "7.125",
                "Cost": "0",
                "Site": f"Site {person.number % 9}, Dundee",
                "Group": "G",
                "Model": "APT 22kW Dual Outlet",
                "Card Holder": person.mail,
                "Phone": person.phone,
            }
        )
    return _csv(rows)


def _palo_alto(people: Sequence[Person]) -> bytes:
    rows = []
    for person in people:
        start, end = _hours(person)
        rows.append(
            {
                "Station Name": f"PALO ALTO CA / HALL #{person.number % 5}",
                "MAC Address": person.mac,
                "Org Name": "City",
                "Start Date": start.strftime("%m/%d/%Y %H:%M"),
                "Start Time Zone": "UTC",
                "End Date": end.strftime("%m/%d/%Y %H:%M"),
                "End Time Zone": "UTC",
                "Total Duration (hh:mm:ss)": "1:30:00",
                "Charging Time (hh:mm:ss)": "1:10:00",
                "Energy (kWh)": "6.249457",
                "Port Type": "Level 2",
                "Port Number": "1",
                "EVSE ID": str(3_000 + person.number % 5),
                "Address 1": "250 Hamilton Ave",
                "City": "Palo Alto",
                "Currency": "USD",
                "Fee": "0",
                "Ended By": "Plug Out at Vehicle",
                "Plug In Event Id": str(person.number),
                "Driver Postal Code": person.postcode,
                "User ID": person.account,
                "System S/N": person.serial,
                "Model Number": "CT2100",
            }
        )
    return _csv(rows)


def _boulder(people: Sequence[Person]) -> bytes:
    rows = []
    for person in people:
        start, _ = _hours(person)
        rows.append(
            {
                "Station Name": f"BOULDER / ST{person.number % 5}",
                "Station Address": "900 Walnut St",
                "Transaction Date": start.strftime("%m/%d/%Y"),
                "Transaction Start Time": start.strftime("%I:%M %p"),
                "Charging Time (minutes)": "90",
                "Energy (kWh)": "6.5",
                "Driver E-mail": person.mail,
                "Plate": person.plate,
            }
        )
    return _csv(rows)


def _workplace(people: Sequence[Person]) -> bytes:
    rows = []
    for person in people:
        start, end = (moment.replace(year=14) for moment in _hours(person))
        rows.append(
            {
                "sessionId": str(1_366_563 + person.number),
                "kwhTotal": "7.78",
                "dollars": "0",
                "created": start.strftime("%m-%d %H:%M:%S").join(["0014-", ""]),
                "ended": end.strftime("%m-%d %H:%M:%S").join(["0014-", ""]),
                "chargeTimeHrs": "1.5",
                "userId": person.account,
                "stationId": str(582_873 + person.number % 5),
                "locationId": "461655",
                "phone": person.phone,
            }
        )
    return _csv(rows)


def _norway(people: Sequence[Person]) -> bytes:
    rows = []
    for person in people:
        start, end = _hours(person)
        rows.append(
            {
                "location": "ASK",
                "user_id": person.account,
                "session_id": f"ASK_{person.number}",
                "plugin_time": start.strftime("%Y-%m-%d %H:%M:%S"),
                "plugout_time": end.strftime("%Y-%m-%d %H:%M:%S"),
                "connection_time": "1,5",
                "energy_session": "9,96",
            }
        )
    return _csv(rows, ";")


def _acn(people: Sequence[Person]) -> bytes:
    items = []
    for person in people:
        start, end = _hours(person)
        asked = {
            "userID": person.account,
            "kWhRequested": 20.5,
            "modifiedAt": format_datetime(start, usegmt=True),
            "requestedDeparture": format_datetime(end, usegmt=True),
            "paymentRequired": True,
            "note": person.mail,
        }
        items.append(
            {
                "_id": f"5bc90cb9f9af8b0d7fe{person.number:05d}",
                "clusterID": "0039",
                "connectionTime": format_datetime(start, usegmt=True),
                "disconnectTime": format_datetime(end, usegmt=True),
                "doneChargingTime": None,
                "kWhDelivered": 7.932,
                "sessionID": f"2_39_78_362_{person.number}",
                "siteID": "0002",
                "spaceID": f"CA-{person.number % 9}",
                "stationID": f"2-39-78-{person.number % 9}",
                "timezone": "America/Los_Angeles",
                "userID": person.account,
                "userInputs": [asked],
            }
        )
    return json.dumps({"_items": items, "_meta": {"page": 1}}, indent=1).encode()


def _locations(people: Sequence[Person]) -> bytes:
    found = []
    for person in people:
        location = {"country_code": "NL", "party_id": "TNM"} | _old_cdr(person)["location"]
        found.append(
            location
            | {
                "id": f"LOC{person.number}",
                "publish": True,
                "time_zone": "Europe/Brussels",
                "help_phone": person.phone,
                "publish_allowed_to": [{"uid": person.card, "visual_number": person.contract}],
            }
        )
    return json.dumps(found, indent=1).encode()


def _tariffs(people: Sequence[Person]) -> bytes:
    part = {"type": "ENERGY", "price": 0.25, "step_size": 1}
    lines = [
        {
            "country_code": "NL",
            "party_id": "TNM",
            "id": f"TARIFF{person.number}",
            "currency": "EUR",
            "elements": [{"price_components": [part]}],
            "tariff_alt_text": [{"language": "en", "text": f"for {person.mail}"}],
            "last_updated": _iso(_START),
        }
        for person in people
    ]
    return "\n".join(map(json.dumps, lines)).encode() + b"\n"


def _stations(people: Sequence[Person]) -> bytes:
    rows = [
        {
            "station_id": f"S{person.number % 5}",
            "charger_id": f"C{person.number}",
            "port_id": "1",
            "connector_id": "1",
            "station_name": "Hall",
            "address": "1 Main St",
            "country_code": "US",
            "latitude": "34.1",
            "longitude": "-118.1",
            "time_zone": "America/Los_Angeles",
            "rated_kw": "7.2",
            "opened_on": "2020-01-01",
            "caretaker": person.mail,
        }
        for person in people
    ]
    return _csv(rows)


def _carbon(people: Sequence[Person]) -> bytes:
    rows = [
        {
            "timestamp": f"{_START + timedelta(hours=person.number)}",
            **dict.fromkeys(("WND", "SUN", "WAT", "OIL", "NG", "COL", "NUC", "OTH"), "100.0"),
            "avg_CI": "222.29592090536002",
            "entered by": person.mail,
        }
        for person in people
    ]
    return _csv(rows)


def _token(person: Person) -> dict[str, Any]:
    return {
        "country_code": "NL",
        "party_id": "TNM",
        "uid": person.card,
        "type": "RFID",
        "contract_id": person.contract,
    }


def _cdr(person: Person) -> dict[str, Any]:
    start, end = _hours(person)
    periods = [
        {"start_date_time": _iso(start), "dimensions": [{"type": "ENERGY", "volume": 15.342}]}
    ]
    return {
        "country_code": "NL",
        "party_id": "TNM",
        "id": f"CDR{person.number:06d}",
        "start_date_time": _iso(start),
        "end_date_time": _iso(end),
        "session_id": f"S{person.number:06d}",
        "cdr_token": _token(person),
        "auth_method": "WHITELIST",
        "authorization_reference": person.account,
        "cdr_location": {
            "id": "LOC1",
            "name": "Gent Zuid",
            "address": "F.Rooseveltlaan 3A",
            "city": "Gent",
            "postal_code": "9000",
            "country": "BEL",
            "coordinates": {"latitude": "51.047599", "longitude": "3.729944"},
            "evse_uid": f"{3256 + person.number % 9}",
            "evse_id": f"BE*BEC*E0415030{person.number % 9}",
            "connector_id": "1",
            "connector_standard": "IEC_62196_T2",
            "connector_format": "SOCKET",
            "connector_power_type": "AC_1_PHASE",
        },
        "currency": "EUR",
        "charging_periods": periods,
        "signed_data": {"encoding_method": "OCMF", "signed_values": [{"plain_data": person.mail}]},
        "total_cost": {"excl_vat": 4.0, "incl_vat": 4.2},
        "total_energy": 15.342,
        "total_time": 1.5,
        "remark": f"called from {person.phone}",
        "invoice_reference_id": person.contract,
        "driver": {"mail": person.mail, "plate": person.plate},
        "last_updated": _iso(end),
    }


def _old_cdr(person: Person) -> dict[str, Any]:
    start, end = _hours(person)
    connector = {
        "id": "1",
        "standard": "IEC_62196_T2",
        "format": "SOCKET",
        "power_type": "AC_1_PHASE",
        "voltage": 230,
        "amperage": 16,
        "last_updated": _iso(start),
    }
    evse = {
        "uid": f"E{person.number % 9}",
        "status": "AVAILABLE",
        "connectors": [connector],
        "physical_reference": person.serial,
        "last_updated": _iso(start),
    }
    return {
        "id": f"OLD{person.number:06d}",
        "start_date_time": _iso(start),
        "stop_date_time": _iso(end),
        "auth_id": person.contract,
        "auth_method": "AUTH_REQUEST",
        "location": {
            "id": "LOC9",
            "type": "ON_STREET",
            "name": "Zuid",
            "address": "Straat 1",
            "city": "Gent",
            "postal_code": "9000",
            "country": "BEL",
            "coordinates": {"latitude": "51.047599", "longitude": "3.729944"},
            "evses": [evse],
            "directions": [{"language": "en", "text": person.phone}],
            "last_updated": _iso(start),
        },
        "meter_id": person.serial,
        "currency": "EUR",
        "charging_periods": [
            {"start_date_time": _iso(start), "dimensions": [{"type": "ENERGY", "volume": 8.5}]}
        ],
        "total_cost": 2.5,
        "total_energy": 8.5,
        "total_time": 1.5,
        "last_updated": _iso(end),
    }


def _cdrs(people: Sequence[Person]) -> bytes:
    page = {"data": [*map(_cdr, people)], "status_code": 1000, "timestamp": _iso(_START)}
    return json.dumps(page, indent=1).encode()


def _old_cdrs(people: Sequence[Person]) -> bytes:
    return json.dumps([*map(_old_cdr, people)]).encode()


def _ocpi_sessions(people: Sequence[Person]) -> bytes:
    lines = []
    for person in people:
        start, end = _hours(person)
        session = {
            "country_code": "NL",
            "party_id": "STK",
            "id": f"SES{person.number:06d}",
            "start_date_time": _iso(start),
            "end_date_time": _iso(end),
            "kwh": 12.5,
            "cdr_token": _token(person),
            "auth_method": "WHITELIST",
            "authorization_reference": person.account,
            "location_id": "LOC1",
            "evse_uid": f"{3256 + person.number % 9}",
            "connector_id": "1",
            "meter_id": person.mac,
            "currency": "EUR",
            "total_cost": {"before_taxes": 8.5, "taxes": [{"name": person.plate, "amount": 1.7}]},
            "status": "COMPLETED",
            "last_updated": _iso(end),
        }
        lines.append(json.dumps(session))
    return "\n".join(lines).encode() + b"\n"


def _frames16(person: Person) -> list[tuple[datetime, list[Any]]]:
    start, end = _hours(person)
    number = person.number
    info = {"status": "Accepted", "parentIdTag": person.contract[:20]}
    boot = {
        "chargePointVendor": "V",
        "chargePointModel": "M",
        "chargePointSerialNumber": person.serial,
        "chargeBoxSerialNumber": person.mac,
        "iccid": person.sim,
        "imsi": person.phone,
        "meterSerialNumber": person.serial,
    }
    begin = {
        "connectorId": 1,
        "idTag": person.card,
        "meterStart": 1000 * number,
        "timestamp": _iso(start),
    }
    finish = {
        "transactionId": number,
        "idTag": person.card,
        "meterStop": 1000 * number + 8100,
        "timestamp": _iso(end),
        "reason": "Local",
    }
    data = {"vendorId": person.mail, "messageId": "who", "data": f"owner {person.plate}"}
    calls = [
        (start, "BootNotification", boot, {"status": "Accepted", "interval": 300}),
        (start, "DataTransfer", data, {"status": "Accepted", "data": person.mail}),
        (start, "Authorize", {"idTag": person.card}, {"idTagInfo": info}),
        (start, "StartTransaction", begin, {"idTagInfo": info, "transactionId": number}),
        (end, "StopTransaction", finish, {"idTagInfo": info}),
    ]
    return [
        frame
        for place, (moment, action, payload, answer) in enumerate(calls)
        for frame in (
            (moment, [2, f"{number}-{place}", action, payload]),
            (moment, [3, f"{number}-{place}", answer]),
        )
    ]


def _ocpp16(people: Sequence[Person]) -> bytes:
    rows = [
        {
            "timestamp": _iso(moment),
            "id": f"CH-{person.number % 5}",
            "action": str(frame[2]) if frame[0] == 2 else "",  # noqa: PLR2004 - a call
            "msg": json.dumps(frame),
        }
        for person in people
        for moment, frame in _frames16(person)
    ]
    return _csv(rows)


def _ocpp201(people: Sequence[Person]) -> bytes:
    lines = []
    for person in people:
        start, end = _hours(person)
        token = {
            "idToken": person.card,
            "type": "ISO14443",
            "additionalInfo": [{"additionalIdToken": person.contract, "type": "eMAID"}],
        }
        info = {
            "status": "Accepted",
            "groupIdToken": {"idToken": person.contract, "type": "Central"},
            "personalMessage": {"format": "UTF8", "content": f"Hello {person.mail}"},
        }
        for number, (moment, kind, wh) in enumerate([(start, "Started", 0), (end, "Ended", 9_300)]):
            value = {"value": wh, "measurand": "Energy.Active.Import.Register"}
            payload = {
                "eventType": kind,
                "timestamp": _iso(moment),
                "triggerReason": "Authorized",
                "seqNo": number,
                "transactionInfo": {"transactionId": f"T{person.number}"},
                "evse": {"id": 1, "connectorId": 1},
                "idToken": token,
                "meterValue": [{"timestamp": _iso(moment), "sampledValue": [value]}],
                "customData": {"vendorId": person.mail, "plate": person.plate},
            }
            unique = f"{person.number}-{number}"
            for frame in (
                [2, unique, "TransactionEvent", payload],
                [3, unique, {"idTokenInfo": info}],
            ):
                line = {"timestamp": _iso(moment), "cp": f"CS-{person.number % 5}", "msg": frame}
                lines.append(json.dumps(line))
    return "\n".join(lines).encode() + b"\n"


FORMATS = (
    Format("dundee", "dundee.csv", _dundee, _torn_csv),
    Format("palo_alto", "palo_alto.csv", _palo_alto, _torn_csv),
    Format("boulder", "boulder.csv", _boulder, _torn_csv, has_keys=False),
    Format("workplace", "workplace.csv", _workplace, _torn_csv),
    Format("norway", "norway.csv", _norway, lambda p: _torn_csv(p).replace(b",", b";")),
    Format("campus", "acn.json", _acn, _torn_json),
    Format("roaming", "cdrs.json", _cdrs, _torn_json),
    Format("roaming", "old_cdrs.json", _old_cdrs, _torn_json),
    Format("roaming", "sessions.ndjson", _ocpi_sessions, _torn_json),
    Format("roaming", "locations.json", _locations, _torn_json, has_keys=False),
    Format("roaming", "tariffs.ndjson", _tariffs, _torn_json, has_keys=False),
    Format("campus", "stations.csv", _stations, _torn_csv, has_keys=False),
    Format("carbon", "CISO_2022.csv", _carbon, _torn_csv, has_keys=False),
    Format("ocpp16", "ocpp16.csv", _ocpp16, _torn_csv),
    Format("backend", "ocpp201.ndjson", _ocpp201, _torn_json),
)
