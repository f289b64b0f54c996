"""OCPI objects made by hand, each case a handful of records of one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Object = dict[str, Any]

LOCATION: Object = {
    "country_code": "NL",
    "party_id": "TST",
    "id": "LOC-1",
    "publish": True,
    "name": "Harbour",
    "address": "Kade 1",
    "city": "Rotterdam",
    "country": "NLD",
    "coordinates": {"latitude": "51.922500", "longitude": "4.479170"},
    "parking_type": "ALONG_MOTORWAY",
    "evses": [
        {
            "uid": f"EVSE-{number}",
            "status": status,
            "connectors": [
                {
                    "id": "1",
                    "standard": "IEC_62196_T2",
                    "format": "SOCKET",
                    "power_type": "AC_3_PHASE",
                    "max_voltage": 230,
                    "max_amperage": 16,
                    "last_updated": "2024-01-01T00:00:00Z",
                }
            ],
            "last_updated": "2024-01-01T00:00:00Z",
        }
        for number, status in ((1, "AVAILABLE"), (2, "CHARGING"), (3, "PLANNED"))
    ],
    "time_zone": "Europe/Amsterdam",
    "last_updated": "2024-01-01T00:00:00Z",
}


def period(start: str, **dimensions: float) -> Object:
    """A charging period from a time of 2024-03-05, with its dimensions."""
    return {
        "start_date_time": f"2024-03-05T{start}Z",
        "dimensions": [{"type": name, "volume": volume} for name, volume in dimensions.items()],
    }


def cdr(id_: str, start: str, end: str, kwh: float, **more: Any) -> Object:
    """A CDR of 2.2.1 from one time of 2024-03-05 to another; `None` leaves a key out."""
    made: Object = {
        "country_code": "NL",
        "party_id": "TST",
        "id": id_,
        "start_date_time": f"2024-03-05T{start}Z",
        "end_date_time": f"2024-03-05T{end}Z",
        "cdr_token": {
            "country_code": "NL",
            "party_id": "EMP",
            "uid": "04A1B2C3",
            "type": "RFID",
            "contract_id": "NL-EMP-C00000001-X",
        },
        "auth_method": "WHITELIST",
        "cdr_location": {
            "id": "LOC-1",
            "address": "Kade 1",
            "city": "Rotterdam",
            "country": "NLD",
            "coordinates": {"latitude": "51.922500", "longitude": "4.479170"},
            "evse_uid": "EVSE-1",
            "evse_id": "NL*TST*E1",
            "connector_id": "1",
            "connector_standard": "IEC_62196_T2",
            "connector_format": "SOCKET",
            "connector_power_type": "AC_3_PHASE",
        },
        "currency": "EUR",
        "charging_periods": [period(start, ENERGY=kwh)],
        "total_cost": {"excl_vat": 10.0, "incl_vat": 12.1},
        "total_energy": kwh,
        "total_time": 1.0,
        "last_updated": "2024-03-05T23:00:00Z",
    }
    return {key: value for key, value in (made | more).items() if value is not None}


def session(id_: str, start: str, end: str | None, kwh: float, **more: Any) -> Object:
    """A Session of 2.2.1, completed when it has an end."""
    made: Object = {
        "country_code": "NL",
        "party_id": "TST",
        "id": id_,
        "start_date_time": f"2024-03-05T{start}Z",
        "end_date_time": end and f"2024-03-05T{end}Z",
        "kwh": kwh,
        "cdr_token": cdr("", start, start, 0)["cdr_token"],
        "auth_method": "WHITELIST",
        "location_id": "LOC-1",
        "evse_uid": "EVSE-1",
        "connector_id": "1",
        "currency": "EUR",
        "status": "COMPLETED" if end else "ACTIVE",
        "last_updated": "2024-03-05T22:00:00Z",
    }
    return {key: value for key, value in (made | more).items() if value is not None}


def old_cdr(id_: str) -> Object:
    """A CDR of 2.1.1 of 2024-03-05."""
    return {
        "id": id_,
        "start_date_time": "2024-03-05T08:00:00",
        "stop_date_time": "2024-03-05T09:00:00.750Z",
        "auth_id": "NL-EMP-C00000002-Y",
        "auth_method": "AUTH_REQUEST",
        "location": {
            "id": "OLD-1",
            "type": "ON_STREET",
            "name": "Square",
            "address": "Plein 2",
            "city": "Porto",
            "country": "PRT",
            "coordinates": {"latitude": "41.157944", "longitude": "-8.629105"},
            "evses": [
                {
                    "uid": "OLD-EVSE",
                    "status": "AVAILABLE",
                    "connectors": [
                        {
                            "id": "1",
                            "standard": "IEC_62196_T2",
                            "format": "CABLE",
                            "power_type": "AC_1_PHASE",
                        }
                    ],
                }
            ],
        },
        "currency": "EUR",
        "charging_periods": [period("08:00:00", ENERGY=3.5)],
        "total_cost": 1.25,
        "total_energy": 3.5,
        "total_time": 1.0,
        "last_updated": "2024-03-05T10:00:00Z",
    }


def without(value: Object, key: str) -> Object:
    """The object without one of its keys."""
    return {name: item for name, item in value.items() if name != key}


def page(objects: Sequence[Object]) -> Mapping[str, Any]:
    """The objects as a page of an OCPI interface."""
    return {"data": list(objects), "status_code": 1000, "timestamp": "2024-03-06T00:00:00Z"}


ORIGINAL = cdr("CDR-1", "10:00:00", "11:00:00", 20.5)
CREDIT = cdr(
    "CDR-1-C",
    "10:00:00",
    "11:00:00",
    20.5,
    credit=True,
    credit_reference_id="cdr-1",
    total_cost={"excl_vat": -10.0, "incl_vat": -12.1},
)
REPLACEMENT = cdr(
    "CDR-1-R", "10:00:00", "11:00:00", 18.25, total_cost={"excl_vat": 8.0, "incl_vat": 9.68}
)

CDRS = {
    "a credit without its original": cdr(
        "CDR-9-C", "10:00:00", "11:00:00", 5, credit=True, credit_reference_id="CDR-9"
    ),
    "a completed session's": cdr(
        "CDR-2", "12:00:00", "13:00:00", 7.5, session_id="S-2", total_energy=7.5
    ),
    "a reservation before charging": cdr(
        "CDR-3",
        "14:00:00",
        "16:00:00",
        6,
        charging_periods=[
            period("14:00:00", RESERVATION_TIME=0.5),
            period("14:30:00", ENERGY=4, TIME=0.5),
            period("15:00:00", ENERGY=2, TIME=0.5),
            period("15:30:00", PARKING_TIME=0.5),
        ],
        total_time=1.5,
    ),
    "a reservation only": cdr(
        "CDR-4",
        "17:00:00",
        "17:30:00",
        0,
        charging_periods=[period("17:00:00", RESERVATION_TIME=0.5)],
        cdr_location=ORIGINAL["cdr_location"] | {"evse_uid": "#NA", "connector_id": "#NA"},
        total_time=0.5,
    ),
    "energy fed back": cdr(
        "CDR-5",
        "18:00:00",
        "20:00:00",
        3,
        charging_periods=[period("18:00:00", ENERGY=8), period("19:00:00", ENERGY=-5)],
        total_time=2.0,
    ),
    "more fed back than drawn": cdr(
        "CDR-6", "20:10:00", "21:10:00", -4, charging_periods=[period("20:10:00", TIME=1)]
    ),
    "periods that do not add up": cdr(
        "CDR-7", "21:20:00", "22:20:00", 9, charging_periods=[period("21:20:00", ENERGY=5)]
    ),
    "a third in each period": cdr(
        "CDR-8",
        "06:00:00",
        "07:00:00",
        1,
        charging_periods=[
            period(start, ENERGY=0.3334) for start in ("06:00:00", "06:20:00", "06:40:00")
        ],
    ),
    "without a currency": without(
        cdr("CDR-10", "05:00:00", "05:30:00", 2, total_time=0.5), "currency"
    ),
    "without a location": cdr(
        "CDR-11",
        "04:00:00",
        "05:00:00",
        2,
        cdr_location=ORIGINAL["cdr_location"]
        | {
            "id": "LOC-2",
            "evse_uid": "EVSE-9",
            "country": "GBR",
            "city": "London",
            "coordinates": {"latitude": "51.507400", "longitude": "-0.127800"},
        },
    ),
}
SESSIONS = {
    "the same as a CDR": session("s-2", "12:00:00", "13:00:00", 7.4),
    "going on": session("S-3", "22:30:00", None, 1.5),
    "invalid": session("S-4", "22:40:00", "22:50:00", 1.0, status="INVALID"),
    "reserved": session("S-5", "22:55:00", None, 0, status="RESERVATION"),
}
