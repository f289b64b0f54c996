"""Fitting a file's header to the declared columns of an entity."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecocharge.errors import EcoChargeError
from ecocharge.landing.formats import Column, Entity

_PUNCTUATION = re.compile(r"[\W_]+")
_SHOWN_CHARACTERS = 40


@dataclass(frozen=True)
class Layout:
    """Where an entity's columns are in one file.

    Attributes:
        entity: what the file holds.
        delimiter: the character between its fields.
        width: fields per record.
        positions: 0-based field of each declared column that the file has.
        unnamed: 0-based fields without a header that are not landed.
        unknown: headers nobody declared, cleaned for display; not landed.
        repeated: declared columns that more than one header stands for.
    """

    entity: Entity
    delimiter: str
    width: int
    positions: Mapping[str, int]
    unnamed: tuple[int, ...]
    unknown: tuple[str, ...]
    repeated: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Declared columns that the file lacks, sorted."""
        return tuple(sorted(set(self.entity.column_names) - set(self.positions)))

    @property
    def missing_required(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.entity.required if c.name not in self.positions)


def normalise(name: str) -> str:
    """A header's comparable form: lower case, runs of spaces and punctuation as one space.

    Example:
        `normalise(" Charging_Time__minutes_ ")` is `"charging time minutes"`.
    """
    return _PUNCTUATION.sub(" ", unicodedata.normalize("NFKC", name).casefold()).strip()


def choose_layout(
    path: Path, line: int, headers: Mapping[str, Sequence[str]], entities: Sequence[Entity]
) -> Layout:
    """The entity and delimiter under which a header makes most sense.

    Args:
        path: the file, for messages.
        line: the header's physical line, for messages.
        headers: the header's cells under each delimiter that could be used.
        entities: what the file may hold.

    Raises:
        EcoChargeError: when the header fits none, lacks a required column, or names one twice.
    """
    layouts = [
        _lay_out(entity, delimiter, cells)
        for entity in entities
        for delimiter, cells in headers.items()
    ]
    best = max(layouts, key=_fit)
    if _unlike(best):
        raise EcoChargeError(
            "the header was not recognised as " + " or ".join(e.name for e in entities),
            remedy="the first line must name the columns, such as "
            + "; ".join(f"{e.name}: {_names(e.required)}" for e in entities),
            file=path,
            line=line,
        )
    if best.missing_required:
        raise EcoChargeError(
            f"required columns of {best.entity.name} are missing: "
            + ", ".join(best.missing_required),
            remedy="export the file again with them, or rename the headers that stand for them",
            file=path,
            line=line,
            column=best.missing_required[0],
        )
    if best.repeated:
        raise EcoChargeError(
            "more than one header stands for the same column: " + ", ".join(best.repeated),
            remedy="rename or remove all but one of them, then land the file again",
            file=path,
            line=line,
            column=best.repeated[0],
        )
    return best


def _fit(layout: Layout) -> tuple[int, int]:
    return len(layout.positions), -len(layout.missing_required)


def _unlike(layout: Layout) -> bool:
    return 2 * len(layout.missing_required) > len(layout.entity.required)


def _names(columns: Sequence[Column]) -> str:
    return ", ".join(column.aliases[0] if column.aliases else column.name for column in columns)


def _lay_out(entity: Entity, delimiter: str, cells: Sequence[str]) -> Layout:
    by_header = {
        normalise(alias): column.name
        for column in entity.columns
        for alias in (column.name, *column.aliases)
    }
    ignored = {normalise(name) for name in entity.ignored}
    positions: dict[str, int] = {}
    unnamed: list[int] = []
    unknown: set[str] = set()
    repeated: set[str] = set()
    for index, cell in enumerate(cells):
        header = normalise(cell)
        if not cell.strip():
            unnamed.append(index)
        elif (name := by_header.get(header)) is None:
            if header not in ignored:
                unknown.add(_shown(cell))
        elif name in positions:
            repeated.add(name)
        else:
            positions[name] = index
    _place_unnamed(entity, len(cells), positions, unnamed)
    return Layout(
        entity,
        delimiter,
        len(cells),
        positions,
        tuple(unnamed),
        tuple(sorted(unknown)),
        tuple(sorted(repeated)),
    )


def _place_unnamed(
    entity: Entity, width: int, positions: dict[str, int], unnamed: list[int]
) -> None:
    meanings = entity.unnamed_trailing
    start = width - len(meanings)
    trailing = [index for index in unnamed if index >= start]
    if not meanings or len(trailing) < len(meanings) or start - 1 in unnamed:
        return
    for index, name in zip(range(start, width), meanings, strict=True):
        if name is not None and name not in positions:
            positions[name] = index
            unnamed.remove(index)


def _shown(cell: str) -> str:
    printable = "".join(c if c.isprintable() and c != "," else " " for c in cell)
    return " ".join(printable.split())[:_SHOWN_CHARACTERS]
