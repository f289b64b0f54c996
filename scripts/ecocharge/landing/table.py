"""A file opened as a table of one entity, whatever its format.

Another format, such as JSON, is another function that returns a `Table`, named by the entity's
`file_format`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecocharge.errors import EcoChargeError
from ecocharge.landing.decoding import FileFacts, content
from ecocharge.landing.formats import Entity
from ecocharge.landing.header import Layout, choose_layout
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
    """

    layout: Layout
    records: Iterator[Record]
    blank_lines: Callable[[], int]


def open_csv(
    path: Path, facts: FileFacts, entities: Sequence[Entity], advance: Callable[[int], None]
) -> Table:
    """Read a CSV file's header and be ready for its records.

    Args:
        path: the file that `facts` describes.
        facts: its encoding.
        entities: what it may hold; the best match is taken.
        advance: told the number of bytes read, after each piece.

    Raises:
        EcoChargeError: when the header cannot be read or fits none of the entities.
    """
    lines = physical_lines(content(path, facts, advance))
    reader = RecordReader(lines, facts.line_encoding)
    line, headers, error = reader.headers(_DELIMITERS)
    if not headers:
        raise EcoChargeError(
            f"the header cannot be read ({error})",
            remedy=_HEADER_REMEDIES.get(error, "mend the header line, then land the file again"),
            file=path,
            line=line,
        )
    layout = choose_layout(path, line, headers, entities)
    return Table(layout, reader.records(layout.delimiter), lambda: reader.blank_lines)
