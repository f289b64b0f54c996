"""A landing as the user asks for it: many files, each landed or reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import duckdb

from ecocharge.errors import EcoChargeError
from ecocharge.landing.adapters import adapters_for
from ecocharge.landing.archives import (
    Limits,
    is_archive,
    remove_unpacked,
    scratch_folder,
    unpacked,
)
from ecocharge.landing.feeds import Feed, find_feed, register_feed
from ecocharge.landing.inputs import DATA_SUFFIXES, JSON_SUFFIXES, InputFile, collect
from ecocharge.landing.load import Lander, Options, Outcome
from ecocharge.landing.personal import Salt, demo_salt, find_salt
from ecocharge.landing.report import LateBar, show, show_demo_salt
from ecocharge.paths import Paths
from ecocharge.state import open_state


def land(
    source: str,
    given: Sequence[str],
    options: Options,
    paths: Paths,
    *,
    recursive: bool = False,
    has_demo_salt: bool = False,
    limits: Limits | None = None,
) -> Landed:
    """Land what the user named and print a table of it.

    Args:
        source: name of the feed.
        given: files, folders and patterns.
        options: what else the user chose.
        paths: the project's folders.
        recursive: look into the folders of folders too.
        has_demo_salt: hash with the salt that everybody knows.
        limits: how much an archive may hold.

    Returns:
        What became of it: one error for each argument or file that could not be landed; the
        others are.

    Raises:
        EcoChargeError: when nothing at all can be landed: an unknown adapter or entity, no salt,
            one that is too short or not the one used before, a state file in use.
    """
    salt = demo_salt() if has_demo_salt else find_salt(paths.root)
    feed = find_feed(paths.feeds, source)
    landed = land_files(feed, given, options, paths, salt, recursive=recursive, limits=limits)
    show(landed.outcomes, passed_over=landed.passed_over)
    if salt.is_demo and landed.outcomes:
        show_demo_salt()
    return landed


@dataclass(frozen=True)
class Landed:
    """What became of all that the user named.

    Attributes:
        outcomes: the files that are landed.
        passed_over: names of files that were not tried.
        errors: one for each argument or file that could not be landed.
    """

    outcomes: list[tuple[InputFile, Outcome]]
    passed_over: list[str]
    errors: list[EcoChargeError]

    @property
    def new_files(self) -> int:
        """How many of them had not been landed before."""
        return sum(outcome.is_new for _, outcome in self.outcomes)

    @property
    def new_rows(self) -> int:
        """The rows of those."""
        return sum(outcome.load.rows_in for _, outcome in self.outcomes if outcome.is_new)


def land_files(
    feed: Feed,
    given: Sequence[str],
    options: Options,
    paths: Paths,
    salt: Salt,
    *,
    recursive: bool = False,
    limits: Limits | None = None,
) -> Landed:
    """Land what the user named; nothing is printed but a bar.

    Args: see `land`.

    Raises:
        EcoChargeError: when nothing at all can be landed.
    """
    suffixes = data_suffixes(feed, options)
    found = collect(given, recursive=recursive, suffixes=suffixes)
    if not found.files:
        return Landed([], [*found.passed_over], [*found.errors])
    with open_state(paths.state) as connection:
        landed = land_found(connection, feed, found.files, options, paths, salt, limits=limits)
    return Landed(
        landed.outcomes,
        [*found.passed_over, *landed.passed_over],
        [*found.errors, *landed.errors],
    )


def land_found(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    files: Sequence[InputFile],
    options: Options,
    paths: Paths,
    salt: Salt,
    *,
    limits: Limits | None = None,
    taken: Callable[[InputFile, Sequence[EcoChargeError]], bool] = lambda item, errors: True,
) -> Landed:
    """Land files one after the other.

    Args:
        connection: from `ecocharge.state.open_state`.
        taken: told each file when it is done with, and what of it could not be landed; where it
            says False, the others are left.

    Raises:
        EcoChargeError: when nothing at all can be landed.
    """
    with LateBar(files) as bar:
        remove_unpacked(paths.landing)
        lander = Lander(connection, paths.landing, feed, salt, options)
        scratch = scratch_folder(paths.landing)
        landing = _Landing(lander, scratch, data_suffixes(feed, options), limits, bar)
        for item in files:
            before = len(landing.errors)
            landing.take(item)
            if not taken(item, landing.errors[before:]):
                break
    if landing.outcomes:
        register_feed(connection, feed)
    return Landed(landing.outcomes, landing.passed_over, landing.errors)


def data_suffixes(feed: Feed, options: Options) -> frozenset[str]:
    """What data in a feed's folders and archives ends in; JSON only where its adapter reads it."""
    own = adapters_for(feed, options.adapter)[0]
    formats = {entity.file_format for adapter in own for entity in adapter.entities}
    return DATA_SUFFIXES if formats != {"csv"} else DATA_SUFFIXES - JSON_SUFFIXES


class _Landing:
    """Lands files one by one, those within archives too, and gathers what came of them."""

    def __init__(
        self,
        lander: Lander,
        scratch: Path,
        suffixes: frozenset[str],
        limits: Limits | None,
        bar: LateBar,
    ) -> None:
        self._lander = lander
        self._scratch = scratch
        self._suffixes = suffixes
        self._limits = limits
        self._bar = bar
        self.outcomes: list[tuple[InputFile, Outcome]] = []
        self.errors: list[EcoChargeError] = []
        self.passed_over: list[str] = []

    def take(self, item: InputFile) -> None:
        """Land a file, or each file of an archive."""
        try:
            if is_archive(item.path):
                self._take_archive(item)
            else:
                self._take_file(item)
        except EcoChargeError as error:
            self.errors.append(error)
        self._bar.done(item)

    def _take_file(self, item: InputFile) -> None:
        self.outcomes.append((item, self._lander.land(item, self._bar.advance)))

    def _take_archive(self, archive: InputFile) -> None:
        with unpacked(
            archive,
            self._scratch,
            limits=self._limits,
            suffixes=self._suffixes,
            advance=self._bar.unpack,
        ) as contents:
            self.passed_over += contents.passed_over
            if not contents.files:
                raise EcoChargeError(
                    "the archive holds no data file",
                    remedy="look into it; data named otherwise can be unpacked and then named",
                    file=archive.path,
                )
            self._bar.add(contents.files)
            for member in contents.files:
                try:
                    self._take_file(member)
                except EcoChargeError as error:
                    self.errors.append(_renamed(error, archive, member))
                self._bar.done(member)


def _renamed(error: EcoChargeError, archive: InputFile, member: InputFile) -> EcoChargeError:
    """The error under the name the user knows the file by."""
    inside = PurePosixPath(member.source_file).relative_to(archive.source_file)
    file = archive.path / inside if error.file == str(member.path) else error.file
    return EcoChargeError(
        error.message, remedy=error.remedy, file=file, line=error.line, column=error.column
    )
