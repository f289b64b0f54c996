"""OCPI 2.1.1, 2.2.1 and 2.3.0: CDRs, Sessions, Locations and Tariffs as JSON.

Where a field has two paths, the first is that of 2.2.1 and 2.3.0, the second that of 2.1.1.
"""

from __future__ import annotations

from collections.abc import Mapping

from ecocharge.landing.formats import Adapter, Column
from ecocharge.landing.json_table import JsonEntity
from ecocharge.landing.ocpi_objects import checked, explained

_PAGE = ("data",)
_OWNER = (Column("country_code"), Column("party_id"))
_CHECKED = (Column("ocpi_version"), Column("schema_errors"))
_DRIVER = Column(
    "driver_key", path="cdr_token.uid", aliases=("auth_id", "cdr_token.contract_id"), personal=True
)
_PERIODS = {"start_date_time": None, "dimensions": {"type": None, "volume": None}}
_COST = {
    "before_taxes": None,
    "taxes": {"amount": None},
    "excl_vat": None,
    "incl_vat": None,
}
_CONNECTORS = {
    "id": None,
    "standard": None,
    "format": None,
    "power_type": None,
    "max_voltage": None,
    "max_amperage": None,
    "max_electric_power": None,
    "voltage": None,
    "amperage": None,
    "last_updated": None,
}
_EVSES = {
    "uid": None,
    "evse_id": None,
    "status": None,
    "connectors": _CONNECTORS,
    "last_updated": None,
}
_ELEMENTS = {
    "price_components": {"type": None, "price": None, "vat": None, "step_size": None},
    "restrictions": {
        "start_time": None,
        "end_time": None,
        "start_date": None,
        "end_date": None,
        "min_kwh": None,
        "max_kwh": None,
        "min_current": None,
        "max_current": None,
        "min_power": None,
        "max_power": None,
        "min_duration": None,
        "max_duration": None,
        "day_of_week": None,
        "reservation": None,
    },
}


_EVSE = "location.evses.0"
_PLUG = f"{_EVSE}.connectors.0"
# The Location that 2.1.1 repeats in a record, with the one EVSE and connector that it is about.
_LOCATION_INSIDE = {
    "location_id": "location.id",
    "location_name": "location.name",
    "address": "location.address",
    "city": "location.city",
    "country": "location.country",
    "latitude": "location.coordinates.latitude",
    "longitude": "location.coordinates.longitude",
    "time_zone": "location.time_zone",
    "evse_uid": f"{_EVSE}.uid",
    "evse_id": f"{_EVSE}.evse_id",
    "connector_id": f"{_PLUG}.id",
    "connector_standard": f"{_PLUG}.standard",
    "power_type": f"{_PLUG}.power_type",
}


def _place(paths: Mapping[str, str]) -> tuple[Column, ...]:
    """Where a record took place, by its own paths first."""
    return tuple(
        Column(name, path=paths.get(name, inside), aliases=(inside,))
        for name, inside in _LOCATION_INSIDE.items()
    )


_CDR_PLACE = _place(
    {
        "location_id": "cdr_location.id",
        "location_name": "cdr_location.name",
        "address": "cdr_location.address",
        "city": "cdr_location.city",
        "country": "cdr_location.country",
        "latitude": "cdr_location.coordinates.latitude",
        "longitude": "cdr_location.coordinates.longitude",
        "evse_uid": "cdr_location.evse_uid",
        "evse_id": "cdr_location.evse_id",
        "connector_id": "cdr_location.connector_id",
        "connector_standard": "cdr_location.connector_standard",
        "power_type": "cdr_location.connector_power_type",
    }
)
_SESSION_PLACE = _place({name: name for name in ("location_id", "evse_uid", "connector_id")})

_CDRS = JsonEntity(
    "cdrs",
    (
        *_CHECKED,
        *_OWNER,
        Column("cdr_id", path="id", required=True),
        Column("session_id"),
        Column("started_at", path="start_date_time", required=True),
        Column("ended_at", path="end_date_time", aliases=("stop_date_time",)),
        _DRIVER,
        Column("auth_method"),
        *_CDR_PLACE,
        Column("currency"),
        Column("charging_periods"),
        Column("total_cost"),
        Column("total_energy", required=True),
        Column("total_time"),
        Column("total_parking_time"),
        Column("credit"),
        Column("credit_reference_id"),
        Column("last_updated"),
    ),
    # Signatures, references, remarks and invoices may name the driver.
    ignored=(
        "authorization_reference",
        "home_charging_compensation",
        "invoice_reference_id",
        "meter_id",
        "remark",
        "signed_data",
        "tariffs",
        "total_energy_cost",
        "total_fixed_cost",
        "total_parking_cost",
        "total_reservation_cost",
        "total_time_cost",
    ),
    envelopes=_PAGE,
    shapes={"charging_periods": _PERIODS, "total_cost": _COST},
    derived=checked("cdrs"),
    explained=explained,
)

_SESSIONS = JsonEntity(
    "sessions",
    (
        *_CHECKED,
        *_OWNER,
        Column("ocpi_session_id", path="id", required=True),
        Column("started_at", path="start_date_time", aliases=("start_datetime",), required=True),
        Column("ended_at", path="end_date_time", aliases=("end_datetime",)),
        Column("kwh", required=True),
        _DRIVER,
        Column("auth_method"),
        *_SESSION_PLACE,
        Column("currency"),
        Column("charging_periods"),
        Column("total_cost"),
        Column("status", required=True),
        Column("last_updated"),
    ),
    ignored=("authorization_reference", "meter_id"),
    envelopes=_PAGE,
    shapes={"charging_periods": _PERIODS, "total_cost": _COST},
    derived=checked("sessions"),
    explained=explained,
)

_LOCATIONS = JsonEntity(
    "locations",
    (
        *_CHECKED,
        *_OWNER,
        Column("location_id", path="id", required=True),
        Column("location_name", path="name"),
        Column("address"),
        Column("city"),
        Column("region", path="state"),
        Column("country"),
        Column("latitude", path="coordinates.latitude", required=True),
        Column("longitude", path="coordinates.longitude", required=True),
        Column("site_type", path="parking_type", aliases=("type",)),
        Column("time_zone"),
        Column("evses"),
        Column("last_updated"),
    ),
    ignored=(
        "charging_when_closed",
        "directions",
        "energy_mix",
        "facilities",
        "help_phone",
        "images",
        "max_power",
        "opening_times",
        "operator",
        "owner",
        "parking_places",
        "postal_code",
        "publish",
        "publish_allowed_to",
        "related_locations",
        "suboperator",
    ),
    envelopes=_PAGE,
    shapes={"evses": _EVSES},
    derived=checked("locations"),
    explained=explained,
)

_TARIFFS = JsonEntity(
    "tariffs",
    (
        *_CHECKED,
        *_OWNER,
        Column("tariff_id", path="id", required=True),
        Column("currency", required=True),
        Column("tariff_type", path="type"),
        Column("elements", required=True),
        Column("min_price"),
        Column("max_price"),
        Column("tax_included"),
        Column("starts_at", path="start_date_time"),
        Column("ends_at", path="end_date_time"),
        Column("last_updated"),
    ),
    ignored=("energy_mix", "preauthorize_amount", "tariff_alt_text", "tariff_alt_url"),
    envelopes=_PAGE,
    shapes={"elements": _ELEMENTS, "min_price": _COST, "max_price": _COST},
    derived=checked("tariffs"),
    explained=explained,
)

ADAPTER = Adapter("ocpi", (_CDRS, _SESSIONS, _LOCATIONS, _TARIFFS))
