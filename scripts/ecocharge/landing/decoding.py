"""Which encoding a file is in, its digest, and its bytes as a stream of lines can use them.

Lines are split before they are decoded, so that one bad byte spoils one line and not the file.
That needs an encoding in which bytes below 128 mean ASCII; UTF-16 and UTF-32 are turned into
UTF-8 on the way, where a broken pair becomes invalid UTF-8 and is caught on its own line.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from ecocharge.errors import EcoChargeError

FALLBACK = "cp1252"
_BLANK = b"\xff\xfe\0 \t\r\n\x0b\x0c"
_CHUNK = 1 << 20
_SAMPLE_BYTES = 64 * 1024
_SAMPLE_LINE = 4096
# The mark of UTF-32-LE begins with that of UTF-16-LE, so the longer ones come first.
_WIDE = {
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_MULTI_BYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True)
class Held:
    """A file whose bytes are in memory, as from an object store.

    Attributes:
        path: its name, for messages.
        content: its bytes.
    """

    path: Path
    content: bytes


Readable = Path | Held


@dataclass(frozen=True)
class FileFacts:
    """What one pass over a file's bytes tells.

    Attributes:
        sha256: hex digest of the whole file.
        size_bytes: its length.
        encoding: a Python codec name; `utf-8-sig` is UTF-8 with a byte order mark.
    """

    sha256: str
    size_bytes: int
    encoding: str

    @property
    def load_id(self) -> str:
        return self.sha256[:16]

    @property
    def line_encoding(self) -> str:
        """The codec of a line of `content`."""
        return "utf-8" if self.encoding.startswith("utf-") else self.encoding


def examine(file: Readable) -> FileFacts:
    """Read a file once for its digest, size and encoding.

    Raises:
        EcoChargeError: when the file cannot be read, or holds no text at all.
    """
    path = name_of(file)
    digest = hashlib.sha256()
    utf8 = codecs.getincrementaldecoder("utf-8")()
    valid = True
    multi_byte = False
    blank = True
    size = 0
    first = b""
    overlap = b""
    for chunk in _chunks(file):
        first = first or chunk[:4]
        size += len(chunk)
        digest.update(chunk)
        blank = blank and not chunk.removeprefix(codecs.BOM_UTF8).strip(_BLANK)
        if chunk.isascii() and not overlap:
            continue
        valid = valid and _decodes(utf8, chunk)
        multi_byte = multi_byte or _MULTI_BYTE.search(overlap + chunk) is not None
        overlap = chunk[-3:]
    if blank:
        raise EcoChargeError(
            "the file is empty" if size == 0 else "the file holds only blank lines",
            remedy="export it again; a file with no sessions still has its header line",
            file=path,
        )
    valid = valid and _decodes(utf8, b"", final=True)
    return FileFacts(digest.hexdigest(), size, _encoding(file, first, valid, multi_byte))


def name_of(file: Readable) -> Path:
    """What messages call a file."""
    return file.path if isinstance(file, Held) else file


def content(
    file: Readable, facts: FileFacts, advance: Callable[[int], None] = lambda _: None
) -> Iterator[bytes]:
    """The file's text as bytes in `facts.line_encoding`, without a byte order mark.

    Args:
        file: the file that `facts` describes.
        facts: see `examine`.
        advance: told the number of file bytes read, after each piece.

    Raises:
        EcoChargeError: when the file cannot be read, or changed since it was examined.
    """
    pieces = _same_file(file, facts, advance)
    if facts.encoding in _WIDE.values():
        return _from_wide(pieces, facts.encoding)
    return _without_mark(pieces) if facts.encoding == "utf-8-sig" else pieces


def _chunks(file: Readable) -> Iterator[bytes]:
    if isinstance(file, Held):
        for start in range(0, len(file.content), _CHUNK):
            yield file.content[start : start + _CHUNK]
        return
    path = file
    try:
        with path.open("rb") as opened:
            while chunk := opened.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise EcoChargeError(
            f"the file cannot be read ({error.strerror})",
            remedy="check that it exists, is a plain file and that you may read it",
            file=path,
        ) from error


def _same_file(file: Readable, facts: FileFacts, advance: Callable[[int], None]) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for chunk in _chunks(file):
        digest.update(chunk)
        yield chunk
        advance(len(chunk))
    if digest.hexdigest() != facts.sha256:
        raise EcoChargeError(
            "the file changed while it was being read",
            remedy="wait until its writer has finished, then land it again",
            file=name_of(file),
        )


def _without_mark(pieces: Iterable[bytes]) -> Iterator[bytes]:
    first = True
    for piece in pieces:
        yield piece.removeprefix(codecs.BOM_UTF8) if first else piece
        first = False


def _from_wide(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)(_MARKED)
    first = True
    for piece in pieces:
        text = decoder.decode(piece)
        if first:
            text = text.removeprefix("\ufeff")
            first = False
        yield text.encode("utf-8", "surrogatepass")
    yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")


def _mark(error: UnicodeError) -> tuple[str, int]:
    # A lone surrogate becomes invalid UTF-8 further on, which marks its line.
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\ud800", error.end


_MARKED = "ecocharge-marked"
codecs.register_error(_MARKED, _mark)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _encoding(file: Readable, first: bytes, valid_utf8: bool, multi_byte: bool) -> str:
    if first.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    for mark, name in _WIDE.items():
        if first.startswith(mark):
            return name
    if valid_utf8 or multi_byte:
        return "utf-8"
    return _guess(_sample(file))


def _sample(file: Readable) -> bytes:
    found: list[bytes] = []
    size = 0
    for chunk in _chunks(file):
        for line in chunk.splitlines():
            if match := _HIGH_BYTE.search(line):
                start = max(0, match.start() - _SAMPLE_LINE)
                found.append(line[start : match.start() + _SAMPLE_LINE])
                size += len(found[-1])
            if size > _SAMPLE_BYTES:
                return b"\n".join(found)
    return b"\n".join(found)


def _guess(sample: bytes) -> str:
    best = from_bytes(sample).best()
    if best is None or FALLBACK in best.could_be_from_charset or not _keeps_ascii(best.encoding):
        return FALLBACK
    return best.encoding


def _keeps_ascii(encoding: str) -> bool:
    ascii_bytes = bytes(range(128))
    try:
        return ascii_bytes.decode(encoding) == ascii_bytes.decode("ascii")
    except UnicodeDecodeError:
        return False
