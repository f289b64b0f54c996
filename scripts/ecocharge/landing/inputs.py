"""What the user named on the command line, as a list of files."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ecocharge.errors import EcoChargeError
from ecocharge.landing.decoding import Held, Readable

# Prose ends in .txt as often as data does: such a file is landed when it is named.
JSON_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})
DATA_SUFFIXES = frozenset({".csv", ".tsv"}) | JSON_SUFFIXES
ARCHIVE_SUFFIXES = frozenset(
    {".zip", ".tar", ".gz", ".tgz", ".bz2", ".tbz", ".tbz2", ".xz", ".txz", ".zst", ".7z", ".rar"}
)


@dataclass(frozen=True)
class InputFile:
    """One file to land.

    Attributes:
        path: where it is.
        source_file: its name for lineage: relative to the folder it was found under, so that it
            says nothing about this machine; within an archive, below the archive's name.
        content: its bytes where they are in memory, None where they are to be read from `path`.
    """

    path: Path
    source_file: str
    content: bytes | None = None

    @property
    def readable(self) -> Readable:
        """What the bytes are read from."""
        return self.path if self.content is None else Held(self.path, self.content)


@dataclass
class Found:
    """What the user's arguments lead to.

    Attributes:
        files: in the order given, those of one folder or pattern sorted, none twice.
        errors: one for each argument that leads to no file.
        passed_over: files in the folders given that do not look like data, by their names.
    """

    files: list[InputFile] = field(default_factory=list)
    errors: list[EcoChargeError] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)


def blames(error: EcoChargeError, item: InputFile) -> bool:
    """Whether what went wrong is wrong with the file, and not with this machine."""
    return not error.file or Path(error.file).is_relative_to(item.path)


def collect(
    given: Sequence[str],
    *,
    recursive: bool = False,
    suffixes: frozenset[str] = DATA_SUFFIXES,
) -> Found:
    """Expand files, folders and glob patterns.

    A file that is named lands whatever it is called, and so does each match of a pattern. Of a
    folder, files with one of the suffixes and archives are taken; hidden ones are ignored.

    Args:
        given: as the user wrote them.
        recursive: take the folders below each folder too; links to folders are not followed.
        suffixes: what data ends in, lower case with the dot.
    """
    found = Found()
    seen: set[Path] = set()
    for text in given:
        try:
            for item in _expand(text, recursive, suffixes, found.passed_over):
                if (real := item.path.resolve()) not in seen:
                    seen.add(real)
                    found.files.append(item)
        except EcoChargeError as error:
            found.errors.append(error)
    return found


def data_files(folder: Path, suffixes: frozenset[str]) -> list[InputFile]:
    """The data files and archives in a folder and those below it, by name; there may be none.

    Raises:
        EcoChargeError: when it is not a folder, or cannot be read.
    """
    taken, _ = _sorted_out(folder, recursive=True, suffixes=suffixes)
    return [InputFile(path, _relative(path, folder)) for path in taken]


def _expand(
    text: str, recursive: bool, suffixes: frozenset[str], passed_over: list[str]
) -> Iterator[InputFile]:
    path = Path(text)
    if path.is_dir():
        taken, other = _sorted_out(path, recursive, suffixes)
        passed_over += (_relative(each, path) for each in other)
        yield from _under(path, taken, _nothing_in(text, path, recursive))
    elif path.is_file():
        yield InputFile(path, path.name)
    elif path.exists():
        raise EcoChargeError(
            "this is not a plain file",
            remedy="write what it delivers to a file, then land that",
            file=text,
        )
    elif glob.has_magic(text):
        folder = _fixed_folder(path)
        nothing = EcoChargeError(f"no file matches {text}", remedy=_CHECK)
        yield from _under(folder, _matches(folder, path), nothing)
    else:
        raise EcoChargeError(
            "there is no such file or folder",
            remedy="check the path; a folder of data files or a pattern with * will do too",
            file=text,
        )


_CHECK = "check the path, or name the files one by one"


def _nothing_in(text: str, folder: Path, recursive: bool) -> EcoChargeError:
    deeper = not recursive and any(each.is_dir() for each in _entries(folder))
    return EcoChargeError(
        f"no data file in the folder {text}",
        remedy="there are folders in it: add --recursive to look into them" if deeper else _CHECK,
    )


def _sorted_out(
    folder: Path, recursive: bool, suffixes: frozenset[str]
) -> tuple[list[Path], list[Path]]:
    taken: list[Path] = []
    other: list[Path] = []
    for path in sorted(_files(folder, recursive)):
        suffix = path.suffix.lower()
        (taken if suffix in suffixes | ARCHIVE_SUFFIXES else other).append(path)
    return taken, other


def _files(folder: Path, recursive: bool) -> Iterator[Path]:
    for path in _entries(folder):
        if path.name.startswith("."):
            continue
        if path.is_file():
            yield path
        elif recursive and path.is_dir() and not path.is_symlink():
            yield from _files(path, recursive)


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise EcoChargeError(
            f"the folder cannot be read ({error.strerror})",
            remedy="check its permissions",
            file=folder,
        ) from error


def _matches(folder: Path, pattern: Path) -> list[Path]:
    try:
        found = sorted(folder.glob(str(pattern.relative_to(folder))))
    except ValueError as error:
        raise EcoChargeError(
            "this pattern cannot be used", remedy="let ** stand alone between slashes", file=pattern
        ) from error
    return [
        path
        for path in found
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]


def _under(folder: Path, files: Sequence[Path], nothing: EcoChargeError) -> Iterator[InputFile]:
    if not files:
        raise nothing
    for file in files:
        yield InputFile(file, _relative(file, folder))


def _relative(file: Path, folder: Path) -> str:
    return Path(os.path.relpath(file, folder)).as_posix()


def _fixed_folder(pattern: Path) -> Path:
    fixed: list[str] = []
    for part in pattern.parts[:-1]:
        if glob.has_magic(part):
            break
        fixed.append(part)
    return Path(*fixed)
