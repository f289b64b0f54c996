"""The sources EcoCharge can land, each a declaration of its entities and columns.

A new source is a new entry of `SOURCES`; no other code changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ecocharge.errors import EcoChargeError


@dataclass(frozen=True)
class Column:
    """One landed column.

    Args:
        name: its name in the landed Parquet, snake_case; also accepted as a header.
        aliases: other headers it goes by; case, spaces and punctuation do not matter.
        required: a file without it is refused.
        personal: its values are landed as a keyed hash only.
    """

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    personal: bool = False


@dataclass(frozen=True)
class Entity:
    """One kind of record a source delivers, such as its sessions.

    Args:
        name: the folder name under the source's landing folder.
        columns: what is landed, in this order.
        ignored: headers that are known and deliberately not landed.
        unnamed_trailing: what the unnamed columns at the end of a header mean, used only when a
            header ends in exactly that many; None stands for one that is not landed.
        file_format: which reader the files need.
    """

    name: str
    columns: tuple[Column, ...]
    ignored: tuple[str, ...] = ()
    unnamed_trailing: tuple[str | None, ...] = ()
    file_format: Literal["csv"] = "csv"

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.required)


@dataclass(frozen=True)
class Source:
    """A source system and the entities its files can hold."""

    name: str
    entities: tuple[Entity, ...]

    def entity(self, name: str) -> Entity:
        """The entity of that name.

        Raises:
            EcoChargeError: when the source has none of that name.
        """
        for entity in self.entities:
            if entity.name == name:
                return entity
        known = ", ".join(entity.name for entity in self.entities)
        raise EcoChargeError(
            f"source {self.name!r} has no entity {name!r}", remedy=f"choose one of: {known}"
        )


_DUNDEE = Source(
    "dundee",
    (
        Entity(
            "sessions",
            (
                Column("charging_event", required=True),
                Column("driver_key", aliases=("User ID",), personal=True),
                Column("cp_id", required=True),
                Column("connector"),
                Column("start_date", required=True),
                Column("start_time", required=True),
                Column("end_date", required=True),
                Column("end_time", required=True),
                Column("total_kwh", required=True),
                Column("cost"),
                Column("site"),
                Column("group_name", aliases=("Group",)),
                Column("charger_model", aliases=("Model",)),
                Column("vehicle"),
            ),
            ignored=("_id",),
            unnamed_trailing=(None, None, "vehicle"),
        ),
        Entity(
            "stations",
            (
                Column("latitude", required=True),
                Column("longitude", required=True),
                Column("location"),
                Column("cp_id", required=True),
                Column("charger_type", aliases=("Type",)),
                Column("address"),
                Column("location_short_description", aliases=("locationShortDescription",)),
                Column("charging_cards_accepted"),
                Column("open_24_hours", aliases=("F24_Hours",)),
                Column("times"),
            ),
            ignored=("_id",),
        ),
    ),
)

_BOULDER = Source(
    "boulder",
    (
        Entity(
            "sessions",
            (
                Column("station_name", required=True),
                Column("station_address"),
                Column("city"),
                Column("state_province"),
                Column("postal_code"),
                Column("transaction_date", required=True),
                Column("transaction_start_time", required=True),
                Column("charging_time_minutes", required=True),
                Column("energy_kwh", required=True),
                Column("ghg_savings_kg"),
                Column("gasoline_savings_gallons"),
                Column("port_type"),
                Column("object_id", aliases=("ObjectId",)),
            ),
        ),
    ),
)

SOURCES: Mapping[str, Source] = MappingProxyType(
    {source.name: source for source in (_DUNDEE, _BOULDER)}
)


def get_source(name: str) -> Source:
    """The declared source of that name.

    Raises:
        EcoChargeError: when no source of that name is declared.
    """
    if name in SOURCES:
        return SOURCES[name]
    remedy = f"choose one of: {', '.join(sorted(SOURCES))}"
    if name == "native":
        remedy += "; the native feed is written by `ecocharge generate`"
    raise EcoChargeError(f"unknown source {name!r}", remedy=remedy)
