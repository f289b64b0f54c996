"""A file opened as a table of one entity, whatever its format: JSON or CSV, as it begins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from ecocharge.errors import EcoChargeError
from ecocharge.landing.decoding import FileFacts, Readable, content, name_of
from ecocharge.landing.formats import Entity
from ecocharge.landing.header import Layout, choose_layout
from ecocharge.landing.json_table import JsonTable
from ecocharge.landing.lines import physical_lines
from ecocharge.landing.records import ParseError, Record, RecordReader

_DELIMITERS = (",", ";", "\t", "|")
_HEADER_REMEDIES = {
    ParseError.NUL_BYTE: "is it a spreadsheet or an archive? Export it as CSV in UTF-8",
    ParseError.BAD_ENCODING: "export the file again as CSV in UTF-8",
}


@dataclass(frozen=True)
class Table:
    """An open file: where its columns are, and its records still to be read.

    Attributes:
        layout: how the file fits its entity.
        records: the records after the header, read as they are asked for.
        blank_lines: the blank lines met so far.
        unknown: the keys met so far that nobody declared, of a file without a header.
    """

    layout: Layout
    records: Iterator[Record]
    blank_lines: Callable[[], int]
    unknown: Callable[[], tuple[str, ...]] = tuple


def open_table(
    file: Readable,
    facts: FileFacts,
    candidates: Sequence[Sequence[Entity]],
    advance: Callable[[int], None],
) -> Table:
    """Recognise what a file holds and be ready for its records.

    Args:
        file: the file that `facts` describes.
        facts: its encoding.
        candidates: what it may hold, in groups; the best match of the first group that has one is
            taken.
        advance: told the number of bytes read, after each piece.

    Raises:
        EcoChargeError: when it fits none of the entities.
    """
    path = name_of(file)
    pieces = content(file, facts, advance)
    begun: list[bytes] = []
    for piece in pieces:
        begun.append(piece)
        if piece.strip():
            break
    chunks = chain(begun, pieces)
    if b"".join(begun).lstrip()[:1] in (b"{", b"["):
        return _open_json(path, facts, chunks, candidates)
    return _open_csv(path, facts, chunks, candidates)


def _open_json(
    path: Path,
    facts: FileFacts,
    chunks: Iterable[bytes],
    candidates: Sequence[Sequence[Entity]],
) -> Table:
    table = JsonTable(path, facts, chunks, candidates)
    return Table(table.layout, table.records(), lambda: table.blank_lines, lambda: table.unknown)


def _open_csv(
    path: Path,
    facts: FileFacts,
    chunks: Iterable[bytes],
    candidates: Sequence[Sequence[Entity]],
) -> Table:
    lines = physical_lines(chunks)
    reader = RecordReader(lines, facts.line_encoding)
    line, headers, error = reader.headers(_DELIMITERS)
    if not headers:
        raise EcoChargeError(
            f"the header cannot be read ({error})",
            remedy=_HEADER_REMEDIES.get(error, "mend the header line, then land the file again"),
            file=path,
            line=line,
        )
    delimited = [[e for e in group if e.file_format != "json"] for group in candidates]
    if not any(delimited):
        names = {entity.adapter for group in candidates for entity in group}
        raise EcoChargeError(
            f"the file is not JSON, which {' and '.join(sorted(names))} files are",
            remedy="check that it is the file you mean, or leave the adapter open",
            file=path,
            line=line,
        )
    layout = _first_fit(path, line, headers, [group for group in delimited if group])
    return Table(layout, reader.records(layout.delimiter), lambda: reader.blank_lines)


def _first_fit(
    path: Path,
    line: int,
    headers: Mapping[str, Sequence[str]],
    candidates: Sequence[Sequence[Entity]],
) -> Layout:
    errors: list[EcoChargeError] = []
    for entities in candidates:
        try:
            return choose_layout(path, line, headers, entities)
        except EcoChargeError as error:
            errors.append(error)
    raise errors[0]
