"""OCPP message logs of versions 1.6 and 2.0.1, in whatever envelope a back end writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import available_timezones

from ecocharge.errors import EcoChargeError
from ecocharge.landing.feeds import Feed
from ecocharge.landing.formats import Adapter, Column, Entity
from ecocharge.landing.ocpp_frames import mask_frame, mask_payload, utc_time
from ecocharge.landing.personal import Salt

_TIMES = (
    "timestamp",
    "time",
    "ts",
    "datetime",
    "date time",
    "@timestamp",
    "received_at",
    "created_at",
    "log time",
)
_CHARGE_POINTS = (
    "id",
    "charge_point",
    "chargepointid",
    "chargebox_id",
    "chargeboxid",
    "charger_id",
    "charger",
    "charging_station_id",
    "station_id",
    "cp_id",
    "cpid",
    "cp",
    "identity",
)
_FRAMES = ("msg", "frame", "ocpp_message", "raw_message", "raw", "json")
_KEYS = {
    "charge_point": "charge_point_id",
    "timestamp": "logged_at",
    "message": "message",
    "message_type": "message_type",
    "unique_id": "unique_id",
    "action": "action",
    "payload": "payload",
    "direction": "direction",
    "ocpp_version": "ocpp_version",
}
_SETTINGS = ("timestamp_format", "timestamp_zone")
_FORMATS = ("iso", "epoch_s", "epoch_ms")


def _at(formats: tuple[str, ...], zone: str) -> Callable[[str, Salt], str | None]:
    read = utc_time(formats, zone)
    return lambda text, _: read(text)


def _messages(columns: tuple[Column, ...]) -> Entity:
    return Entity("messages", columns, file_format="any")


_COMMISSIONED = ("commissioned_ts", "commissioned", "in_service_from")
_DECOMMISSIONED = ("decommissioned_ts", "decommissioned", "in_service_to")
_NETWORK = (
    Entity(
        "charge_points",
        (
            Column("charge_point_id", required=True),
            Column("location_id", required=True),
            Column("commissioned_at", aliases=_COMMISSIONED),
            Column("decommissioned_at", aliases=_DECOMMISSIONED),
        ),
    ),
    Entity(
        "ports",
        (
            Column("charge_point_id", required=True),
            Column("port_id", required=True),
        ),
    ),
    Entity(
        "connectors",
        (
            Column("charge_point_id", required=True),
            Column("port_id", required=True),
            Column("connector_id", required=True),
            Column("connector_type", aliases=("connector_standard", "standard")),
            Column("power_type"),
            Column("rated_kw", aliases=("max_power_kw",)),
        ),
    ),
)

_RECOGNISED = _messages(
    (
        Column("logged_at", aliases=_TIMES, required=True, masked=_at(("iso",), "UTC")),
        Column("charge_point_id", aliases=_CHARGE_POINTS, required=True),
        Column("message", aliases=_FRAMES, required=True, masked=mask_frame),
        Column("message_type"),
        Column("unique_id"),
        Column("action"),
        Column("payload", masked=mask_payload),
        Column("direction", aliases=("dir",)),
        Column("ocpp_version", aliases=("protocol", "subprotocol", "version")),
    )
)

ADAPTER = Adapter("ocpp", (_RECOGNISED, *_NETWORK))


def adapter_for(feed: Feed) -> Adapter:
    """The adapter as a feed's mapping declares the envelope of its messages.

    Args:
        feed: its `mapping` names columns, or paths of keys in JSON objects.

    Raises:
        EcoChargeError: when the mapping has an unknown key, lacks a needed one, or names a time
            format or zone that does not exist.
    """
    mapping = feed.mapping
    if not mapping:
        return ADAPTER
    _check(feed, mapping)
    formats = mapping.get("timestamp_format", "iso")
    formats = tuple([formats] if isinstance(formats, str) else formats)
    at = _at(formats, mapping.get("timestamp_zone") or "UTC")
    masks: dict[str, Callable[[str, Salt], str | None]] = {
        "timestamp": at,
        "message": mask_frame,
        "payload": mask_payload,
    }
    columns = []
    for key, name in _KEYS.items():
        where = mapping.get(key)
        if where is None:
            columns.append(Column(name))
            continue
        # A version is the same in every line of most logs: a number is meant as such.
        constant = key == "ocpp_version" and str(where)[:1].isdigit()
        columns.append(
            Column(
                name,
                aliases=() if constant else (str(where),),
                path="" if constant else str(where),
                required=not constant and key not in ("direction", "action", "ocpp_version"),
                masked=masks.get(key),
                constant=str(where) if constant else None,
            )
        )
    return Adapter("ocpp", (_messages(tuple(columns)), *_NETWORK))


def _check(feed: Feed, mapping: Mapping[str, Any]) -> None:
    known = (*_KEYS, *_SETTINGS)
    for key in mapping:
        if key not in known:
            raise _wrong(feed, key, f"known keys are: {', '.join(known)}")
    for key in ("charge_point", "timestamp"):
        if key not in mapping:
            raise _wrong(feed, key, "name the column that holds it")
    if "message" not in mapping:
        for key in ("message_type", "unique_id", "payload"):
            if key not in mapping:
                remedy = "name the column of whole frames as `message`, or those of their parts"
                raise _wrong(feed, key, remedy)
    zone = mapping.get("timestamp_zone")
    if zone is not None and zone not in available_timezones():
        raise _wrong(feed, "timestamp_zone", "must be an IANA zone, such as UTC or Europe/London")
    formats = mapping.get("timestamp_format", "iso")
    for form in [formats] if isinstance(formats, str) else formats:
        if not isinstance(form, str) or (form not in _FORMATS and "%" not in form):
            remedy = f"must be one of {', '.join(_FORMATS)}, or a format such as %d/%m/%Y %H:%M:%S"
            raise _wrong(feed, "timestamp_format", remedy)


def _wrong(feed: Feed, key: str, remedy: str) -> EcoChargeError:
    return EcoChargeError(
        f"the mapping's {key!r} is missing or cannot be used",
        remedy=remedy,
        file=feed.path,
        column=key,
    )
