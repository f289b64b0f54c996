"""The terms in which an adapter declares what it can land: columns, entities, the adapter."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from ecocharge.errors import EcoChargeError
from ecocharge.landing.personal import Salt


@dataclass(frozen=True)
class Column:
    """One landed column.

    Args:
        name: its name in the landed Parquet, snake_case; also accepted as a header.
        aliases: other headers it goes by; case, spaces and punctuation do not matter.
        required: a file without it is refused.
        personal: its values are landed as a keyed hash only.
        path: keys that lead to it in a JSON object, joined by dots; the name where empty.
        masked: rewrites a value before it is landed, such as JSON text with personal values
            inside; None drops the value.
        constant: what every row holds when the file has no such column.
        is_header: its own name is accepted as a header; False where only a feed's mapping says
            which header stands for it.
    """

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    personal: bool = False
    path: str = ""
    masked: Callable[[str, Salt], str | None] | None = None
    constant: str | None = None
    is_header: bool = True

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers it goes by."""
        return (self.name, *self.aliases) if self.is_header else self.aliases


@dataclass(frozen=True)
class Entity:
    """One kind of record an adapter reads, such as sessions.

    Args:
        name: short and plural; with the adapter's name it names the landing folder.
        columns: what is landed, in this order.
        ignored: headers that are known and deliberately not landed.
        unnamed_trailing: what the unnamed columns at the end of a header mean, used only when a
            header ends in exactly that many; None stands for one that is not landed.
        unnamed_leading: what an unnamed column at the start of a header means.
        file_format: what its files are; `any` for an entity that comes in either.
        adapter: filled in by the adapter that it is declared in.
    """

    name: str
    columns: tuple[Column, ...]
    ignored: tuple[str, ...] = ()
    unnamed_trailing: tuple[str | None, ...] = ()
    unnamed_leading: str | None = None
    file_format: Literal["csv", "json", "any"] = "csv"
    adapter: str = ""

    @property
    def landed_name(self) -> str:
        """The folder of its rows below that of the feed, such as `ocpi_cdrs`."""
        return f"{self.adapter}_{self.name}"

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def declaration(self) -> str:
        """Changes when the same file would be landed otherwise, as after a new mapping."""
        told = [
            (c.name, *c.headers, f"constant={c.constant}", f"personal={c.personal}")
            for c in self.columns
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    @property
    def required(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.required)


@dataclass(frozen=True)
class Adapter:
    """A format in which networks deliver their data, and the entities its files can hold."""

    name: str
    entities: tuple[Entity, ...]

    def __post_init__(self) -> None:
        own = tuple(replace(entity, adapter=self.name) for entity in self.entities)
        object.__setattr__(self, "entities", own)

    def entity(self, name: str) -> Entity:
        """The entity of that name.

        Raises:
            EcoChargeError: when the adapter has none of that name.
        """
        for entity in self.entities:
            if entity.name == name:
                return entity
        known = ", ".join(entity.name for entity in self.entities)
        raise EcoChargeError(
            f"the adapter {self.name!r} has no entity {name!r}", remedy=f"choose one of: {known}"
        )
