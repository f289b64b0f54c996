"""What the user named on the command line, as a list of files."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecocharge.errors import EcoChargeError


@dataclass(frozen=True)
class InputFile:
    """One file to land.

    Attributes:
        path: where it is.
        source_file: its name for lineage: relative to the folder it was found under, so that it
            says nothing about this machine.
    """

    path: Path
    source_file: str


def find_inputs(given: Sequence[str]) -> tuple[list[InputFile], list[EcoChargeError]]:
    """Expand files, folders (their `*.csv`) and glob patterns.

    Args:
        given: as the user wrote them.

    Returns:
        The files in the order given, those of one folder or pattern sorted, none twice; and one
        error for each argument that leads to no file.
    """
    found: dict[Path, InputFile] = {}
    errors: list[EcoChargeError] = []
    for text in given:
        try:
            for item in _expand(text):
                found.setdefault(item.path.resolve(), item)
        except EcoChargeError as error:
            errors.append(error)
    return list(found.values()), errors


def _expand(text: str) -> Iterator[InputFile]:
    path = Path(text)
    if path.is_dir():
        yield from _under(path, sorted(_csv_files(path)), f"no .csv file in the folder {text}")
    elif path.exists():
        yield InputFile(path, path.name)
    elif glob.has_magic(text):
        folder = _fixed_folder(path)
        yield from _under(folder, _matches(folder, path), f"no file matches {text}")
    else:
        raise EcoChargeError(
            "there is no such file or folder",
            remedy="check the path; a pattern with * or a folder of .csv files will do too",
            file=text,
        )


def _csv_files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.suffix.lower() == ".csv" and path.is_file() and not path.name.startswith("."):
            yield path


def _matches(folder: Path, pattern: Path) -> list[Path]:
    try:
        found = sorted(folder.glob(str(pattern.relative_to(folder))))
    except ValueError as error:
        raise EcoChargeError(
            "this pattern cannot be used", remedy="let ** stand alone between slashes", file=pattern
        ) from error
    return [path for path in found if path.is_file() and not path.name.startswith(".")]


def _under(folder: Path, files: Sequence[Path], nothing: str) -> Iterator[InputFile]:
    if not files:
        raise EcoChargeError(nothing, remedy="check the path, or name the files one by one")
    for file in files:
        yield InputFile(file, Path(os.path.relpath(file, folder)).as_posix())


def _fixed_folder(pattern: Path) -> Path:
    fixed: list[str] = []
    for part in pattern.parts[:-1]:
        if glob.has_magic(part):
            break
        fixed.append(part)
    return Path(*fixed)
