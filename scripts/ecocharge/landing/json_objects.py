"""Bytes to JSON objects in bounded memory, where an object that cannot be read costs only itself.

Objects may stand alone, one after another, in an array, or in the array of an envelope such as a
page of an interface. Every physical line is touched by an object, holds nothing but the
punctuation around objects, or is blank.
"""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from enum import Enum, auto
from typing import Any, NamedTuple

from ecocharge.landing.lines import KEPT_BYTES, Line
from ecocharge.landing.records import ParseError

MAX_OBJECT_CHARACTERS = 4 << 20
_FIRST_WINDOW = 64 << 10
# A token that the end of the buffer cuts is shorter than this, unless it is a string.
_LONGEST_TOKEN = 64
_SPACE = re.compile(r"[ \t\n\x0b\x0c\ufeff]*")
# A string ends with its line at the latest: JSON has no line break inside one.
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\[^\n])*+"?|[{}\[\]]')
_LINE_OPENING = re.compile(r"(?m)^([ \t]*)(?:[}\]][ \t]*,[ \t]*|\[[ \t]*|,[ \t]*)?(?=\{)")
_OPENING = re.compile(r'\{\s*(?=")')
_FIRST_KEY = re.compile(r'\{\s*("(?:[^"\\\n]|\\[^\n])*")')
_STRAY_END = re.compile(r"[\n{\]]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class JsonObject(NamedTuple):
    """One object, or one stretch of text that could not be read as one.

    Attributes:
        line: the physical line it starts on; where several start on one line, one more than the
            number before, so that no two objects of a file share a number.
        lines: physical lines that no object before it touched.
        value: its keys and values, numbers as int or Decimal; None when `error` is set.
        error: why it could not be read.
        first: its bytes, cut where they are many; only when `error` is set.
        size: characters it takes.
    """

    line: int
    lines: int
    value: dict[str, Any] | None
    error: ParseError | None
    first: Line | None
    size: int


class _Place(Enum):
    TOP = auto()
    ARRAY = auto()
    ENVELOPE = auto()


class _Start(NamedTuple):
    """How a broken object begins: its line, the blanks before it on its line, its first key."""

    line: int
    indent: str | None
    key: str | None


class _RepeatedKeyError(ValueError):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RepeatedKeyError
    return found


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _holds_objects(value: object) -> bool:
    return isinstance(value, list) and (not value or isinstance(value[0], dict))


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=Decimal, parse_constant=_no_number
)
_BROKEN = (ValueError, ArithmeticError, RecursionError)


class ObjectReader:
    """Reads the objects of one file.

    Args:
        chunks: the file's bytes, in order, in pieces of any size.
        encoding: the codec they are in, ASCII-compatible.
        envelopes: keys whose array holds the objects when the object around it has one of them.
        limit: characters that one object may take.

    Attributes:
        blank_lines: lines of nothing but whitespace met so far, outside objects.
        frame_lines: lines of nothing but punctuation and envelope met so far.
        looks_right: tells an object of the kind the file holds from one nested in it, once that
            is known; it helps to find the next good object after a broken one.
    """

    def __init__(
        self,
        chunks: Iterable[bytes],
        encoding: str,
        envelopes: Sequence[str] = (),
        limit: int = MAX_OBJECT_CHARACTERS,
    ) -> None:
        self._chunks = iter(chunks)
        decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
        self._decoder = io.IncrementalNewlineDecoder(decoder, translate=True)
        self._encoding = encoding
        self._envelopes = frozenset(envelopes)
        self._limit = limit
        self._text = ""
        self._at = 0
        self._is_whole = False
        self._is_cut = False
        self._last_character = "\n"
        self._line = 1
        self._claimed = 0
        self._number = 0
        self._places = [_Place.TOP]
        self.blank_lines = 0
        self.frame_lines = 0
        self.looks_right: Callable[[Mapping[str, Any]], bool] | None = None

    def objects(self) -> Iterator[JsonObject]:
        """The objects in file order, each read as it is asked for."""
        while self._skip_space():
            place = self._places[-1]
            if place is _Place.TOP:
                found = self._at_top()
            elif place is _Place.ARRAY:
                found = self._in_array()
            else:
                found = self._in_envelope()
            if found is not None:
                yield found
        if self._last_character != "\n" and self._claimed < self._line:
            self.blank_lines += 1
        if len(self._places) > 1 and not self._is_cut:
            # What was to come is missing: a file that was cut between two objects.
            yield self._make(self._at, None, ParseError.BAD_JSON)

    def _at_top(self) -> JsonObject | None:
        character = self._text[self._at]
        if character == "{":
            return self._object(can_wrap=True)
        if character == "[":
            self._places.append(_Place.ARRAY)
            self._frame(1)
            return None
        if character == ",":
            self._frame(1)
            return None
        return self._stray()

    def _in_array(self) -> JsonObject | None:
        character = self._text[self._at]
        if character == "{":
            return self._object(can_wrap=False)
        if character == "]":
            self._places.pop()
            self._frame(1)
            return None
        if character == ",":
            self._frame(1)
            return None
        _, end = self._decode()
        return self._stray() if end == self._at else self._make(end, None, ParseError.BAD_JSON)

    def _in_envelope(self) -> JsonObject | None:
        character = self._text[self._at]
        if character == "}":
            self._places.pop()
            self._frame(1)
            return None
        if character in ",:":
            self._frame(1)
            return None
        if character == '"':
            key, end = self._decode()
            if isinstance(key, str):
                self._frame(end - self._at)
                return self._member(key)
        self._places.pop()
        return self._stray()

    def _member(self, key: str) -> JsonObject | None:
        if not self._skip_space() or self._text[self._at] != ":":
            return None
        self._frame(1)
        if not self._skip_space():
            return None
        if key in self._envelopes and self._text[self._at] == "[":
            self._places.append(_Place.ARRAY)
            self._frame(1)
            return None
        _, end = self._decode()
        if end > self._at:
            self._frame(end - self._at)
            return None
        self._places.pop()
        return self._stray()

    def _object(self, can_wrap: bool) -> JsonObject | None:
        value, end = self._decode(can_wrap)
        is_envelope = end < 0 or (
            can_wrap
            and isinstance(value, dict)
            and any(_holds_objects(value.get(key)) for key in self._envelopes)
        )
        if is_envelope:
            self._places.append(_Place.ENVELOPE)
            self._frame(1)
            return None
        if not isinstance(value, dict):
            return self._broken()
        if end - self._at > self._limit:
            return self._make(end, None, ParseError.RECORD_TOO_LARGE)
        error = self._bad_text(value, end)
        return self._make(end, None if error else value, error)

    def _decode(self, can_wrap: bool = False) -> tuple[Any, int]:
        """The value at hand and where it ends; where it starts for one that is broken.

        An end of -1 says that it is an envelope whose end is not yet read.
        """
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except _BROKEN as error:
                if not self._may_go_on(error):
                    # One broken object does not break the page around it.
                    return None, -1 if can_wrap and self._opens_envelope() else self._at
            else:
                # A number that touches the edge of the buffer may go on in the next piece.
                if end < len(self._text) or self._is_whole or isinstance(value, dict | list | str):
                    return value, end
            if can_wrap and self._opens_envelope():
                return None, -1
            if len(self._text) - self._at > self._limit or not self._read():
                return None, self._at

    def _may_go_on(self, error: Exception) -> bool:
        if self._is_whole or not isinstance(error, json.JSONDecodeError):
            return False
        return error.pos >= len(self._text) - _LONGEST_TOKEN or error.msg.startswith("Unterminated")

    def _opens_envelope(self) -> bool:
        """Whether an envelope's array begins in the part of the object that has been read."""
        text, at = self._text, self._at + 1
        try:
            while True:
                key, at = _DECODER.raw_decode(text, _after_space(text, at))
                at = _after_space(text, at)
                if not isinstance(key, str) or text[at : at + 1] != ":":
                    return False
                at = _after_space(text, at + 1)
                if key in self._envelopes and text[at : at + 1] == "[":
                    inside = _after_space(text, at + 1)
                    return text[inside : inside + 1] in ("{", "]")
                _, at = _DECODER.raw_decode(text, at)
                at = _after_space(text, at)
                if text[at : at + 1] != ",":
                    return False
                at += 1
        except _BROKEN:
            return False

    def _bad_text(self, value: Mapping[str, Any], end: int) -> ParseError | None:
        text, at = self._text, self._at
        if text.find("\0", at, end) >= 0 or text.find("\\u0000", at, end) >= 0:
            return ParseError.NUL_BYTE
        if not text.isascii() and _SURROGATE.search(text, at, end):
            return ParseError.BAD_ENCODING
        if text.find("\\ud", at, end) >= 0 or text.find("\\uD", at, end) >= 0:
            try:
                json.dumps(value, ensure_ascii=False, default=str).encode()
            except UnicodeEncodeError:
                return ParseError.BAD_ENCODING
        return None

    def _broken(self) -> JsonObject:
        """Everything up to where the next object seems to begin."""
        start = self._start()
        kept = self._text[self._at : self._at + KEPT_BYTES]
        lines = size = 0
        window = _FIRST_WINDOW
        while True:
            while len(self._text) - self._at < window and self._read():
                pass
            end = self._recovery(start, self._at + window, is_lost=size > 0)
            if end is None and self._is_whole and len(self._text) - self._at <= window:
                end = self._without_blanks(len(self._text))
                self._is_cut = True
            if end is not None:
                size += end - self._at
                is_too_large = size > self._limit
                error = ParseError.RECORD_TOO_LARGE if is_too_large else self._reason(end)
                lines += self._touch(end)
                return self._record(start.line, lines, None, error, kept[:size], size)
            if window < self._limit:
                window = min(4 * window, self._limit)
                continue
            size += window
            lines += self._touch(self._at + window)
            window = _FIRST_WINDOW

    def _start(self) -> _Start:
        line_start = self._text.rfind("\n", 0, self._at) + 1
        opening = _LINE_OPENING.match(self._text, line_start)
        indent = opening[1] if opening and opening.end() == self._at else None
        key = _FIRST_KEY.match(self._text, self._at)
        return _Start(self._line, indent, key[1] if key else None)

    def _recovery(self, start: _Start, window_end: int, is_lost: bool) -> int | None:
        """Where the broken object at hand gives way to something else, in a part of the buffer."""
        at_line = self._next_line_like(start, window_end)
        stop = at_line or min(window_end, len(self._text))
        closed = None if is_lost else self._closing(stop)
        inside = self._next_that_looks_right(closed or stop)
        found = inside or closed or at_line
        return None if found is None else self._without_blanks(found)

    def _without_blanks(self, end: int) -> int:
        # The blanks before the next object, and with them its line, are not the broken one's.
        return self._at + max(1, len(self._text[self._at : end].rstrip()))

    def _next_line_like(self, start: _Start, window_end: int) -> int | None:
        """The next object that opens a line as far in, and with the same key, as the broken one."""
        line_end = self._text.find("\n", self._at, window_end)
        if start.indent is None or line_end < 0:
            return None
        for opening in _LINE_OPENING.finditer(self._text, line_end + 1, window_end):
            if opening[1] == start.indent:
                key = _FIRST_KEY.match(self._text, opening.end())
                if start.key is None or (key and key[1] == start.key):
                    return opening.end()
        return None

    def _closing(self, stop: int) -> int | None:
        """Where its braces balance, if what follows could follow an object."""
        depth = 0
        for token in _TOKEN.finditer(self._text, self._at, stop):
            if token[0] in "{[":
                depth += 1
            elif token[0] in "}]":
                depth -= 1
                if depth <= 0:
                    after = _after_space(self._text, token.end())
                    return token.end() if self._text[after : after + 1] in ",]}{[" else None
        return None

    def _next_that_looks_right(self, stop: int) -> int | None:
        if self.looks_right is None:
            return None
        for opening in _OPENING.finditer(self._text, self._at + 1, stop):
            try:
                value, _ = _DECODER.raw_decode(self._text, opening.start())
            except _BROKEN:
                continue
            if self.looks_right(value):
                return opening.start()
        return None

    def _reason(self, end: int) -> ParseError:
        if self._text.find("\0", self._at, end) >= 0:
            return ParseError.NUL_BYTE
        if _SURROGATE.search(self._text, self._at, end):
            return ParseError.BAD_ENCODING
        return ParseError.BAD_JSON

    def _stray(self) -> JsonObject:
        """Text where an object was due, up to the next one or the end of its line."""
        end = None
        while end is None:
            found = _STRAY_END.search(self._text, self._at + 1, self._at + self._limit)
            if found or len(self._text) - self._at >= self._limit or not self._read():
                end = found.start() if found else min(len(self._text), self._at + self._limit)
        return self._make(end, None, self._reason(end))

    def _make(self, end: int, value: dict[str, Any] | None, error: ParseError | None) -> JsonObject:
        line, size = self._line, end - self._at
        kept = self._text[self._at : min(end, self._at + KEPT_BYTES)] if error else ""
        return self._record(line, self._touch(end), value, error, kept, size)

    def _record(
        self,
        line: int,
        lines: int,
        value: dict[str, Any] | None,
        error: ParseError | None,
        kept: str,
        size: int,
    ) -> JsonObject:
        self._number = max(line, self._number + 1)
        first = None
        if error is not None:
            raw = kept.encode(self._encoding, "surrogateescape")
            first = Line(self._number, raw[:KEPT_BYTES], max(size, len(raw)), b"")
        return JsonObject(self._number, lines, value, error, first, size)

    def _frame(self, characters: int) -> None:
        self.frame_lines += self._touch(self._at + characters)

    def _touch(self, end: int) -> int:
        """Take the text up to there; the number of its lines that nothing took before."""
        breaks = self._text.count("\n", self._at, end)
        lines = breaks + (self._claimed < self._line)
        if end == self._at:
            return 0
        self._line += breaks
        self._claimed = self._line
        self._at = end
        return lines

    def _skip_space(self) -> bool:
        """Go to the next character that is not blank; False when there is none."""
        while True:
            end = _after_space(self._text, self._at)
            if end > self._at:
                breaks = self._text.count("\n", self._at, end)
                if breaks:
                    self.blank_lines += breaks - (self._claimed >= self._line)
                    self._line += breaks
                self._at = end
            if end < len(self._text):
                return True
            if not self._read():
                return False

    def _read(self) -> bool:
        """Add the next piece to the buffer, without what is done with but for its last line."""
        if self._is_whole:
            return False
        piece = next(self._chunks, None)
        self._is_whole = piece is None
        text = self._decoder.decode(piece or b"", final=self._is_whole)
        self._last_character = text[-1:] or self._last_character
        line_start = self._text.rfind("\n", 0, self._at) + 1
        done = line_start if self._at - line_start < _FIRST_WINDOW else self._at
        self._text = self._text[done:] + text
        self._at -= done
        return True
