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
# Shapefiles keep ten characters of a name.
CUT_LENGTH = 10


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
        cut: headers that are the beginning of one column's name only, with that column.
        header: its cells as they are.
    """

    entity: Entity
    delimiter: str
    width: int
    positions: Mapping[str, int]
    unnamed: tuple[int, ...]
    unknown: tuple[str, ...]
    repeated: tuple[str, ...]
    cut: tuple[tuple[str, str], ...] = ()
    header: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Declared columns that the file lacks, sorted."""
        named = {column.name for column in self.entity.columns if column.headers}
        return tuple(sorted(named - set(self.positions)))

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
            "the header was not recognised as " + " or ".join(e.landed_name for e in entities),
            remedy="the first line must name the columns, such as "
            + "; ".join(f"{e.landed_name}: {_names(e.required)}" for e in entities),
            file=path,
            line=line,
        )
    if best.missing_required:
        raise EcoChargeError(
            f"required columns of {best.entity.landed_name} are missing: "
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
        normalise(alias): column.name for column in entity.columns for alias in column.headers
    }
    ignored = {normalise(name) for name in entity.ignored}
    positions: dict[str, int] = {}
    unnamed: list[int] = []
    strange: list[int] = []
    repeated: set[str] = set()
    for index, cell in enumerate(cells):
        header = normalise(cell)
        if not cell.strip():
            unnamed.append(index)
        elif (name := by_header.get(header)) is None:
            if header not in ignored:
                strange.append(index)
        elif name in positions:
            repeated.add(name)
        else:
            positions[name] = index
    _place_unnamed(entity, len(cells), positions, unnamed)
    cut = _place_cut(cells, by_header, positions, strange)
    _share_headers(entity, cells, positions)
    return Layout(
        entity,
        delimiter,
        len(cells),
        positions,
        tuple(unnamed),
        tuple(sorted({_shown(cells[index]) for index in strange})),
        tuple(sorted(repeated)),
        cut,
        tuple(cells),
    )


def _place_unnamed(
    entity: Entity, width: int, positions: dict[str, int], unnamed: list[int]
) -> None:
    if entity.unnamed_leading and 0 in unnamed and entity.unnamed_leading not in positions:
        positions[entity.unnamed_leading] = 0
        unnamed.remove(0)
    meanings = entity.unnamed_trailing
    start = width - len(meanings)
    trailing = [index for index in unnamed if index >= start]
    if not meanings or len(trailing) < len(meanings) or start - 1 in unnamed:
        return
    for index, name in zip(range(start, width), meanings, strict=True):
        if name is not None and name not in positions:
            positions[name] = index
            unnamed.remove(index)


def _place_cut(
    cells: Sequence[str],
    by_header: Mapping[str, str],
    positions: dict[str, int],
    strange: list[int],
) -> tuple[tuple[str, str], ...]:
    """Place names that a shapefile cut, where each begins the name of one free column only."""
    if any(len(cell.strip()) > CUT_LENGTH for cell in cells):
        return ()
    claims: dict[str, list[int]] = {}
    for index in strange:
        start = normalise(cells[index])
        names = {
            name
            for header, name in by_header.items()
            if header.startswith(start) and name not in positions
        }
        if len(cells[index].strip()) == CUT_LENGTH and len(names) == 1:
            claims.setdefault(names.pop(), []).append(index)
    cut = {name: indexes[0] for name, indexes in claims.items() if len(indexes) == 1}
    positions.update(cut)
    strange[:] = [index for index in strange if index not in cut.values()]
    return tuple((_shown(cells[index]), name) for name, index in cut.items())


def _share_headers(entity: Entity, cells: Sequence[str], positions: dict[str, int]) -> None:
    """Let a header that a mapping names for several columns stand for all of them."""
    found = {normalise(cell): index for index, cell in enumerate(cells)}
    for column in entity.columns:
        for header in column.headers:
            if column.name not in positions and (index := found.get(normalise(header))) is not None:
                positions[column.name] = index


def _shown(cell: str) -> str:
    printable = "".join(c if c.isprintable() and c != "," else " " for c in cell)
    return " ".join(printable.split())[:_SHOWN_CHARACTERS]
