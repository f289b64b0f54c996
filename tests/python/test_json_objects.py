"""JSON of any shape to objects: every physical line is accounted for, whatever it holds."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecocharge.landing.json_objects import JsonObject, ObjectReader
from ecocharge.landing.records import ParseError

WHOLE = 1 << 20
MANY = 20_000
MOST_MEMORY = 10 << 20
MOST_SECONDS = 60


def pieces(body: bytes, size: int) -> Iterator[bytes]:
    return (body[i : i + size] for i in range(0, len(body), size))


def read(
    body: bytes, *, size: int = WHOLE, like: set[str] | None = None, encoding: str = "utf-8"
) -> tuple[list[JsonObject], ObjectReader]:
    reader = ObjectReader(pieces(body, size), encoding, ("data",))
    if like:
        reader.looks_right = like.issubset
    return list(reader.objects()), reader


def seen(body: bytes, **options: Any) -> list[tuple[int, dict[str, Any] | ParseError | None]]:
    return [(found.line, found.error or found.value) for found in read(body, **options)[0]]


def accounted(found: list[JsonObject], reader: ObjectReader) -> int:
    return reader.blank_lines + reader.frame_lines + sum(item.lines for item in found)


ONE, TWO = {"a": 1}, {"a": 2}
SHAPES = {
    "one object": (b'{"a": 1}', [(1, ONE)]),
    "an object over several lines": (b'\n{\n "a":\n 1\n}\n', [(2, ONE)]),
    "lines": (b'{"a": 1}\n{"a": 2}\n', [(1, ONE), (2, TWO)]),
    "lines with commas": (b'{"a": 1},\r\n\r\n{"a": 2},\r\n', [(1, ONE), (3, TWO)]),
    "objects on one line": (b'{"a": 1}{"a": 2}', [(1, ONE), (2, TWO)]),
    "an array": (b'[\n  {"a": 1},\n  {"a": 2}\n]\n', [(2, ONE), (3, TWO)]),
    "an array on one line": (b'[{"a":1},{"a":2}]', [(1, ONE), (2, TWO)]),
    "an empty array": (b"[]", []),
    "a page": (b'{"data": [{"a": 1}, {"a": 2}], "status_code": 1000}', [(1, ONE), (2, TWO)]),
    "a page whose data come last": (
        b'{"status": {"x": [1, {"data": []}]},\n"data":\n[\n{"a": 1},\n{"a": 2}]}',
        [(4, ONE), (5, TWO)],
    ),
    "an empty page": (b'{"data": []}', []),
    "pages one after another": (
        b'{"data": [{"a": 1}]}\n{"data": [{"a": 2}]}\n',
        [(1, ONE), (2, TWO)],
    ),
    "an object whose data are no list": (b'{"data": {"a": 1}}', [(1, {"data": ONE})]),
    "a byte order mark between files": (b'{"a": 1}\n\xef\xbb\xbf{"a": 2}', [(1, ONE), (2, TWO)]),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [1, 2, 5, WHOLE])
def test_shapes_of_files(shape: str, size: int) -> None:
    body, expected = SHAPES[shape]
    assert seen(body, size=size) == expected
    assert accounted(*read(body, size=size)) == len(body.splitlines())


def test_numbers_keep_their_digits() -> None:
    text = '{"a": 15.3420, "b": 12345678901234567890, "c": 0.1, "d": 1E-7, "e": 1e400}'
    ((_, value),) = seen(text.encode())
    assert isinstance(value, dict)
    assert [str(number) for number in value.values()] == [
        "15.3420",
        "12345678901234567890",
        "0.1",
        "1E-7",
        "1E+400",
    ]
    assert isinstance(value["a"], Decimal)


BROKEN = {
    "not JSON": (b'{"a": 1}\nhello, world\n{"a": 2}\n', (2, ParseError.BAD_JSON)),
    "cut line": (b'{"a": 1}\n{"a": "x\n{"a": 2}\n', (2, ParseError.BAD_JSON)),
    "no closing brace": (b'{"a": 1}\n{"a": 3\n{"a": 2}\n', (2, ParseError.BAD_JSON)),
    "a comma too many": (b'{"a": 1}\n{"a": 3,}\n{"a": 2}\n', (2, ParseError.BAD_JSON)),
    "a repeated key": (b'{"a": 1}\n{"a": 3, "a": 3}\n{"a": 2}\n', (2, ParseError.BAD_JSON)),
    "NaN": (b'{"a": 1}\n{"a": NaN}\n{"a": 2}\n', (2, ParseError.BAD_JSON)),
    "infinity": (b'{"a": 1}\n{"a": -Infinity}\n{"a": 2}\n', (2, ParseError.BAD_JSON)),
    "too deep": (
        b'{"a": 1}\n{"a": ' + b"[" * 9999 + b"]" * 9999 + b'}\n{"a": 2}\n',
        (2, ParseError.BAD_JSON),
    ),
    "a bad byte": (b'{"a": 1}\n{"a": "\xff"}\n{"a": 2}\n', (2, ParseError.BAD_ENCODING)),
    "half a character": (b'{"a": 1}\n{"a": "\\ud800"}\n{"a": 2}', (2, ParseError.BAD_ENCODING)),
    "a NUL byte": (b'{"a": 1}\n{"a": "\0"}\n{"a": 2}\n', (2, ParseError.NUL_BYTE)),
    "an escaped NUL": (b'{"a": 1}\n{"a": "\\u0000"}\n{"a": 2}\n', (2, ParseError.NUL_BYTE)),
    "a huge number": (
        b'{"a": 1}\n{"a": ' + b"9" * 9999 + b'}\n{"a": 2}\n',
        (2, ParseError.BAD_JSON),
    ),
    "a huge exponent": (
        b'{"a": 1}\n{"a": 1e99999999999999999999}\n{"a": 2}',
        (2, ParseError.BAD_JSON),
    ),
    "an element of an array": (b'[{"a": 1}, {"a": 3 4}, {"a": 2}]', (2, ParseError.BAD_JSON)),
    "an element that is no object": (b'[{"a": 1}, null, {"a": 2}]', (2, ParseError.BAD_JSON)),
    "an unclosed string": (b'[{"a": 1}, {"a": "3}, {"a": 2}]', (2, ParseError.BAD_JSON)),
    "objects within": (
        b'[{"a":1},{"a":"3},"b":[{"c":1}]},{"a":2}]',
        (2, ParseError.BAD_JSON),
    ),
    "a printed object": (
        b'[\n  {\n    "a": 1\n  },\n  {\n    "a": "3,\n    "b": {\n      "c": [\n'
        b'  {}]}\n  },\n  {\n    "a": 2\n  }\n]\n',
        (5, ParseError.BAD_JSON),
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("size", [1, 7, WHOLE])
def test_a_broken_object_costs_itself(kind: str, size: int) -> None:
    body, broken = BROKEN[kind]
    found = seen(body, size=size, like={"a"})
    assert [value for _, value in found] == [ONE, broken[1], TWO]
    assert found[1] == broken
    assert accounted(*read(body, size=size, like={"a"})) == len(body.splitlines())


def test_a_broken_object_is_known_by_its_bytes() -> None:
    (found,), _ = read(b'\n{"a": "\xe9\xff', encoding="utf-8")
    assert found.first is not None
    assert (found.first.number, found.first.raw, found.first.size) == (2, b'{"a": "\xe9\xff', 9)


@pytest.mark.parametrize("body", [b'[{"a": 1},', b'[{"a": 1}\n', b'{"data": [{"a": 1}'])
def test_a_file_cut_between_objects_says_so(body: bytes) -> None:
    assert [value for _, value in seen(body)] == [ONE, ParseError.BAD_JSON]


def test_a_file_cut_in_an_object_says_so_once() -> None:
    assert seen(b'[{"a": 1}, {"a": ') == [(1, ONE), (2, ParseError.BAD_JSON)]


def test_an_object_over_the_limit_costs_itself() -> None:
    big = json.dumps({"a": [{"a": "x" * 50}] * 100}).encode()
    for body in (b'{"a": 1}\n' + big + b'\n{"a": 2}', b'[{"a": 1},' + big + b',{"a": 2}]'):
        reader = ObjectReader(pieces(body, 512), "utf-8", (), limit=2048)
        reader.looks_right = lambda value: value in (ONE, TWO)
        assert [found.error or found.value for found in reader.objects()] == [
            ONE,
            ParseError.RECORD_TOO_LARGE,
            TWO,
        ]


def test_memory_does_not_grow_with_the_file() -> None:
    page = b"[" + b'{"a": "%s"},' % (b"x" * 1000) * 1000
    tracemalloc.start()
    reader = ObjectReader((page if n == 0 else page[1:] for n in range(MANY // 1000)), "utf-8")
    assert sum(found.error is None for found in reader.objects()) == MANY
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MOST_MEMORY


def test_many_broken_objects_take_linear_time() -> None:
    started = time.monotonic()
    found = seen(b"[" + b'{"a": "x,' * MANY + b'{"a": 2}]', like={"a"})
    assert found[-1][1] == TWO
    assert len(seen(b'{"a": "x\n' * MANY + b'{"a": 2}\n', like={"a"})) == MANY + 1
    assert time.monotonic() - started < MOST_SECONDS


FRAGMENTS = (
    *(b"[", b"]", b"{", b"}", b",", b'"', b"\\", b"\xff", b"\0", b"nul", b"12", b'{"a": "x'),
    *(b'{"a": 1}', b'{"a": 2, "b": [{"a": 3}]}', b'{"data": ['),
    *(b"\n", b"\r\n", b"\r", b"  ", b"\n\n"),
)
TEXT = st.sampled_from(FRAGMENTS) | st.binary(max_size=8)


@settings(max_examples=500, deadline=None)
@given(st.lists(TEXT, max_size=40), st.sampled_from([1, 3, WHOLE]))
def test_every_physical_line_is_accounted_for(parts: list[bytes], size: int) -> None:
    body = b"".join(parts)
    for encoding in ("utf-8", "cp1252"):
        found, reader = read(body, size=size, like={"a"}, encoding=encoding)
        assert accounted(found, reader) == len(body.splitlines())
        numbers = [item.line for item in found]
        assert numbers == sorted(set(numbers))
        assert all((item.value is None) == (item.error is not None) for item in found)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.dictionaries(st.text(min_size=1, max_size=5), st.integers()), max_size=10),
    st.sampled_from([None, 2]),
    st.integers(min_value=1, max_value=50),
)
def test_good_objects_come_back_as_they_were(
    objects: list[dict[str, int]], indent: int | None, size: int
) -> None:
    objects = [{"a": 0, **item} for item in objects]
    whole = json.dumps(objects, indent=indent)
    page = json.dumps({"x": "y", "data": objects}, indent=indent)
    lines = "\n".join(json.dumps(item, indent=indent) for item in objects)
    for text in (whole, page, lines):
        found, _ = read(text.encode(), size=size)
        expected = [i if "\\u0000" not in json.dumps(i) else None for i in objects]
        assert [item.value for item in found] == expected


def test_a_broken_object_does_not_break_the_page_around_it() -> None:
    page = b'{"data": [\n{"id": 1, "x: 2},\n{"id": 2},\n{"id": 3}\n], "status_code": 1000}\n'
    found = list(ObjectReader([page], "utf-8", ("data",)).objects())
    assert [(each.line, each.value is None) for each in found] == [
        (2, True),
        (3, False),
        (4, False),
    ]
