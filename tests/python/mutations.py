"""Ways in which files arrive damaged, each drawn by a seeded chance."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from random import Random

_JUNK = b'",;\t|\x00\xff\xc3\xa9\xed\xa0\x80 09aZ/:-.{}[]\\\r\n'
_WORDS = (b"NaN", b"null", b"-1", b"1e400", b"0x10", b"\xef\xbb\xbf", b"'; drop table x; --", b"")
_HUGE = 80_000
_NUMBER = re.compile(rb"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")
_YEAR = re.compile(rb"(?<!\d)(?:19|20)\d\d(?!\d)")
_YEARS = (b"0000", b"0001", b"1582", b"1969", b"2100", b"2262", b"9999")
_RARELY = 400

Line = bytes


def _flip(line: Line, chance: Random) -> Line:
    place = chance.randrange(len(line) + 1)
    return line[:place] + bytes([chance.choice(_JUNK)]) + line[place + chance.randrange(2) :]


def _cut(line: Line, chance: Random) -> Line:
    return line[: chance.randrange(len(line) + 1)]


def _hole(line: Line, chance: Random) -> Line:
    start = chance.randrange(len(line) + 1)
    return line[:start] + line[start + chance.randint(1, 20) :]


def _fields(line: Line) -> tuple[bytes, list[bytes]]:
    mark = max((b",", b";"), key=line.count)
    return mark, line.split(mark)


def _drop_field(line: Line, chance: Random) -> Line:
    mark, fields = _fields(line)
    del fields[chance.randrange(len(fields))]
    return mark.join(fields)


def _repeat_field(line: Line, chance: Random) -> Line:
    mark, fields = _fields(line)
    fields.insert(chance.randrange(len(fields)), chance.choice(fields))
    return mark.join(fields)


def _swap_fields(line: Line, chance: Random) -> Line:
    mark, fields = _fields(line)
    one, other = chance.randrange(len(fields)), chance.randrange(len(fields))
    fields[one], fields[other] = fields[other], fields[one]
    return mark.join(fields)


def _other_word(line: Line, chance: Random) -> Line:
    mark, fields = _fields(line)
    fields[chance.randrange(len(fields))] = chance.choice(_WORDS)
    return mark.join(fields)


def _replace(pattern: re.Pattern[bytes], line: Line, word: bytes, chance: Random) -> Line:
    found = list(pattern.finditer(line))
    if not found:
        return _flip(line, chance)
    place = chance.choice(found)
    return line[: place.start()] + word + line[place.end() :]


def _extreme_number(line: Line, chance: Random) -> Line:
    digits = b"9" * chance.randint(1, 20)
    fraction = b"." + b"9" * chance.randint(1, 12) if chance.randrange(2) else b""
    return _replace(_NUMBER, line, chance.choice([b"", b"-"]) + digits + fraction, chance)


def _other_year(line: Line, chance: Random) -> Line:
    return _replace(_YEAR, line, chance.choice(_YEARS), chance)


def _huge_field(line: Line, chance: Random) -> Line:
    if chance.randrange(_RARELY):
        return _flip(line, chance)
    place = chance.randrange(len(line) + 1)
    return line[:place] + b"x" * _HUGE + line[place:]


def _twice(line: Line, _: Random) -> Line:
    return line + b"\n" + line


def _other_encoding(line: Line, chance: Random) -> Line:
    text = line.decode("utf-8", "replace") + "é"
    return text.encode(chance.choice(["utf-16-le", "latin-1", "utf-8", "cp437"]), "replace")


_OF_A_LINE: tuple[Callable[[Line, Random], Line], ...] = (
    *(_flip, _flip, _flip, _cut, _hole, _drop_field, _repeat_field, _swap_fields),
    *(_other_word, _huge_field, _twice, _other_encoding),
    *(_extreme_number, _extreme_number, _other_year),
)


def damaged_line(line: Line, chance: Random) -> Line:
    """A line with one to three things wrong; sometimes none of them shows."""
    for _ in range(chance.randint(1, 3)):
        line = chance.choice(_OF_A_LINE)(line, chance)
    return line


def _as_is(content: bytes, _: Random) -> bytes:
    return content


def _in_utf(content: bytes, chance: Random) -> bytes:
    codec, mark = chance.choice(
        [
            ("utf-16-le", codecs.BOM_UTF16_LE),
            ("utf-16-be", codecs.BOM_UTF16_BE),
            ("utf-32-le", codecs.BOM_UTF32_LE),
            ("utf-8", codecs.BOM_UTF8),
        ]
    )
    return mark + content.decode("utf-8", "replace").encode(codec)


def _other_line_ends(content: bytes, chance: Random) -> bytes:
    return content.replace(b"\n", chance.choice([b"\r\n", b"\r", b"\n\n"]))


def _cut_file(content: bytes, chance: Random) -> bytes:
    return content[: chance.randrange(len(content) // 2, len(content))]


_OF_A_FILE = (*[_as_is] * 6, _in_utf, _other_line_ends, _cut_file)


def damaged_file(content: bytes, count: int, chance: Random) -> bytes:
    """A file of the same header and `count` damaged lines, itself perhaps damaged as a whole.

    Args:
        content: a good file, its first line a header or the opening of its JSON.
        count: lines to draw from the others, with repetition.
        chance: decides on everything.
    """
    first, *lines = content.split(b"\n")
    if chance.randrange(10) == 0:
        first = damaged_line(first, chance)
    start = chance.randrange(len(lines))
    drawn = [lines[(start + number) % len(lines)] for number in range(count)]
    body = b"\n".join([first, *(damaged_line(line, chance) for line in drawn)])
    return chance.choice(_OF_A_FILE)(body, chance)
