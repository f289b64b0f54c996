"""Physical lines to CSV records, where a line that cannot be parsed costs only itself.

Every physical line ends up in the header, in exactly one record or in the count of blank lines.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from ecocharge.landing.lines import Line

MAX_RECORD_BYTES = 64 * 1024
MAX_RECORD_LINES = 50


class ParseError(StrEnum):
    """Why a line could not become a record."""

    BAD_ENCODING = "BAD_ENCODING"
    NUL_BYTE = "NUL_BYTE"
    UNCLOSED_QUOTE = "UNCLOSED_QUOTE"
    MALFORMED_QUOTE = "MALFORMED_QUOTE"
    FIELD_TOO_LARGE = "FIELD_TOO_LARGE"
    RECORD_TOO_LARGE = "RECORD_TOO_LARGE"
    FIELD_COUNT = "FIELD_COUNT"
    REPEATED_HEADER = "REPEATED_HEADER"
    BAD_JSON = "BAD_JSON"


class Record(NamedTuple):
    """One record, or one line that could not be read as one.

    Attributes:
        line: 1-based physical line it starts on.
        lines: physical lines it takes.
        fields: as many as the header has; None when `error` is set.
        error: why it could not be read.
        first: the physical line it starts on.
        size: bytes it holds in memory, more or less.
    """

    line: int
    lines: int
    fields: list[str] | None
    error: ParseError | None
    first: Line
    size: int


class _Parsed(NamedTuple):
    fields: list[str] | None
    error: ParseError | None
    continued: list[Line]


class _SingleLineParser:
    """One csv.reader for all the records that begin and end on one line: several times as fast.

    Its feed is always empty but for the line at hand, so a record that wants another is caught.
    """

    def __init__(self, delimiter: str) -> None:
        self._delimiter = delimiter
        self._restart()

    def _restart(self) -> None:
        self._feed: deque[str] = deque()
        lines = iter(self._feed.popleft, None)
        self._reader = csv.reader(lines, delimiter=self._delimiter, strict=True)

    def parse(self, text: str) -> list[str] | None:
        """The line's fields, or None when it is no whole and well-formed record."""
        self._feed.append(text)
        try:
            return next(self._reader)
        except (csv.Error, IndexError):
            self._restart()
            return None


class RecordReader:
    """Reads one CSV file: first `headers`, to choose a delimiter, then `records`.

    Args:
        lines: the file's physical lines.
        encoding: the codec they are in, ASCII-compatible.

    Attributes:
        blank_lines: lines of nothing but whitespace met so far, outside quotes.
        header_lines: lines the header takes, known once `records` has begun.
    """

    def __init__(self, lines: Iterable[Line], encoding: str) -> None:
        self._lines = iter(lines)
        self._ahead: deque[Line] = deque()
        self._encoding = encoding
        self._single: dict[str, _SingleLineParser] = {}
        self.blank_lines = 0
        self.header_lines = 0

    def headers(self, delimiters: Sequence[str]) -> tuple[int, dict[str, list[str]], ParseError]:
        """Read the first non-blank record with each delimiter, without consuming it.

        Returns:
            Its physical line, its cells by delimiter for those that parse, and the error of the
            last that did not (meaningful only when none does).
        """
        line = self._next_filled()
        error = ParseError.FIELD_COUNT
        cells: dict[str, list[str]] = {}
        if line is None:
            return 1, cells, error
        for delimiter in delimiters:
            parsed = self._parse(line, delimiter)
            self._ahead.extendleft(reversed(parsed.continued))
            if parsed.fields is not None:
                cells[delimiter] = parsed.fields
            error = parsed.error or error
        self._ahead.appendleft(line)
        return line.number, cells, error

    def records(self, delimiter: str) -> Iterator[Record]:
        """The records after the header, in file order.

        Args:
            delimiter: one of those given to `headers`.

        Yields:
            One record for each record or unreadable line; together with the blank lines and the
            header they cover every physical line.
        """
        first = self._next_filled()
        if first is None:
            return
        header = self._parse(first, delimiter)
        self.header_lines = 1 + len(header.continued)
        names = [_cell(name) for name in header.fields or [""]]
        while (line := self._next_filled()) is not None:
            fields, error, continued = self._parse(line, delimiter)
            if fields is not None:
                error = _misshapen(fields, names)
                if error is ParseError.FIELD_COUNT:
                    # A stray quote may have swallowed good lines: give them back.
                    self._ahead.extendleft(reversed(continued))
                    continued = []
                fields = None if error else fields[: len(names)]
            size = len(line.raw) + sum(len(more.raw) for more in continued)
            yield Record(line.number, 1 + len(continued), fields, error, line, size)

    def _next(self) -> Line | None:
        return self._ahead.popleft() if self._ahead else next(self._lines, None)

    def _next_filled(self) -> Line | None:
        while (line := self._next()) is not None:
            if line.size > len(line.raw) or line.raw.strip():
                return line
            self.blank_lines += 1
        return None

    def _decode(self, line: Line) -> str | ParseError:
        if b"\0" in line.raw:
            return ParseError.NUL_BYTE
        try:
            return line.raw.decode(self._encoding)
        except UnicodeDecodeError:
            return ParseError.BAD_ENCODING

    def _parse(self, line: Line, delimiter: str) -> _Parsed:
        if line.size > MAX_RECORD_BYTES:
            return _Parsed(None, _too_large(line, delimiter), [])
        text = self._decode(line)
        if isinstance(text, ParseError):
            return _Parsed(None, text, [])
        if '"' not in text:
            return _Parsed(text.split(delimiter), None, [])
        if delimiter not in self._single:
            self._single[delimiter] = _SingleLineParser(delimiter)
        if (fields := self._single[delimiter].parse(text)) is not None:
            return _Parsed(fields, None, [])
        return self._parse_quoted(line, text, delimiter)

    def _parse_quoted(self, line: Line, text: str, delimiter: str) -> _Parsed:
        continued: list[Line] = []
        ran_out = False

        def feed() -> Iterator[str]:
            nonlocal ran_out
            yield text + line.end.decode("ascii")
            size = line.size
            while len(continued) + 1 < MAX_RECORD_LINES and (more := self._next()) is not None:
                continued.append(more)
                size += more.size
                decoded = self._decode(more)
                if size > MAX_RECORD_BYTES or isinstance(decoded, ParseError):
                    break
                yield decoded + more.end.decode("ascii")
            ran_out = True

        try:
            fields = next(csv.reader(feed(), delimiter=delimiter, strict=True))
        except csv.Error:
            self._ahead.extendleft(reversed(continued))
            error = ParseError.UNCLOSED_QUOTE if ran_out else ParseError.MALFORMED_QUOTE
            return _Parsed(None, error, [])
        return _Parsed(fields, None, continued)


def _too_large(line: Line, delimiter: str) -> ParseError:
    # Any codec in use keeps ASCII, and only lengths matter here.
    text = line.raw.decode("latin-1")
    try:
        fields = next(csv.reader([text], delimiter=delimiter))
    except csv.Error:
        return ParseError.FIELD_TOO_LARGE
    if max(map(len, fields)) > MAX_RECORD_BYTES:
        return ParseError.FIELD_TOO_LARGE
    return ParseError.RECORD_TOO_LARGE


def _cell(text: str) -> str:
    return text.strip().lstrip("\ufeff").strip().casefold()


def _misshapen(fields: list[str], names: list[str]) -> ParseError | None:
    width = len(names)
    if len(fields) != width and (
        len(fields) < width or any(field.strip() for field in fields[width:])
    ):
        return ParseError.FIELD_COUNT
    if _cell(fields[0]) == names[0] and [_cell(field) for field in fields[:width]] == names:
        return ParseError.REPEATED_HEADER
    return None
