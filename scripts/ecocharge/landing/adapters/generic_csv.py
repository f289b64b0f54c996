"""Any other CSV file, through the mapping in its feed; and the stations.csv of `ecocharge init`."""

from __future__ import annotations

from collections.abc import Iterator

from ecocharge.landing.feeds import Feed
from ecocharge.landing.formats import Adapter, Column, Entity
from ecocharge.landing.mapping import EntityKind, FieldKind, MappedEntity, MappedField, read_mapping

SESSIONS = EntityKind(
    "sessions",
    (
        FieldKind("session_id"),
        FieldKind("station_id"),
        FieldKind("station_name"),
        FieldKind("station_address"),
        FieldKind("station_city"),
        FieldKind("latitude", "number"),
        FieldKind("longitude", "number"),
        FieldKind("point", "point"),
        FieldKind("time_zone"),
        FieldKind("charger_id"),
        FieldKind("port_id"),
        FieldKind("connector_id"),
        FieldKind("charger_model"),
        FieldKind("connector_standard"),
        FieldKind("power_type"),
        FieldKind("rated_power", "power"),
        FieldKind("started_at", "time", is_required=True),
        FieldKind("ended_at", "time"),
        FieldKind("charging_ended_at", "time"),
        FieldKind("connected", "duration"),
        FieldKind("charging", "duration"),
        FieldKind("energy", "energy", is_required=True),
        FieldKind("revenue", "number"),
        FieldKind("tax", "number"),
        FieldKind("currency"),
        FieldKind("payment_method"),
        FieldKind("driver", is_personal=True),
        FieldKind("vehicle"),
        FieldKind("stop_reason"),
        FieldKind("last_updated", "time"),
        FieldKind("received_at", "time"),
    ),
    year_offset=True,
)
STATIONS = EntityKind(
    "stations",
    (
        FieldKind("station_id", is_required=True),
        FieldKind("charger_id"),
        FieldKind("port_id"),
        FieldKind("connector_id"),
        FieldKind("station_name"),
        FieldKind("site_type"),
        FieldKind("address"),
        FieldKind("city"),
        FieldKind("region"),
        FieldKind("country_code"),
        FieldKind("latitude", "number"),
        FieldKind("longitude", "number"),
        FieldKind("time_zone"),
        FieldKind("grid_zone"),
        FieldKind("connector_standard"),
        FieldKind("power_type"),
        FieldKind("rated_kw", "power"),
        FieldKind("opened_on"),
        FieldKind("closed_on"),
    ),
)
SESSION_ESTIMATES = EntityKind(
    "session_estimates",
    (
        FieldKind("session_id", is_required=True),
        FieldKind("driver", is_personal=True),
        FieldKind("charging", "duration", is_required=True),
        FieldKind("idle", "duration"),
    ),
)
DRIVER_ESTIMATES = EntityKind(
    "driver_estimates",
    (
        FieldKind("driver", is_required=True, is_personal=True),
        FieldKind("charging_power", "power", is_required=True),
        FieldKind("battery", "energy"),
    ),
)
KINDS = (SESSIONS, STATIONS, SESSION_ESTIMATES, DRIVER_ESTIMATES)
# A header of stations.csv is the field's own name, so that the file needs no mapping.
_IDS = ("station_id", "charger_id", "port_id", "connector_id")
_TEMPLATE = MappedEntity(
    {
        one.name: MappedField(headers=(one.name,), is_required=one.name in _IDS)
        for one in STATIONS.fields
    },
    {"rated_kw_unit": "kW", "decimal_mark": ".", "thousands_mark": "", "null_words": ""},
)


def adapter_for(feed: Feed) -> Adapter:
    """The adapter as a feed's mapping describes it, with stations.csv where it maps no other.

    Args:
        feed: its mapping is used where `generic_csv` is its adapter.

    Raises:
        EcoChargeError: when the mapping cannot be used.
    """
    is_own = feed.adapter == "generic_csv"
    mapped = {"stations": _TEMPLATE}
    mapped |= read_mapping(feed.mapping, KINDS, feed.path) if is_own else {}
    return Adapter(
        "generic_csv",
        tuple(_entity(kind, mapped[kind.name]) for kind in KINDS if kind.name in mapped),
    )


def landed_columns(kind: EntityKind) -> tuple[str, ...]:
    """The columns of an entity as they are landed, values before settings.

    A time has a second column, `<name>_clock`, for feeds that keep the time of day apart.
    """
    return (*(name for one in kind.fields for name in _value_columns(one)), *kind.settings)


def _entity(kind: EntityKind, mapped: MappedEntity) -> Entity:
    values = [column for one in kind.fields for column in _columns(one, mapped)]
    settings = [
        Column(name, is_header=False, constant=mapped.settings.get(name) or None)
        for name in kind.settings
    ]
    return Entity(kind.name, (*values, *settings), ignored=mapped.drop)


def _columns(one: FieldKind, mapped: MappedEntity) -> Iterator[Column]:
    source = mapped.fields.get(one.name, MappedField())
    yield Column(
        one.name,
        aliases=source.headers,
        is_header=False,
        required=(one.is_required or source.is_required) and bool(source.headers),
        personal=source.is_personal or one.is_personal,
        constant=source.constant,
    )
    if one.kind == "time":
        yield Column(
            f"{one.name}_clock",
            aliases=source.clock_headers,
            is_header=False,
            required=one.is_required and bool(source.clock_headers),
        )


def _value_columns(one: FieldKind) -> tuple[str, ...]:
    return (one.name, f"{one.name}_clock") if one.kind == "time" else (one.name,)


ADAPTER = adapter_for(Feed("any"))
