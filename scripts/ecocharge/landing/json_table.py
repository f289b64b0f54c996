"""JSON objects as a table: each column is found by its path of keys or by the name of its key."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from ecocharge.errors import EcoChargeError
from ecocharge.landing.decoding import FileFacts
from ecocharge.landing.formats import Column, Entity
from ecocharge.landing.header import Layout, normalise
from ecocharge.landing.json_objects import JsonObject, ObjectReader
from ecocharge.landing.lines import Line
from ecocharge.landing.records import ParseError, Record

# What of a nested value is landed: the keys named, of an object or of each in a list.
Shape = Mapping[str, "Shape | None"]

_LOOKED_AT = 1_000
_SHOWN_KEYS = 12
_SHOWN_CHARACTERS = 40
_NO_LINE = Line(0, b"", 0, b"")
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), default=lambda number: f"\0{number}"
)
_QUOTED_NUMBER = re.compile(r'"\\u0000([^"]*)"')


def _nothing(_: Mapping[str, Any]) -> None:
    return None


def _no_columns(_: Mapping[str, Any]) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class JsonEntity(Entity):
    """An entity that comes as JSON objects only.

    Args:
        envelopes: keys whose list holds the objects where a page is wrapped around them.
        shapes: by column, what of a nested value is landed, all of it as text; a nested value
            without a shape is landed as it is.
        derived: gives the columns that follow from a whole object, by column name.
        explained: says what an object is that is none of the adapter's entities, None where it
            does not know it either.
    """

    file_format: Literal["csv", "json", "any"] = "json"
    envelopes: tuple[str, ...] = ()
    shapes: Mapping[str, Shape] | None = None
    derived: Callable[[Mapping[str, Any]], Mapping[str, str]] = _no_columns
    explained: Callable[[Mapping[str, Any]], str | None] = _nothing


class JsonTable:
    """The objects of one file as records of the entity that the first good one fits.

    Args:
        path: the file, for messages.
        facts: its encoding.
        chunks: its bytes.
        candidates: what it may hold, in groups; the best match of the first group that has one
            is taken.

    Attributes:
        layout: how the file fits its entity; fields come in the order of its columns.

    Raises:
        EcoChargeError: when no object can be read or the first ones fit none of the entities.
    """

    def __init__(
        self,
        path: Path,
        facts: FileFacts,
        chunks: Iterable[bytes],
        candidates: Sequence[Sequence[Entity]],
    ) -> None:
        entities = [entity for group in candidates for entity in group]
        self._envelopes = tuple(
            {key: None for e in entities if isinstance(e, JsonEntity) for key in e.envelopes}
        )
        self._wraps_one = False
        self._reader = ObjectReader(chunks, facts.line_encoding, self._envelopes)
        objects = self._reader.objects()
        ahead: list[JsonObject] = []
        fields = self._recognise(path, objects, ahead, candidates)
        self._fields = fields
        self._reader.looks_right = fields.fits
        self._objects = chain(ahead, objects)
        width = len(fields.entity.columns)
        positions = {
            column.name: index
            for index, column in enumerate(fields.entity.columns)
            if fields.paths[index] or column.constant is None
        }
        self.layout = Layout(fields.entity, "", width, positions, (), (), ())

    @property
    def blank_lines(self) -> int:
        return self._reader.blank_lines

    @property
    def unknown(self) -> tuple[str, ...]:
        """Keys met so far that nobody declared, sorted."""
        return tuple(sorted(self._fields.unknown))

    def records(self) -> Iterator[Record]:
        """The objects as records, in file order."""
        for found in self._objects:
            fields, error = None, found.error
            if found.value is not None:
                value = self._unwrapped(found.value) if self._wraps_one else found.value
                try:
                    fields = self._fields.of(value)
                except RecursionError:
                    error = ParseError.BAD_JSON
            first = found.first or _NO_LINE
            yield Record(found.line, found.lines, fields, error, first, found.size)

    def _recognise(
        self,
        path: Path,
        objects: Iterator[JsonObject],
        ahead: list[JsonObject],
        candidates: Sequence[Sequence[Entity]],
    ) -> _Fields:
        groups = [[_Fields(entity) for entity in group] for group in candidates]
        only = groups[0][0] if sum(map(len, groups)) == 1 else None
        first: Mapping[str, Any] | None = None
        for found in objects:
            ahead.append(found)
            if found.value is not None:
                inner = self._unwrapped(found.value)
                for value in (found.value, inner):
                    if (fields := _best(value, groups)) is not None:
                        self._wraps_one = value is not found.value
                        return fields
                first = first or inner
            if len(ahead) >= _LOOKED_AT:
                break
        if only is not None and first is None:
            return only
        entities = [entity for group in candidates for entity in group]
        raise _unrecognised(path, ahead, first, entities)

    def _unwrapped(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """The object inside a page that holds one object rather than a list."""
        for key in self._envelopes:
            if isinstance(inner := value.get(key), dict):
                return inner
        return value


class _Fields:
    """The columns of one entity in JSON objects."""

    def __init__(self, entity: Entity) -> None:
        self.entity = entity
        self.paths = [_paths(column) for column in entity.columns]
        self.unknown: set[str] = set()
        self._forms: dict[str, str] = {}
        self._known = {path[0] for paths in self.paths for path in paths}
        self._known |= {normalise(name) for name in entity.ignored}
        self._required = [
            paths
            for paths, column in zip(self.paths, entity.columns, strict=True)
            if column.required
        ]
        shapes = (entity.shapes or {}) if isinstance(entity, JsonEntity) else {}
        self._shapes = [shapes.get(column.name) for column in entity.columns]
        self._derived = entity.derived if isinstance(entity, JsonEntity) else _no_columns
        self._defaults = [column.constant or "" for column in entity.columns]
        self._index = {column.name: index for index, column in enumerate(entity.columns)}

    def fits(self, value: Mapping[str, Any]) -> bool:
        """Whether an object has all that is required."""
        by_form = {self._form(key): item for key, item in value.items()}
        return bool(self._required) and all(
            _found(by_form, paths) is not None for paths in self._required
        )

    def share(self, value: Mapping[str, Any]) -> tuple[int, int]:
        """How many of an object's keys are known, and how many columns they fill."""
        by_form = {self._form(key): item for key, item in value.items()}
        filled = sum(_found(by_form, paths) is not None for paths in self.paths)
        return len(self._known & by_form.keys()), filled

    def of(self, value: Mapping[str, Any]) -> list[str]:
        """An object's values, as text, in the order of the columns."""
        by_form: dict[str, Any] = {}
        for key, item in value.items():
            form = self._form(key)
            if form not in self._known:
                self.unknown.add(" ".join(key.replace(",", " ").split())[:_SHOWN_CHARACTERS])
            by_form[form] = item
        fields = list(self._defaults)
        for index, paths in enumerate(self.paths):
            item = _found(by_form, paths)
            if item is not None:
                shape = self._shapes[index]
                fields[index] = _text(item) if shape is None else _json(_pruned(item, shape))
        for name, text in self._derived(value).items():
            fields[self._index[name]] = text
        return fields

    def _form(self, key: str) -> str:
        form = self._forms.get(key)
        if form is None:
            form = normalise(key)
            if len(self._forms) < _LOOKED_AT:
                self._forms[key] = form
        return form


def _best(value: Mapping[str, Any], groups: Sequence[Sequence[_Fields]]) -> _Fields | None:
    for group in groups:
        fitting = [fields for fields in group if fields.fits(value)]
        if fitting:
            return max(fitting, key=lambda fields: fields.share(value))
    return None


def _paths(column: Column) -> tuple[tuple[str, ...], ...]:
    names = (column.path, *column.aliases) if column.path else column.headers
    found = []
    for name in names:
        first, *rest = name.split(".")
        found.append((normalise(first), *rest))
    return tuple(found)


def _found(by_form: Mapping[str, Any], paths: tuple[tuple[str, ...], ...]) -> Any:
    for path in paths:
        item = by_form.get(path[0])
        for key in path[1:]:
            if isinstance(item, list):
                item = item[int(key)] if key.isdecimal() and int(key) < len(item) else None
            else:
                item = item.get(key) if isinstance(item, dict) else None
        if item is not None:
            return item
    return None


def _text(item: Any) -> str:
    if isinstance(item, str):
        return item
    if isinstance(item, bool):
        return "true" if item else "false"
    return _json(item) if isinstance(item, dict | list) else str(item)


def _json(item: Any) -> str:
    """Compact JSON with each number in its own digits."""
    # No text in an object holds a NUL, so that the mark of a number cannot be one's own.
    text = _ENCODER.encode(item)
    return _QUOTED_NUMBER.sub(r"\1", text) if "\\u0000" in text else text


def _pruned(item: Any, shape: Shape | None) -> Any:
    if isinstance(item, list):
        return [_pruned(part, shape) for part in item]
    if isinstance(item, dict):
        if shape is None:
            return None
        return {
            key: _pruned(item[key], inner)
            for key, inner in shape.items()
            if item.get(key) is not None
        }
    return item if item is None else _text(item)


def _unrecognised(
    path: Path,
    ahead: Sequence[JsonObject],
    first: Mapping[str, Any] | None,
    tried: Sequence[Entity],
) -> EcoChargeError:
    if not ahead:
        return EcoChargeError(
            "the file holds no JSON object",
            remedy="an empty page needs no landing; to land it as such, name what it holds "
            "with --adapter and --entity",
            file=path,
        )
    if first is None:
        return EcoChargeError(
            f"no JSON object can be read ({ahead[0].error})",
            remedy="check that the file is whole and is JSON in UTF-8, then land it again",
            file=path,
            line=ahead[0].line,
        )
    for entity in tried:
        if isinstance(entity, JsonEntity) and (what := entity.explained(first)):
            return EcoChargeError(f"this is {what}", remedy="leave the file out", file=path)
    keys = ", ".join(sorted(first)[:_SHOWN_KEYS])
    return EcoChargeError(
        f"the objects were not recognised (keys: {keys})",
        remedy="one of these must have all its keys: "
        + "; ".join(f"{entity.landed_name}: {_required(entity)}" for entity in tried),
        file=path,
        line=ahead[0].line,
    )


def _required(entity: Entity) -> str:
    return ", ".join(column.path or column.name for column in entity.required)
