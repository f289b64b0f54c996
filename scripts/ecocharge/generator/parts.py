"""The parts of a feed: the sites of each are fixed by the plan, so anyone may write any part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

from ecocharge.generator.engines import Engine
from ecocharge.generator.network import Site
from ecocharge.generator.presets import SESSIONS_PER_BLOCK, Plan
from ecocharge.generator.sessions import Sessions, SiteRun
from ecocharge.generator.tables import (
    TEXT,
    TYPED,
    Columns,
    Form,
    connectors_table,
    reading_columns,
    session_columns,
    stations_table,
)
from ecocharge.generator.writing import Format, PartWriter, load_id, part_writer, rows_of

Tick = Callable[[int, int], None]
"""Told of progress: site-months and sessions made since the last time."""

PARTED = ("stations", "connectors", "sessions", "meter_values")
"""The entities that come in parts, in the order of their files."""


@dataclass(frozen=True)
class Job:
    """What is being made, where, and with which kernel."""

    plan: Plan
    folder: Path
    kind: Format
    engine: Engine

    @property
    def form(self) -> Form:
        """How its stamps and decimals are given."""
        return TYPED if self.kind == "typed" else TEXT


@dataclass(frozen=True)
class LandedFile:
    """A file of landing: its name relative to landing and what is in it."""

    entity: str
    source_file: str
    load_id: str
    arrival_seq: int
    rows: int


def begin_site(plan: Plan, site: Site, engine: Engine) -> SiteRun:
    """A site with every port free and no session yet."""
    return SiteRun(plan.seed, site, plan.first, plan.last, plan.export_at, engine, plan.meters)


class _Target:
    """A file to be written, or already there from an interrupted run."""

    def __init__(self, job: Job, entity: str, part: int, seq: int) -> None:
        self._job = job
        self._folder = f"native_{entity}"
        self._seq = seq
        suffix = "csv" if job.kind == "csv" else "parquet"
        name = f"{self._folder}/part-{part:05d}.{suffix}"
        self._file = f"native/{name}"
        self._load = load_id(job.plan.fingerprint, name)
        self.path = job.folder / name

    def open(self) -> AbstractContextManager[PartWriter]:
        return part_writer(self._job.kind, self.path, self._file, self._load, self._seq)

    def landed(self) -> LandedFile:
        rows = rows_of(self._job.kind, self.path)
        return LandedFile(self._folder, self._file, self._load, self._seq, rows)


def write_file(job: Job, entity: str, seq: int, tables: Iterable[Columns]) -> LandedFile:
    """Write an entity that fits in one part."""
    target = _Target(job, entity, 0, seq)
    with target.open() as writer:
        for table in tables:
            writer.add(table)
    return target.landed()


def _blocks(
    job: Job, sites: Sequence[Site], tick: Tick
) -> Iterator[list[tuple[SiteRun, Sessions]]]:
    made: list[tuple[SiteRun, Sessions]] = []
    rows = 0
    # The list is emptied, not replaced: the taker still has it while the next block is made.
    for site in sites:
        run = begin_site(job.plan, site, job.engine)
        made.append((run, run.all_months()))
        rows += len(made[-1][1])
        if rows >= SESSIONS_PER_BLOCK or site is sites[-1]:
            yield made
            tick(len(made) * len(job.plan.months), rows)
            made.clear()
            rows = 0


def write_part(job: Job, part: int, tick: Tick) -> list[LandedFile]:
    """Write the stations of a part, their connectors, sessions and meter values.

    The sessions come in row groups of a block of sites. A part that an interrupted run has
    finished is left as it is.
    """
    numbers = job.plan.parts[part]
    targets = [
        _Target(job, entity, part, part * len(PARTED) + place + 1)
        for place, entity in enumerate(PARTED)
    ]
    if all(target.path.exists() for target in targets):
        tick(len(numbers) * len(job.plan.months), 0)
    else:
        _fill(job, job.plan.sites(numbers), targets, tick)
    return [target.landed() for target in targets]


def _fill(job: Job, sites: Sequence[Site], targets: Sequence[_Target], tick: Tick) -> None:
    with ExitStack() as stack:
        stations, connectors, sessions, readings = (
            stack.enter_context(target.open()) for target in targets
        )
        stations.add(stations_table(sites))
        connectors.add(connectors_table(sites))
        for made in _blocks(job, sites, tick):
            sessions.add(session_columns(made, job.form))
            readings.add(reading_columns(made, job.form))
