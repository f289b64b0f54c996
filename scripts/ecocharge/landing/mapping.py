"""A feed's own mapping: which of its columns means what, in which unit, format and zone.

The mapping is the `mapping:` of `feeds/<name>.yml`. Landing uses its names only; units, formats and
marks are landed beside the values, as text, and staging does the typing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import yaml

from ecocharge.errors import EcoChargeError

LIST_MARK = "|"
UNITS: Mapping[str, tuple[str, ...]] = {
    "energy": ("kWh", "Wh", "MWh"),
    "power": ("kW", "W"),
    "duration": ("s", "min", "h", "hh:mm:ss"),
}
NAMED_FORMATS = ("iso", "epoch_s", "epoch_ms")
_DIRECTIVE = re.compile("%(.)")
_DIRECTIVES = frozenset("YymdHIMSfpbBaAjz%")
_PROBE = datetime(2001, 12, 31, 13, 14, 15, tzinfo=UTC)
_SOURCE_KEYS = ("column", "date", "time", "constant")
_ENTITY_KEYS = ("fields", "decimal_mark", "thousands_mark", "null_words", "zone", "drop")
_MARKS = frozenset(".,;:'_ \u00a0\u202f\u2019")


@dataclass(frozen=True)
class FieldKind:
    """What can be said of one field of an entity.

    Attributes:
        name: its key in the mapping, and its landed column.
        kind: text, number, energy, power, duration, time or point.
        is_required: a file that lacks its column is refused.
        is_personal: landed as a keyed hash, whatever the mapping says.
    """

    name: str
    kind: str = "text"
    is_required: bool = False
    is_personal: bool = False


@dataclass(frozen=True)
class EntityKind:
    """One kind of file that a mapping can describe.

    Attributes:
        name: its key in the mapping.
        fields: what it can hold, in the order in which they are landed.
        year_offset: whether years may lack their century.
    """

    name: str
    fields: tuple[FieldKind, ...]
    year_offset: bool = False

    @property
    def settings(self) -> tuple[str, ...]:
        """The landed columns that say how to read the others."""
        named = [setting for one in self.fields for setting in _settings_of(one)]
        offset = ["year_offset"] if self.year_offset else []
        return (*named, "decimal_mark", "thousands_mark", "null_words", *offset)


@dataclass(frozen=True)
class MappedField:
    """Where a field comes from.

    Attributes:
        headers: the headers it may have.
        clock_headers: those of its time of day, where that is a column of its own.
        constant: its value in every row, where no column gives it.
        is_personal: landed as a keyed hash.
        is_required: a file that lacks its column is refused.
    """

    headers: tuple[str, ...] = ()
    clock_headers: tuple[str, ...] = ()
    constant: str | None = None
    is_personal: bool = False
    is_required: bool = False


@dataclass(frozen=True)
class MappedEntity:
    """One kind of file of a feed.

    Attributes:
        fields: the mapped ones, by name.
        settings: how they are read: the value of each landed setting.
        drop: headers that are known and not wanted.
    """

    fields: Mapping[str, MappedField]
    settings: Mapping[str, str]
    drop: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Place:
    """A key of the mapping, for messages."""

    path: Path | None
    keys: tuple[str, ...] = ("mapping",)

    def __truediv__(self, key: object) -> _Place:
        return _Place(self.path, (*self.keys, str(key)))

    def wrong(self, problem: str, remedy: str) -> EcoChargeError:
        return EcoChargeError(
            f"{'.'.join(self.keys)}: {problem}",
            remedy=remedy,
            file=self.path,
            line=_line_of(self.path, self.keys),
        )


def read_mapping(
    given: Mapping[str, Any], kinds: Sequence[EntityKind], path: Path | None = None
) -> dict[str, MappedEntity]:
    """Check a mapping and say what it means.

    Args:
        given: the `mapping:` of a feed, as YAML reads it.
        kinds: the entities it may describe.
        path: the feed's file, for messages.

    Returns:
        The entities it describes, by name.

    Raises:
        EcoChargeError: at the first key that cannot be used, with its line.
    """
    place = _Place(path)
    by_name = {kind.name: kind for kind in kinds}
    _known_keys(place, given, tuple(by_name))
    return {
        name: _entity(place / name, by_name[name], _table(place / name, value))
        for name, value in given.items()
    }


def _entity(place: _Place, kind: EntityKind, given: Mapping[str, Any]) -> MappedEntity:
    offset = ("year_offset",) if kind.year_offset else ()
    _known_keys(place, given, (*_ENTITY_KEYS, *offset))
    reader = _FieldReader(given, place)
    fields = _table(place / "fields", given.get("fields"))
    _known_keys(place / "fields", fields, tuple(one.name for one in kind.fields))
    for one in kind.fields:
        if one.name in fields:
            reader.read(one, fields[one.name])
        elif one.is_required:
            raise (place / "fields").wrong(
                f"{one.name!r} is missing",
                f"name the column that holds it, such as `{one.name}: Header of it`",
            )
    reader.read_zone()
    settings = reader.settings | _marks(place, given)
    if "year_offset" in given:
        settings["year_offset"] = _year_offset(place / "year_offset", given["year_offset"])
    drop = _texts(place / "drop", given.get("drop", []))
    return MappedEntity(reader.fields, settings, drop)


@dataclass
class _FieldReader:
    """Gathers the fields of one entity and the settings that come with them."""

    given: Mapping[str, Any]
    place: _Place
    fields: dict[str, MappedField] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)

    def read(self, kind: FieldKind, given: Any) -> None:
        place = self.place / "fields" / kind.name
        terms = given if isinstance(given, dict) else {"column": given}
        _known_keys(place, terms, (*_SOURCE_KEYS, "personal", *_terms_of(kind)))
        self.fields[kind.name] = _source(place, kind, terms)
        if kind.kind in UNITS:
            units = UNITS[kind.kind]
            unit = terms.get("unit", units[0] if kind.kind != "duration" else None)
            self.settings[f"{kind.name}_unit"] = _choice(place / "unit", unit, units)
        if kind.kind == "time":
            formats = _texts(place / "format", terms.get("format", "iso"))
            for one in formats:
                _check_format(place / "format", one)
            self.settings[f"{kind.name}_format"] = LIST_MARK.join(formats)
            zone = terms.get("zone", "utc" if self.given.get("zone") == "utc" else "local")
            self.settings[f"{kind.name}_zone"] = _choice(place / "zone", zone, ("local", "utc"))

    def read_zone(self) -> None:
        zone = self.given.get("zone", "local")
        place = self.place / "zone"
        if zone in ("local", "utc"):
            return
        if "time_zone" in self.fields:
            raise place.wrong("the field time_zone is mapped too", "keep one of the two")
        if isinstance(zone, dict):
            _known_keys(place, zone, ("column",))
            headers = _texts(place / "column", zone.get("column"))
            self.fields["time_zone"] = MappedField(headers=headers)
        elif isinstance(zone, str) and zone in available_timezones():
            self.fields["time_zone"] = MappedField(constant=zone)
        else:
            raise place.wrong(
                f"{zone!r} is no zone",
                "write local, utc, an IANA zone such as Europe/Oslo, or `column: Header of it`",
            )


def _source(place: _Place, kind: FieldKind, terms: Mapping[str, Any]) -> MappedField:
    ways = [key for key in ("column", "date", "constant") if key in terms]
    if len(ways) != 1 or ("time" in terms) != ("date" in terms):
        parts = "`date:` with `time:`, " if kind.kind == "time" else ""
        raise place.wrong(
            "it must come from one place", f"write one of `column:`, {parts}or `constant:`"
        )
    is_personal = kind.is_personal or terms.get("personal", False) is True
    if ways == ["constant"]:
        return MappedField(constant=_text(place / "constant", terms["constant"]))
    return MappedField(
        headers=_texts(place / ways[0], terms[ways[0]]),
        clock_headers=_texts(place / "time", terms["time"]) if "time" in terms else (),
        is_personal=is_personal,
    )


def _marks(place: _Place, given: Mapping[str, Any]) -> dict[str, str]:
    decimal = given.get("decimal_mark", ".")
    thousands = given.get("thousands_mark", "")
    for name, mark, example in (("decimal_mark", decimal, ","), ("thousands_mark", thousands, "'")):
        if mark != "" and (not isinstance(mark, str) or mark not in _MARKS):
            raise (place / name).wrong(
                f"{mark!r} is no such mark", f'write one character, such as "{example}"'
            )
    if decimal in ("", thousands):
        raise (place / "decimal_mark").wrong(
            "it must differ from the thousands mark", "write the one that precedes the fraction"
        )
    words = _texts(place / "null_words", given.get("null_words", []))
    return {
        "decimal_mark": decimal,
        "thousands_mark": thousands,
        "null_words": LIST_MARK.join(words),
    }


def _year_offset(place: _Place, given: Any) -> str:
    if isinstance(given, bool) or given not in (1900, 2000):
        raise place.wrong(
            f"{given!r} is no century", "write 2000, so that the year 0014 is read as 2014"
        )
    return str(given)


def _check_format(place: _Place, given: str) -> None:
    if given in NAMED_FORMATS:
        return
    python_format = given.replace("%-", "%")
    is_known = set(_DIRECTIVE.findall(python_format)) <= _DIRECTIVES
    try:
        read = datetime.strptime(_PROBE.strftime(python_format), python_format)
    except ValueError:
        read = None
    if not is_known or read is None or read.date() != _PROBE.date():
        raise place.wrong(
            f"{given!r} is no format of a date",
            f"write {', '.join(NAMED_FORMATS)} or directives for year, month and day with their "
            "punctuation, such as %d/%m/%Y %H:%M",
        )


def _settings_of(kind: FieldKind) -> tuple[str, ...]:
    if kind.kind in UNITS:
        return (f"{kind.name}_unit",)
    if kind.kind == "time":
        return (f"{kind.name}_format", f"{kind.name}_zone")
    return ()


def _terms_of(kind: FieldKind) -> tuple[str, ...]:
    if kind.kind in UNITS:
        return ("unit",)
    return ("format", "zone") if kind.kind == "time" else ()


def _known_keys(place: _Place, given: Mapping[str, Any], known: Sequence[str]) -> None:
    for key in given:
        if key not in known:
            raise (place / key).wrong("unknown key", f"choose from: {', '.join(known)}")


def _table(place: _Place, given: Any) -> Mapping[str, Any]:
    if not isinstance(given, dict) or not given:
        raise place.wrong("must be `key: value` lines", "indent its keys below it")
    return given


def _choice(place: _Place, given: Any, known: Sequence[str]) -> str:
    if given not in known:
        problem = "is missing" if given is None else f"{given!r} is not known"
        raise place.wrong(problem, f"choose one of: {', '.join(known)}")
    return str(given)


def _text(place: _Place, given: Any) -> str:
    if not isinstance(given, str) or not given.strip() or LIST_MARK in given:
        raise place.wrong("must be text", "write it in quotes, without a vertical bar")
    return given.strip()


def _texts(place: _Place, given: Any) -> tuple[str, ...]:
    values = given if isinstance(given, list) else [given]
    return tuple(_text(place, value) for value in values)


def _line_of(path: Path | None, keys: Sequence[str]) -> int | None:
    if path is None or not path.is_file():
        return None
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    line = None
    for key in keys:
        found = next(_entries(node, key), None)
        if found is None:
            return line
        line = found[0].start_mark.line + 1
        node = found[1]
    return line


def _entries(node: yaml.Node | None, key: str) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if str(name.value) == key:
                yield name, value
