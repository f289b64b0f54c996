"""The parts of a feed: the sites of each are fixed by the plan, so anyone may write any part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from ecocharge.generator.engines import Engine
from ecocharge.generator.network import Site
from ecocharge.generator.presets import Plan
from ecocharge.generator.sessions import Sessions, SiteRun
from ecocharge.generator.tables import Table, reading_columns, session_columns
from ecocharge.generator.writing import Format, PartWriter, load_id, part_writer, rows_of

Tick = Callable[[int, int], None]
"""Told of progress: site-months and sessions made since the last time."""

_FILES_BEFORE_PARTS = 2
_FILES_OF_A_PART = 2


@dataclass(frozen=True)
class Job:
    """What is being made, where, and with which kernel."""

    plan: Plan
    folder: Path
    kind: Format
    engine: Engine


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
        name = f"{self._folder}/part-{part:05d}.{job.kind}"
        self._file = f"native/{name}"
        self._load = load_id(job.plan.fingerprint, name)
        self.path = job.folder / name

    def open(self) -> AbstractContextManager[PartWriter]:
        return part_writer(self._job.kind, self.path, self._file, self._load, self._seq)

    def landed(self) -> LandedFile:
        rows = rows_of(self._job.kind, self.path)
        return LandedFile(self._folder, self._file, self._load, self._seq, rows)


def write_file(job: Job, entity: str, seq: int, table: Table) -> LandedFile:
    """Write an entity that fits in one part."""
    target = _Target(job, entity, 0, seq)
    with target.open() as writer:
        writer.add(table)
    return target.landed()


def _blocks(
    job: Job, sites: Sequence[Site], tick: Tick
) -> Iterator[list[tuple[SiteRun, Sessions]]]:
    size = job.plan.stations_per_block
    for start in range(0, len(sites), size):
        made = []
        for site in sites[start : start + size]:
            run = begin_site(job.plan, site, job.engine)
            made.append((run, run.all_months()))
        yield made
        tick(len(made) * len(job.plan.months), sum(len(sessions) for _, sessions in made))


def write_part(job: Job, part: int, sites: Sequence[Site], tick: Tick) -> list[LandedFile]:
    """Write the sessions and meter values of a part, a row group for each block of sites.

    A part that an interrupted run has finished is left as it is.
    """
    seq = _FILES_BEFORE_PARTS + part * _FILES_OF_A_PART
    sessions = _Target(job, "sessions", part, seq + 1)
    readings = _Target(job, "meter_values", part, seq + 2)
    if not (sessions.path.exists() and readings.path.exists()):
        with sessions.open() as sessions_file, readings.open() as readings_file:
            for made in _blocks(job, sites, tick):
                sessions_file.add(session_columns(made))
                readings_file.add(reading_columns(made))
    else:
        tick(len(sites) * len(job.plan.months), 0)
    return [sessions.landed(), readings.landed()]
