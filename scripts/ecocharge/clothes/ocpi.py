"""OCPI 2.2.1: a CDR for each session that ended, Locations and Tariffs beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecocharge.clothes.network import Lookup, Place, joined, places
from ecocharge.clothes.wardrobe import Written
from ecocharge.faults.catalogue import FAULTS
from ecocharge.faults.generated import Tariff
from ecocharge.faults.records import Lines
from ecocharge.faults.stations import Text
from ecocharge.faults.text import UNKNOWN, decimal_column

PARTY = "ECO"
_HOUR = 3600
_HOURS_PLACES = 4
_ALPHA_3 = {"GB": "GBR", "US": "USA", "IN": "IND"}
_PARKING = {"highway": "ALONG_MOTORWAY", "residential": "ON_STREET", "retail": "PARKING_LOT"}
_METHODS = {"contactless": "AUTH_REQUEST", "app": "COMMAND"}
_FEED = """\
description: Generated sessions as OCPI 2.2.1 CDRs
adapter: ocpi
"""


def _coordinates(place: Place) -> dict[str, str]:
    return {name: f"{float(place[name]):.6f}" for name in ("latitude", "longitude")}


def _country(place: Place) -> str:
    return _ALPHA_3.get(place["country_code"], place["country_code"])


def _location_of(place: Place) -> dict[str, Any]:
    return {
        "id": place["station_id"],
        "name": place["station_name"],
        "address": place["address"][:45],
        "city": place["city"],
        "country": _country(place),
        "coordinates": _coordinates(place),
        "evse_uid": place["port_id"],
        "evse_id": f"{place['country_code']}*{PARTY}*E{place['port_id']}",
        "connector_id": place["connector_id"],
        "connector_standard": place["connector_standard"],
        "connector_format": "CABLE" if place["power_type"] == "DC" else "SOCKET",
        "connector_power_type": place["power_type"],
    }


@dataclass(frozen=True)
class Ocpi:
    """See `wardrobe.Clothing`.

    Attributes:
        stations: the network's stations, columns as in the native feed.
        connectors: its connectors.
        tariffs: what a kWh costs, by station.
        made_at: UTC stamp of the Locations and Tariffs.
    """

    stations: Text
    connectors: Text
    tariffs: Mapping[str, Tariff]
    made_at: str
    stem: str = "cdrs"
    suffix: str = ".jsonl"
    header: bytes | None = None
    newline: bytes = b"\n"
    faults: frozenset[str] = frozenset(
        name
        for name, fault in FAULTS.items()
        if fault.feed == "records" and fault.level not in ("bytes", "coding")
    ) - {"missing_stop", "late_delivery"}

    @cached_property
    def _lookup(self) -> Lookup:
        return Lookup(places(self.stations, self.connectors))

    def write(self, lines: Lines, values: pa.Table) -> Written:
        """A line of JSON for each version of a session that ended."""
        ended = np.flatnonzero(np.asarray(pc.not_equal(lines.text["ended_at_utc"], "")))
        text = self._cdrs(lines.text.take(ended))
        return Written(text.cast(pa.binary()), lines.delivery[ended], ended)

    def _cdrs(self, rows: pa.Table) -> pa.Array:
        at = self._lookup.rows(rows["connector_id"])
        driver = rows["driver_key"].combine_chunks()
        # Who pays by card leaves no token; OCPI wants one, so it is one of that session alone.
        token = pc.if_else(pc.equal(driver, ""), joined("AH-", rows["session_id"]), driver)
        method = rows["payment_method"].combine_chunks()
        for name, written in _METHODS.items():
            method = pc.replace_substring_regex(method, f"^{name}$", written)
        method = pc.if_else(pc.match_substring_regex(method, "^[A-Z]"), method, "WHITELIST")
        before = pc.if_else(pc.equal(rows["revenue_amount"], ""), "0.00", rows["revenue_amount"])
        tax = pc.if_else(pc.equal(rows["tax_amount"], ""), "0.00", rows["tax_amount"])
        location = self._lookup.text(at, lambda place: json.dumps(_location_of(place)))
        unknown = joined('{"connector_id":"', rows["connector_id"], '"}')
        country = self._lookup.text(at, lambda place: place["country_code"])
        return joined(
            '{"country_code":"',
            country,
            f'","party_id":"{PARTY}","id":"',
            rows["session_id"],
            '","session_id":"',
            rows["session_id"],
            '","start_date_time":"',
            rows["started_at_utc"],
            '","end_date_time":"',
            rows["ended_at_utc"],
            '","cdr_token":{"country_code":"',
            country,
            f'","party_id":"{PARTY}","uid":"',
            token,
            '","type":"RFID","contract_id":"',
            token,
            '"},"auth_method":"',
            method,
            '","cdr_location":',
            pc.if_else(pc.equal(location, ""), unknown, location),
            ',"currency":"',
            rows["currency"],
            '","charging_periods":[',
            _periods(rows),
            '],"total_cost":{"excl_vat":',
            before,
            ',"incl_vat":',
            _sum(before, tax),
            '},"total_energy":',
            rows["energy_kwh"],
            ',"total_time":',
            _hours(rows, "started_at_utc", "ended_at_utc"),
            ',"last_updated":"',
            rows["last_updated_utc"],
            '"}',
        )

    def companions(self) -> Mapping[str, bytes]:
        found = self._lookup.places
        page = {"status_code": 1000, "timestamp": self.made_at}
        locations = [
            self._location([*group])
            for _, group in groupby(found, key=lambda place: place["station_id"])
        ]
        return {
            "locations.json": _json({"data": locations, **page}),
            "tariffs.json": _json({"data": self._tariffs(), **page}),
            "feed.yml": _FEED.encode(),
        }

    def _tariffs(self) -> list[dict[str, Any]]:
        countries = {place["station_id"]: place["country_code"] for place in self._lookup.places}
        distinct = {
            tariff.tariff_id: (countries[station], tariff)
            for station, tariff in self.tariffs.items()
        }
        return [
            {
                "country_code": country,
                "party_id": PARTY,
                "id": name,
                "currency": tariff.currency,
                "elements": [{"price_components": [_energy_price(tariff)]}],
                "last_updated": self.made_at,
            }
            for name, (country, tariff) in sorted(distinct.items())
        ]

    def _location(self, connectors: list[Place]) -> dict[str, Any]:
        place = connectors[0]
        ports = groupby(connectors, key=lambda connector: connector["port_id"])
        return {
            "country_code": place["country_code"],
            "party_id": PARTY,
            "id": place["station_id"],
            "publish": True,
            "name": place["station_name"],
            "address": place["address"][:45],
            "city": place["city"],
            "state": place["region"],
            "country": _country(place),
            "coordinates": _coordinates(place),
            "parking_type": _PARKING.get(place["site_type"], "PARKING_LOT"),
            "evses": [self._evse(port, [*group]) for port, group in ports],
            "time_zone": place["time_zone"],
            "last_updated": self.made_at,
        }

    def _evse(self, port: str, connectors: list[Place]) -> dict[str, Any]:
        return {
            "uid": port,
            "evse_id": f"{connectors[0]['country_code']}*{PARTY}*E{port}",
            "status": "AVAILABLE",
            "connectors": [
                {
                    "id": place["connector_id"],
                    "standard": place["connector_standard"],
                    "format": "CABLE" if place["power_type"] == "DC" else "SOCKET",
                    "power_type": place["power_type"],
                    "max_voltage": 400,
                    "max_amperage": 500,
                    "max_electric_power": int(float(place["rated_kw"]) * 1000),
                    "last_updated": self.made_at,
                }
                for place in connectors
            ],
            "last_updated": self.made_at,
        }


def _energy_price(tariff: Tariff) -> dict[str, Any]:
    vat = round(100 * tariff.tax_rate, 2)
    return {"type": "ENERGY", "price": tariff.price_per_kwh, "vat": vat, "step_size": 1}


def _json(content: Any) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _seconds(rows: pa.Table, name: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    column = rows[name].combine_chunks()
    stamps = pc.if_else(pc.equal(column, ""), None, column).cast(pa.timestamp("s", "UTC"))
    return np.asarray(stamps.cast(pa.int64()).fill_null(UNKNOWN))


def _hours(rows: pa.Table, since: str, until: str) -> pa.Array:
    start, end = _seconds(rows, since), _seconds(rows, until)
    known = (start != UNKNOWN) & (end != UNKNOWN)
    hours = np.where(known, end - start, 0) / _HOUR
    return decimal_column(np.rint(hours * 10**_HOURS_PLACES).astype(np.int64), _HOURS_PLACES)


def _sum(one: pa.Array, other: pa.Array) -> pa.Array:
    whole = pc.add(one.cast(pa.decimal128(13, 2)), other.cast(pa.decimal128(13, 2)))
    return whole.cast(pa.string())


def _periods(rows: pa.Table) -> pa.Array:
    """The time of charging with all the energy, then parking where its end is known."""
    charged = rows["charging_ended_at_utc"].combine_chunks()
    parked = joined(
        ',{"start_date_time":"',
        charged,
        '","dimensions":[{"type":"PARKING_TIME","volume":',
        _hours(rows, "charging_ended_at_utc", "ended_at_utc"),
        "}]}",
    )
    idle = np.asarray(pc.not_equal(charged, "")) & (
        _seconds(rows, "ended_at_utc") > _seconds(rows, "charging_ended_at_utc")
    )
    return joined(
        '{"start_date_time":"',
        rows["started_at_utc"],
        '","dimensions":[{"type":"ENERGY","volume":',
        rows["energy_kwh"],
        "}]}",
        pc.if_else(pa.array(idle), parked, ""),
    )
