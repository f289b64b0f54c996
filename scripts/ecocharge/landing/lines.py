"""Bytes to physical lines, in bounded memory however long a line is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

KEPT_BYTES = 128 * 1024


class Line(NamedTuple):
    """One physical line.

    Attributes:
        number: 1-based, counting LF, CR and CRLF alike.
        raw: its bytes without the line end, cut after `KEPT_BYTES`.
        size: its whole length in bytes, without the line end.
        end: the line end, empty where the file stops without one.
    """

    number: int
    raw: bytes
    size: int
    end: bytes


def physical_lines(chunks: Iterable[bytes]) -> Iterator[Line]:
    """Split a stream of bytes into lines ended by LF, CR or CRLF.

    Args:
        chunks: the bytes of one file, in order, in pieces of any size.

    Yields:
        The lines in order; together their sizes and ends add up to the stream.
    """
    number = 0
    cut = 0
    pending = b""
    for chunk in chunks:
        pieces = (pending + chunk).splitlines(keepends=True)
        # A final CR may be the first half of a CRLF whose LF comes with the next chunk.
        pending = pieces.pop() if pieces and not pieces[-1].endswith(b"\n") else b""
        for piece in pieces:
            number += 1
            yield _line(number, piece, cut)
            cut = 0
        if len(pending) > KEPT_BYTES:
            kept = pending[:KEPT_BYTES]
            if pending.endswith(b"\r"):
                kept += b"\r"
            cut += len(pending) - len(kept)
            pending = kept
    if pending:
        yield _line(number + 1, pending, cut)


def _line(number: int, piece: bytes, cut: int) -> Line:
    body = piece.rstrip(b"\r\n")
    return Line(number, body[:KEPT_BYTES], len(body) + cut, piece[len(body) :])
