"""Locations and Tariffs of OCPI 2.2.1, and where a CDR took place."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from ecocharge.clothes.network import Place
from ecocharge.faults.generated import Tariff

PARTY = "ECO"
_ALPHA_3 = {"GB": "GBR", "US": "USA", "IN": "IND"}
_PARKING = {"highway": "ALONG_MOTORWAY", "residential": "ON_STREET", "retail": "PARKING_LOT"}


def _coordinates(place: Place) -> dict[str, str]:
    return {name: f"{float(place[name]):.6f}" for name in ("latitude", "longitude")}


def _country(place: Place) -> str:
    return _ALPHA_3.get(place["country_code"], place["country_code"])


def location_of(place: Place) -> dict[str, Any]:
    """The place of a CDR."""
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


def locations(found: Sequence[Place], made_at: str) -> list[dict[str, Any]]:
    """The Locations of a network; `made_at` is the UTC stamp of their last change."""
    return [
        _location([*group], made_at)
        for _, group in groupby(found, key=lambda place: place["station_id"])
    ]


def page(objects: Sequence[Any], made_at: str) -> bytes:
    """Objects in the envelope of an answer."""
    content = {"data": [*objects], "status_code": 1000, "timestamp": made_at}
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def tariffs(
    found: Sequence[Place], costs: Mapping[str, Tariff], made_at: str
) -> list[dict[str, Any]]:
    """The Tariffs of a network; `costs` is what a kWh costs by station."""
    countries = {place["station_id"]: place["country_code"] for place in found}
    distinct = {tariff.tariff_id: (countries[station], tariff) for station, tariff in costs.items()}
    return [
        {
            "country_code": country,
            "party_id": PARTY,
            "id": name,
            "currency": tariff.currency,
            "elements": [{"price_components": [_energy_price(tariff)]}],
            "last_updated": made_at,
        }
        for name, (country, tariff) in sorted(distinct.items())
    ]


def _location(connectors: list[Place], made_at: str) -> dict[str, Any]:
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
        "evses": [_evse(port, [*group], made_at) for port, group in ports],
        "time_zone": place["time_zone"],
        "last_updated": made_at,
    }


def _evse(port: str, connectors: list[Place], made_at: str) -> dict[str, Any]:
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
                "last_updated": made_at,
            }
            for place in connectors
        ],
        "last_updated": made_at,
    }


def _energy_price(tariff: Tariff) -> dict[str, Any]:
    vat = round(100 * tariff.tax_rate, 2)
    return {"type": "ENERGY", "price": tariff.price_per_kwh, "vat": vat, "step_size": 1}
