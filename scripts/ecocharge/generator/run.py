"""Make a network as planned: seeds for the smallest preset, landed files for the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ecocharge.generator.engines import PLAIN, Engine
from ecocharge.generator.grid_factors import NO_FACTORS, grid_factors
from ecocharge.generator.memory import kept_memory
from ecocharge.generator.network import Site
from ecocharge.generator.parts import Job, LandedFile, Tick, begin_site, write_file, write_part
from ecocharge.generator.presets import Plan
from ecocharge.generator.tables import (
    ENTITIES,
    TEXT,
    Columns,
    Form,
    Table,
    as_text,
    connectors_table,
    grid_factor_columns,
    reading_columns,
    session_columns,
    stack,
    stations_table,
)
from ecocharge.generator.workers import in_parallel
from ecocharge.generator.writing import Format, landing_folder, seeds_folder, write_csv

Entering = Callable[[Sequence[LandedFile]], AbstractContextManager[None]]
"""Given the files of a network, makes what is held while they take their place."""


@contextmanager
def unregistered(_files: Sequence[LandedFile]) -> Iterator[None]:
    """Holds nothing: the files are for whoever asked for them."""
    yield


def _nobody(_site_months: int, _sessions: int) -> None:
    """Told of progress, does nothing."""


@dataclass(frozen=True)
class Made:
    """What a run made; `landed` is empty for seeds."""

    sessions: int
    stations: int
    folder: Path
    files: tuple[Path, ...]
    landed: tuple[LandedFile, ...] = ()


def site_chunks(plan: Plan, site: Site, engine: Engine = PLAIN) -> Iterator[tuple[Table, Table]]:
    """Sessions and meter values of a site, month by month."""
    run = begin_site(plan, site, engine)
    for month in plan.months:
        made = [(run, run.month(month))]
        yield as_text(session_columns(made)), as_text(reading_columns(made))


def _warm(plan: Plan, engine: Engine) -> None:
    """Let the kernel compile before memory is kept and workers are forked, which inherit it."""
    day = replace(plan, first=plan.first, last=plan.first)
    (site,) = plan.sites(range(1, 2))
    begin_site(day, site, engine).all_months()


def _grid_columns(plan: Plan, form: Form = TEXT) -> Iterator[Columns]:
    """The factors zone by zone; a network outside all zones has a table without rows."""
    yield grid_factor_columns("", NO_FACTORS, form)
    for zone in plan.grid_zones:
        factors = grid_factors(plan.seed, zone, plan.first, plan.last)
        yield grid_factor_columns(zone.name, factors, form)


def make_seeds(plan: Plan, folder: Path, tick: Tick = _nobody, engine: Engine = PLAIN) -> Made:
    """Write `native_<entity>.csv` for each entity into a folder, replacing what is there.

    Args:
        tick: called after each site.

    Raises:
        EcoChargeError: when the folder cannot be written.
    """
    sites = plan.network()
    with seeds_folder(folder) as fresh:
        made = []
        for site in sites:
            run = begin_site(plan, site, engine)
            made.append((run, run.all_months()))
            tick(len(plan.months), len(made[-1][1]))
        tables = {
            "stations": stations_table(sites),
            "connectors": connectors_table(sites),
            "sessions": as_text(session_columns(made)),
            "meter_values": as_text(reading_columns(made)),
            "grid_factors": stack([as_text(columns) for columns in _grid_columns(plan)]),
        }
        for entity in ENTITIES:
            write_csv(fresh / f"native_{entity}.csv", tables[entity])
    return Made(
        sessions=len(tables["sessions"]["session_id"]),
        stations=len(sites),
        folder=folder,
        files=tuple(folder / f"native_{entity}.csv" for entity in ENTITIES),
    )


def make_landing(
    plan: Plan,
    folder: Path,
    tick: Tick = _nobody,
    *,
    engine: Engine = PLAIN,
    workers: int = 1,
    resume: bool = False,
    kind: Format = "parquet",
    entering: Entering = unregistered,
) -> Made:
    """Write parts of each entity into landing's `native` folder, replacing the last feed.

    The same plan gives the same bytes with any number of workers, and whether or not the run was
    interrupted and resumed on the way.

    Args:
        folder: the `native` folder itself.
        tick: called as parts of the work get done.
        resume: keep the finished parts that an interrupted run of the same plan left behind.
        entering: given the files, held while they take their place.

    Raises:
        EcoChargeError: when the folder cannot be written, or another plan's work lies there.
    """
    parts = range(len(plan.parts))
    landed: list[LandedFile] = []

    def enter() -> AbstractContextManager[None]:
        return entering(landed)

    if engine is not PLAIN:
        _warm(plan, engine)
    made_of = f"{plan.fingerprint} {kind}"
    with landing_folder(folder, made_of, resume, enter) as fresh, kept_memory():
        job = Job(plan, fresh, kind, engine)
        if workers > 1 and len(parts) > 1:
            done = in_parallel(job, workers, tick)
        else:
            done = [write_part(job, part, tick) for part in parts]
        landed += [file for files in done for file in files]
        factors = _grid_columns(plan, job.form)
        landed.append(write_file(job, "grid_factors", len(landed) + 1, factors))
    return Made(
        sessions=sum(file.rows for file in landed if file.entity == "native_sessions"),
        stations=plan.stations,
        folder=folder,
        files=tuple(folder.parent / file.source_file for file in landed),
        landed=tuple(landed),
    )
