"""Make a network as planned: seeds for the smallest preset, landed Parquet for the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecocharge.generator.grid_factors import NO_FACTORS, grid_factors
from ecocharge.generator.meter_values import read_meters
from ecocharge.generator.network import Site
from ecocharge.generator.presets import Plan
from ecocharge.generator.sessions import SiteRun
from ecocharge.generator.tables import (
    ENTITIES,
    Table,
    connectors_table,
    grid_factors_table,
    meter_values_table,
    sessions_table,
    stack,
    stations_table,
)
from ecocharge.generator.writing import (
    PartWriter,
    landing_folder,
    load_id,
    seeds_folder,
    write_csv,
)

Tick = Callable[[], None]


@dataclass(frozen=True)
class LandedFile:
    """A Parquet file of landing: its name relative to landing and what is in it."""

    entity: str
    source_file: str
    load_id: str
    arrival_seq: int
    rows: int


@dataclass(frozen=True)
class Made:
    """What a run made; `landed` is empty for seeds."""

    sessions: int
    stations: int
    folder: Path
    files: tuple[Path, ...]
    landed: tuple[LandedFile, ...] = ()


def site_chunks(plan: Plan, site: Site) -> Iterator[tuple[Table, Table]]:
    """Sessions and meter values of a site, month by month."""
    run = SiteRun.begin(plan.seed, site, plan.first, plan.last, plan.export_at)
    for month in plan.months:
        sessions = run.month(month)
        yield sessions_table(run, sessions), meter_values_table(site, read_meters(run, sessions))


def _grid_table(plan: Plan, sites: Sequence[Site]) -> Table:
    tables = [
        grid_factors_table(zone.name, grid_factors(plan.seed, zone, plan.first, plan.last))
        for zone in plan.grid_zones(sites)
    ]
    return stack([grid_factors_table("", NO_FACTORS), *tables])


def _ticking(chunks: Iterable[tuple[Table, Table]], tick: Tick) -> Iterator[tuple[Table, Table]]:
    for chunk in chunks:
        yield chunk
        tick()


def make_seeds(plan: Plan, folder: Path, tick: Tick = lambda: None) -> Made:
    """Write `native_<entity>.csv` for each entity into a folder, replacing what is there.

    Args:
        tick: called after each site-month.

    Raises:
        EcoChargeError: when the folder cannot be written.
    """
    sites = plan.network()
    with seeds_folder(folder) as fresh:
        chunks = [c for site in sites for c in _ticking(site_chunks(plan, site), tick)]
        tables = {
            "stations": stations_table(sites),
            "connectors": connectors_table(sites),
            "sessions": stack([sessions for sessions, _ in chunks]),
            "meter_values": stack([values for _, values in chunks]),
            "grid_factors": _grid_table(plan, sites),
        }
        for entity in ENTITIES:
            write_csv(fresh / f"native_{entity}.csv", tables[entity])
    return Made(
        sessions=len(tables["sessions"]["session_id"]),
        stations=len(sites),
        folder=folder,
        files=tuple(folder / f"native_{entity}.csv" for entity in ENTITIES),
    )


def _write_part(
    plan: Plan, fresh: Path, entity: str, part: int, seq: int, tables: Iterable[Table]
) -> LandedFile:
    folder = f"native_{entity}"
    name = f"{folder}/part-{part:05d}.parquet"
    load = load_id(plan.preset.name, plan.seed, plan.stations, plan.first, plan.last, name)
    writer = PartWriter(fresh / name, f"native/{name}", load, seq)
    for table in tables:
        writer.add(table)
    writer.close()
    return LandedFile(folder, f"native/{name}", load, seq, writer.rows)


def make_landing(plan: Plan, folder: Path, tick: Tick = lambda: None) -> Made:
    """Write Parquet parts of each entity into landing's `native` folder, replacing the last feed.

    Args:
        folder: the `native` folder itself.
        tick: called after each site-month.

    Raises:
        EcoChargeError: when the folder cannot be written.
    """
    sites = plan.network()
    landed: list[LandedFile] = []

    def land(entity: str, part: int, tables: Iterable[Table]) -> None:
        landed.append(_write_part(plan, fresh, entity, part, len(landed) + 1, tables))

    with landing_folder(folder) as fresh:
        land("stations", 0, [stations_table(sites)])
        land("connectors", 0, [connectors_table(sites)])
        for part, group in enumerate(plan.parts(sites)):
            chunks = [c for site in group for c in _ticking(site_chunks(plan, site), tick)]
            land("sessions", part, [sessions for sessions, _ in chunks])
            land("meter_values", part, [values for _, values in chunks])
        land("grid_factors", 0, [_grid_table(plan, sites)])
    return Made(
        sessions=sum(file.rows for file in landed if file.entity == "native_sessions"),
        stations=len(sites),
        folder=folder,
        files=tuple(folder.parent / file.source_file for file in landed),
        landed=tuple(landed),
    )
