"""Bytes to records: every physical line is accounted for, whatever it holds."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecocharge.errors import EcoChargeError
from ecocharge.landing.decoding import content, examine
from ecocharge.landing.lines import KEPT_BYTES, Line, physical_lines
from ecocharge.landing.records import ParseError, Record, RecordReader

HEADER = b"id,name,kwh"


def read(body: bytes, encoding: str = "utf-8") -> tuple[list[Record], RecordReader]:
    reader = RecordReader(physical_lines([body]), encoding)
    reader.headers([","])
    return list(reader.records(",")), reader


def seen(body: bytes) -> list[tuple[int, list[str] | ParseError | None]]:
    return [(r.line, r.error or r.fields) for r in read(HEADER + b"\n" + body)[0]]


def accounted(records: list[Record], reader: RecordReader) -> int:
    return reader.header_lines + reader.blank_lines + sum(record.lines for record in records)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_lines_do_not_depend_on_how_the_bytes_arrive(size: int) -> None:
    body = b"a\nbc\r\nd\r\r\n\n\re\r\n"
    chunks = [body[i : i + size] for i in range(0, len(body), size)]
    lines = list(physical_lines(chunks))
    assert [line.raw for line in lines] == [b"a", b"bc", b"d", b"", b"", b"", b"e"]
    assert [line.number for line in lines] == [1, 2, 3, 4, 5, 6, 7]
    assert b"".join(line.raw + line.end for line in lines) == body


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b""])
def test_a_huge_line_is_measured_but_not_kept(end: bytes) -> None:
    chunks = [b"x" * 100_000] * 10 + [end[:1], end[1:] + b"y"]
    lines = list(physical_lines(chunks))
    assert lines[0].size == 1_000_000 + (1 if end == b"" else 0)
    assert len(lines[0].raw) == KEPT_BYTES
    assert lines[1:] == ([Line(2, b"y", 1, b"")] if end else [])


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_any_line_end_and_none_at_the_end(end: bytes, last: bool) -> None:
    body = end.join([HEADER, b"1,a,2.5", b'2,"b, c",3', b"", b"3,d,4"]) + (end if last else b"")
    records, reader = read(body)
    assert [r.fields for r in records] == [["1", "a", "2.5"], ["2", "b, c", "3"], ["3", "d", "4"]]
    assert [r.line for r in records] == [2, 3, 5]
    assert reader.blank_lines == 1


def test_a_quoted_line_break_belongs_to_its_record() -> None:
    assert seen(b'1,"a\r\n""b""\n\nc",2\n2,d,3\n') == [
        (2, ["1", 'a\r\n"b"\n\nc', "2"]),
        (6, ["2", "d", "3"]),
    ]


def test_an_unclosed_quote_costs_one_line() -> None:
    many = b"".join(b"%d,x,1\n" % i for i in range(200))
    rows = seen(b'1,"a,2\n' + many)
    assert rows[0] == (2, ParseError.UNCLOSED_QUOTE)
    assert rows[1:] == [(i + 3, [str(i), "x", "1"]) for i in range(200)]


def test_an_unclosed_quote_before_long_lines_costs_one_line() -> None:
    long = b"1," + b"x" * 40_000 + b",1\n"
    rows = seen(b'1,"a,2\n' + long * 3)
    assert rows[0] == (2, ParseError.UNCLOSED_QUOTE)
    assert [line for line, _ in rows] == [2, 3, 4, 5]


def test_a_record_may_span_fifty_lines_and_no_more() -> None:
    longest = b'1,"' + b"\n" * 49 + b'",2\n2,b,3\n'
    assert seen(longest) == [(2, ["1", "\n" * 49, "2"]), (52, ["2", "b", "3"])]
    assert seen(longest.replace(b'1,"', b'1,"\n'))[0] == (2, ParseError.UNCLOSED_QUOTE)


def test_a_quote_in_the_wrong_place_costs_one_line() -> None:
    assert seen(b'1,"a"b,2\n2,c,3\n') == [
        (2, ParseError.MALFORMED_QUOTE),
        (3, ["2", "c", "3"]),
    ]


def test_two_stray_quotes_do_not_swallow_the_lines_between() -> None:
    rows = seen(b'1,a,"\n2,b,3\n3,c,4"\n4,d,5\n5,"e,6\n6,f,7\n7,"\n8,g,9\n')
    assert rows[-1] == (9, ["8", "g", "9"])
    assert (7, ["6", "f", "7"]) in rows


def test_a_field_over_the_limit_costs_one_line() -> None:
    for size in (64 * 1024 + 1, 1 << 20):
        assert seen(b"1," + b"x" * size + b",2\n2,c,3\n") == [
            (2, ParseError.FIELD_TOO_LARGE),
            (3, ["2", "c", "3"]),
        ]
    assert seen(b"1," + b"x" * 64_000 + b",2\n")[0][1] == ["1", "x" * 64_000, "2"]


def test_a_record_of_many_small_fields_can_be_too_large_too() -> None:
    assert seen(b",".join([b"x" * 1000] * 70) + b"\n")[0][1] is ParseError.RECORD_TOO_LARGE


def test_field_count() -> None:
    assert seen(b"1,a\n1,a,2,b\n1,a,2,, \n") == [
        (2, ParseError.FIELD_COUNT),
        (3, ParseError.FIELD_COUNT),
        (4, ["1", "a", "2"]),
    ]


def test_nul_bad_bytes_and_a_repeated_header() -> None:
    rows = seen(b"1,a\0,2\n1,\xff,2\n" + "\ufeffID,Name ,kWh\n2,é,3\n".encode())
    assert rows == [
        (2, ParseError.NUL_BYTE),
        (3, ParseError.BAD_ENCODING),
        (4, ParseError.REPEATED_HEADER),
        (5, ["2", "é", "3"]),
    ]


def test_blank_lines_are_counted_wherever_they_are() -> None:
    records, reader = read(b"\n  \n" + HEADER + b"\n\n1,a,2\n\t\n\n")
    assert (reader.blank_lines, [r.line for r in records]) == (5, [5])
    assert (reader.header_lines, accounted(records, reader)) == (1, 7)


LINES = st.sampled_from(
    [b"1,a,2", b'2,"b, c",3', b'3,"d', b'e",4', b"", b"  ", b"x", b'"', b'a"b,c,d', b"\xff,\xc3,1"]
) | st.binary(max_size=30)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(LINES, st.sampled_from([b"\n", b"\r\n", b"\r"])), max_size=80))
def test_every_physical_line_is_accounted_for(lines: list[tuple[bytes, bytes]]) -> None:
    body = HEADER + b"\n" + b"".join(text + end for text, end in lines)
    records, reader = read(body)
    assert accounted(records, reader) == len(body.splitlines())
    starts = [record.line for record in records]
    assert starts == sorted(set(starts))
    assert all((r.fields is None) != (r.error is None) for r in records)
    assert {len(r.fields) for r in records if r.fields is not None} <= {3}


GOOD = [b'%d,"site %d, north",%d.5' % (i, i, i) for i in range(60)]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 59), st.integers(0, 20), st.binary(min_size=1, max_size=4)),
        max_size=6,
    )
)
def test_mutations_never_lose_a_line(changes: list[tuple[int, int, bytes]]) -> None:
    lines = list(GOOD)
    for row, place, junk in changes:
        lines[row] = lines[row][:place] + junk + lines[row][place:]
    body = b"\r\n".join([HEADER, *lines])
    records, reader = read(body)
    assert accounted(records, reader) == len(body.splitlines())
    whole = {tuple(r.fields) for r in records if r.fields is not None}
    untouched = set(range(60)) - {row for row, _, _ in changes}
    if not any(b'"' in junk for _, _, junk in changes):
        for row in untouched:
            assert (str(row), f"site {row}, north", f"{row}.5") in whole


def written(folder: Path, body: bytes) -> Path:
    path = folder / "file.csv"
    path.write_bytes(body)
    return path


def texts(path: Path) -> tuple[str, list[list[str] | ParseError | None]]:
    facts = examine(path)
    reader = RecordReader(physical_lines(content(path, facts)), facts.line_encoding)
    reader.headers([","])
    return facts.encoding, [r.error or r.fields for r in reader.records(",")]


@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [
        (b"", "utf-8", "utf-8"),
        (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32-be"),
        (b"", "cp1252", "cp1252"),
    ],
)
def test_encodings(tmp_path: Path, mark: bytes, codec: str, name: str) -> None:
    text = "id,name,kwh\r\n1,Café Münster,2\r\n"
    path = written(tmp_path, mark + text.encode(codec))
    assert texts(path) == (name, [["1", "Café Münster", "2"]])


def test_another_alphabet_is_guessed_from_enough_text(tmp_path: Path) -> None:
    street = "Кафе на улице Ленина, Москва станция"
    path = written(tmp_path, f'id,name,kwh\n1,"{street}",2\n'.encode("cp1251"))
    assert texts(path) == ("cp1251", [["1", street, "2"]])


def test_utf8_with_some_bad_bytes_loses_only_those_lines(tmp_path: Path) -> None:
    body = "id,name,kwh\n1,é,2\n".encode() + b"2,\xe9,3\n3,x,4\n"
    assert texts(written(tmp_path, body)) == (
        "utf-8",
        [["1", "é", "2"], ParseError.BAD_ENCODING, ["3", "x", "4"]],
    )


def test_broken_utf16_loses_only_those_lines(tmp_path: Path) -> None:
    good = "id,name,kwh\n1,a😀,2\n".encode("utf-16-le")
    body = codecs.BOM_UTF16_LE + good + b"\x00\xd8" + "x,b,3\n3,c,4".encode("utf-16-le") + b"\x00"
    assert texts(written(tmp_path, body)) == (
        "utf-16-le",
        [["1", "a😀", "2"], ParseError.BAD_ENCODING, ParseError.BAD_ENCODING],
    )


@pytest.mark.parametrize(
    ("codec", "mark", "broken"),
    [
        ("utf-16-le", codecs.BOM_UTF16_LE, b"\x00\xd8"),
        ("utf-16-be", codecs.BOM_UTF16_BE, b"\xdc\x00"),
        ("utf-32-le", codecs.BOM_UTF32_LE, b"\x00\x00\x11\x00"),
        ("utf-32-be", codecs.BOM_UTF32_BE, b"\x00\x00\xd8\x00"),
    ],
)
def test_a_broken_character_does_not_take_the_line_end_with_it(
    tmp_path: Path, codec: str, mark: bytes, broken: bytes
) -> None:
    before, after = ("id,name,kwh\n1,a,2\n2,".encode(codec), "\n3,c,4\n".encode(codec))
    assert texts(written(tmp_path, mark + before + broken + after)) == (
        codec,
        [["1", "a", "2"], ParseError.BAD_ENCODING, ["3", "c", "4"]],
    )


MARKS = [codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE]
MARKS += [codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE]


@settings(max_examples=150, deadline=None)
@given(
    mark=st.sampled_from([b"", *MARKS]),
    junk=st.binary(max_size=200),
)
def test_any_bytes_can_be_read(
    tmp_path_factory: pytest.TempPathFactory, mark: bytes, junk: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(mark + b"x" + junk)
    facts = examine(path)
    lines = list(physical_lines(content(path, facts)))
    reader = RecordReader(lines, facts.line_encoding)
    _, headers, error = reader.headers([","])
    if headers:
        assert accounted(list(reader.records(",")), reader) == len(lines)
    else:
        assert error in set(ParseError)


@pytest.mark.parametrize(
    ("body", "message"),
    [(b"", "empty"), (b"\n \r\n", "blank"), (codecs.BOM_UTF8, "blank"), (b"\0\0\n", "blank")],
)
def test_a_file_without_text_is_refused(tmp_path: Path, body: bytes, message: str) -> None:
    with pytest.raises(EcoChargeError, match=message):
        examine(written(tmp_path, body))


def test_a_file_that_changes_meanwhile_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, b"id,name,kwh\n1,a,2\n")
    facts = examine(path)
    path.write_bytes(b"id,name,kwh\n1,a,3\n")
    with pytest.raises(EcoChargeError, match="changed"):
        list(content(path, facts))
