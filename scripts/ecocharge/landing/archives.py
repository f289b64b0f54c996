"""Archives unpacked so that a hostile or damaged one costs an error message and nothing else.

Members are written under numbers, never under the names they bring, into a folder of this run's
own. Every byte is counted as it comes out, because sizes stated in an archive can lie. An archive
is unpacked whole, and so checked whole, before anything of it is landed.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import re
import shutil
import stat
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Literal, Protocol

from ecocharge.errors import EcoChargeError
from ecocharge.landing.inputs import ARCHIVE_SUFFIXES, DATA_SUFFIXES, InputFile

_CHUNK = 1 << 20
_TAR_BLOCK = 512
_DEEPEST = 1
_TAR_HEADER_LIMIT = 1 << 20
_TAR_HEADERS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
_TAR_SHORT = (".tgz", ".tbz", ".tbz2", ".txz")
_ENCRYPTED = 0x1
_DRIVE = re.compile(r"[A-Za-z]:")
_DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    IndexError,
    struct.error,
)

Kind = Literal["zip", "tar", "gz", "bz2", "xz", "other"]
_MAGIC: tuple[tuple[bytes, int, Kind], ...] = (
    (b"PK\x03\x04", 0, "zip"),
    (b"PK\x05\x06", 0, "zip"),
    (b"\x1f\x8b", 0, "gz"),
    (b"BZh", 0, "bz2"),
    (b"\xfd7zXZ\0", 0, "xz"),
    (b"\x28\xb5\x2f\xfd", 0, "other"),
    (b"7z\xbc\xaf\x27\x1c", 0, "other"),
    (b"Rar!\x1a\x07", 0, "other"),
    (b"ustar", 257, "tar"),
)


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


_Source = AbstractContextManager[_Readable]
_OPENERS: dict[Kind, Callable[[Path], _Source]] = {
    "gz": gzip.GzipFile,
    "bz2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
}


@dataclass(frozen=True)
class Limits:
    """How much an archive may hold.

    Attributes:
        unpacked_bytes: bytes on disk at once.
        members: files, folders and links, those of an archive within it included.
        ratio: unpacked bytes for each byte of the archive, enforced above `free_bytes`.
        free_bytes: what may be unpacked whatever the ratio: small files can be very repetitive.
    """

    unpacked_bytes: int = 20 * 10**9
    members: int = 10_000
    ratio: int = 200
    free_bytes: int = 64 << 20


@dataclass
class Contents:
    """What came out of an archive.

    Attributes:
        files: its data, named `archive/member` for lineage.
        passed_over: members that are no data, with the reason in brackets.
    """

    files: list[InputFile] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)


def is_archive(path: Path) -> bool:
    """Whether a file is an archive or compressed, by its name or else by its first bytes."""
    suffix = path.suffix.lower()
    if suffix in DATA_SUFFIXES:
        return False
    return suffix in ARCHIVE_SUFFIXES or _kind(path) is not None


@contextmanager
def unpacked(
    item: InputFile,
    folder: Path,
    *,
    limits: Limits | None = None,
    suffixes: frozenset[str] = DATA_SUFFIXES,
    advance: Callable[[int], None] = lambda _: None,
) -> Iterator[Contents]:
    """Unpack an archive for as long as the context lasts.

    Args:
        item: the archive.
        folder: where to make a private folder; see `scratch_folder`.
        limits: how much it may hold.
        suffixes: what data ends in.
        advance: told the number of bytes written, after each piece.

    Raises:
        EcoChargeError: when it is damaged, encrypted, too large, unsafe, of an unknown kind, or
            the disk is full; nothing of it is left then.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        own = Path(tempfile.mkdtemp(dir=folder))
    except OSError as error:
        raise _not_written(item, error) from error
    try:
        unpacking = _Unpacking(item, own, limits or Limits(), suffixes, advance)
        unpacking.run(item, depth=0)
        yield unpacking.contents
    finally:
        shutil.rmtree(own, ignore_errors=True)


def scratch_folder(landing: Path) -> Path:
    """Where archives of a landing folder are unpacked: beside it, hidden."""
    return landing.with_name(f".{landing.name}.unpacked")


def remove_unpacked(landing: Path) -> None:
    """Remove what a killed run left unpacked; only call while no other is running."""
    shutil.rmtree(scratch_folder(landing), ignore_errors=True)


class _Unpacking:
    """One archive, with the archives within it, on its way to disk."""

    def __init__(
        self,
        item: InputFile,
        folder: Path,
        limits: Limits,
        suffixes: frozenset[str],
        advance: Callable[[int], None],
    ) -> None:
        self.contents = Contents()
        self._item = item
        self._folder = folder
        self._limits = limits
        self._suffixes = suffixes
        self._advance = advance
        self._packed = item.path.stat().st_size
        self._bytes = 0
        self._members = 0
        self._written = 0
        self._at = item.source_file

    def run(self, item: InputFile, depth: int) -> None:
        """Take out what `item` holds, `depth` archives deep."""
        try:
            kind = _kind(item.path)
            if kind == "zip":
                self._unzip(item, depth)
            elif kind == "tar" or (kind is None and item.path.suffix.lower() == ".tar"):
                self._untar(item, depth)
            elif kind in _OPENERS:
                self._decompress(item, _OPENERS[kind], depth)
            else:
                raise self._refused(
                    "an archive of this kind cannot be unpacked",
                    "unpack it yourself, or pack it as .zip or .tar.gz",
                )
        except _DAMAGE as error:
            raise EcoChargeError(
                f"the archive is damaged at {self._at} ({_reason(error)})",
                remedy="get it again, or unpack it yourself and land what can be saved",
                file=self._item.path,
            ) from error

    def _unzip(self, item: InputFile, depth: int) -> None:
        with zipfile.ZipFile(item.path) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            if "[Content_Types].xml" in names or "mimetype" in names:
                raise self._refused(
                    "this is an office document", "save its table as CSV in UTF-8, then land that"
                )
            for member in members:
                name = self._enter(item, member.filename)
                if member.flag_bits & _ENCRYPTED:
                    raise self._refused(
                        f"{name} is encrypted", "unpack it with its password, then land the files"
                    )
                kind = stat.S_IFMT(member.external_attr >> 16)
                if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                    self._pass_over(name, "a link or device")
                elif not member.is_dir():
                    self._take(name, partial(archive.open, member), depth)

    def _untar(self, item: InputFile, depth: int) -> None:
        with item.path.open("rb") as file:
            with tarfile.open(fileobj=file, mode="r:", tarinfo=_TarInfo) as archive:
                for member in archive:
                    name = self._enter(item, member.name)
                    if member.issparse():
                        raise self._refused(
                            f"{name} is stored with holes", "pack it again without --sparse"
                        )
                    if member.isreg():
                        self._take(name, partial(_opened, archive, member), depth)
                    elif not member.isdir():
                        self._pass_over(name, "a link or device")
                end = archive.offset
            # The reader takes a broken header for the end; a sound archive ends in zeros.
            file.seek(end)
            if any(file.read(_TAR_BLOCK)):
                raise tarfile.ReadError("a broken header")

    def _decompress(
        self,
        item: InputFile,
        opener: Callable[[Path], _Source],
        depth: int,
    ) -> None:
        self._at = item.source_file
        stem = item.path.stem if item.path.suffix.lower() in ARCHIVE_SUFFIXES else item.path.name
        suffix = Path(stem).suffix.lower()
        kept = suffix if suffix in self._suffixes else ""
        target = self._copy(partial(opener, item.path), kept)
        if item.path.suffix.lower() in _TAR_SHORT or suffix == ".tar" or _kind(target) == "tar":
            self._untar(InputFile(target, item.source_file), depth)
            self._forget(target)
        elif _kind(target) is not None:
            self._pass_over(item.source_file, "packed twice")
            self._forget(target)
        else:
            self.contents.files.append(InputFile(target, item.source_file))

    def _enter(self, item: InputFile, name: str) -> str:
        cleaned = "".join(c if c.isprintable() else "_" for c in name.replace("\\", "/"))
        path = PurePosixPath(cleaned)
        self._at = f"{item.source_file}/{path}"
        self._members += 1
        if self._members > self._limits.members:
            raise self._refused(
                f"it holds more than {self._limits.members:,} members",
                "is it what you think it is? Unpack it yourself and land the folder",
            )
        if path.is_absolute() or ".." in path.parts or _DRIVE.match(cleaned):
            raise self._refused(
                f"the name of a member leads outside: {path}",
                "do not trust it; ask its sender, or unpack it yourself where that does no harm",
            )
        return self._at

    def _take(self, name: str, opener: Callable[[], _Source], depth: int) -> None:
        path = PurePosixPath(name)
        suffix = path.suffix.lower()
        inside = path.parts[len(PurePosixPath(self._item.source_file).parts) :]
        if "__MACOSX" in inside or any(part.startswith(".") for part in inside):
            self._pass_over(name, "hidden")
        elif suffix in self._suffixes:
            self.contents.files.append(InputFile(self._copy(opener, suffix), name))
        elif suffix not in ARCHIVE_SUFFIXES:
            self._pass_over(name, "no data by its name")
        elif depth >= _DEEPEST:
            self._pass_over(name, "an archive too deep inside others")
        else:
            before = PurePosixPath(path.stem).suffix.lower()
            before = before if before == ".tar" or before in self._suffixes else ""
            nested = self._copy(opener, before + suffix)
            self.run(InputFile(nested, name), depth + 1)
            self._forget(nested)

    def _copy(self, opener: Callable[[], _Source], suffix: str) -> Path:
        self._written += 1
        target = self._folder / f"{self._written:06d}{suffix}"
        with opener() as source, _private(target) as file:
            while piece := source.read(_CHUNK):
                self._spend(len(piece))
                try:
                    file.write(piece)
                except OSError as error:
                    raise _not_written(self._item, error) from error
        return target

    def _spend(self, size: int) -> None:
        self._bytes += size
        if self._bytes > self._limits.unpacked_bytes:
            raise self._refused(
                f"it holds more than {self._limits.unpacked_bytes:,} bytes",
                "if that is right, unpack it yourself, or raise --max-unpacked",
            )
        allowed = max(self._limits.free_bytes, self._limits.ratio * self._packed)
        if self._bytes > allowed:
            raise self._refused(
                f"it unpacks to more than {self._limits.ratio} times its size",
                "is it what you think it is? If so, unpack it yourself and land the files",
            )
        self._advance(size)

    def _forget(self, target: Path) -> None:
        self._bytes -= target.stat().st_size
        target.unlink()

    def _pass_over(self, name: str, why: str) -> None:
        self.contents.passed_over.append(f"{name} ({why})")

    def _refused(self, message: str, remedy: str) -> EcoChargeError:
        return EcoChargeError(message, remedy=remedy, file=self._item.path)


class _TarInfo(tarfile.TarInfo):
    """Refuses a long name or extended header that would fill the memory."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in _TAR_HEADERS and self.size > _TAR_HEADER_LIMIT:
            raise tarfile.ReadError("a header of more than a megabyte")
        # The one hook that the standard library offers here.
        return super()._proc_member(archive)  # type: ignore[misc, no-any-return]  # not in the stubs


def _opened(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    source = archive.extractfile(member)
    if source is None:
        raise tarfile.ReadError("no content")
    return source


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file


def _kind(path: Path) -> Kind | None:
    try:
        with path.open("rb") as file:
            start = file.read(_TAR_BLOCK)
    except OSError:
        return None
    for magic, place, kind in _MAGIC:
        if start[place : place + len(magic)] == magic:
            return kind
    return None


def _reason(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _not_written(item: InputFile, error: OSError) -> EcoChargeError:
    return EcoChargeError(
        f"the archive cannot be unpacked ({error.strerror or error})",
        remedy="check free disk space and permissions; nothing of it was landed",
        file=item.path,
    )
