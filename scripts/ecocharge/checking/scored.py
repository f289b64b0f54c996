"""A network with faults, cleaned by the project's models in a sandbox, and scored."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from ecocharge.checking.sandbox import run_models, sandbox
from ecocharge.clothes.delivering import Deliveries as Writing
from ecocharge.clothes.native_csv import FEED, NativeCsv
from ecocharge.faults.catalogue import Feed as FaultyFeed
from ecocharge.faults.catalogue import Rates, rates
from ecocharge.faults.files import DeliveredFile, Delivery, day_of
from ecocharge.faults.generated import Generated
from ecocharge.faults.period import Period
from ecocharge.faults.records import dirty_lines
from ecocharge.faults.scoring import EnergyScore, FaultScore, date_score, score_energy, score_faults
from ecocharge.faults.sessions import Batch, frame_of
from ecocharge.faults.stations import stations_csv
from ecocharge.faults.truth import truth_frame
from ecocharge.faults.wall_clock import WALL_CLOCK_FEED, dirty_wall_clock
from ecocharge.generator.presets import Plan
from ecocharge.landing.feeds import find_feed
from ecocharge.landing.load import Options
from ecocharge.landing.personal import demo_salt
from ecocharge.landing.run import land_files
from ecocharge.paths import Paths
from ecocharge.reporting.warehouse import read_only

# Exports of a back office come weekly, those of a public feed fortnightly at best.
_DAYS: Mapping[FaultyFeed, int] = {"records": 7, "wall_clock": 14}
_SETTINGS: Mapping[FaultyFeed, str] = {"records": FEED, "wall_clock": WALL_CLOCK_FEED}
_MODEL = "+int_sessions__accepted"

_ROWS = """
    select
        rows.source_file,
        rows.source_line,
        rows.row_class,
        coalesce(accepted.broken_rules, rows.rules_broken) as rules,
        rows.connector_id,
        epoch(rows.started_at_utc)::bigint as started_at,
        epoch(rows.ended_at_utc)::bigint as ended_at,
        rows.energy_kwh::varchar as energy_kwh
    from intermediate.int_sessions__classified as rows
    left join intermediate.int_sessions__accepted as accepted
        on
            rows.row_class = 'accepted'
            and rows.source_system = accepted.source_system
            and rows.load_id = accepted.load_id
            and rows.source_line = accepted.source_line
    where rows.source_system = ?
    order by rows.source_file, rows.source_line
"""


@dataclass(frozen=True)
class Scored:
    """The score of one faulty feed.

    Attributes:
        feed: which one.
        lines: lines of its files.
        faults: each fault's score.
        energy: the totals.
        rows: what became of each line, see `score_faults`, with what is true of it.
    """

    feed: FaultyFeed
    lines: int
    faults: tuple[FaultScore, ...]
    energy: EnergyScore
    rows: pd.DataFrame

    def to_json(self) -> dict[str, Any]:
        """For `json.dumps` with `default=str`, without the rows."""
        faults = [
            asdict(one) | {"precision": one.precision, "recall": one.recall} for one in self.faults
        ]
        totals = {"lines": self.lines, "moved_dates": asdict(date_score(self.rows))}
        return {"feed": self.feed, **totals, "faults": faults, "energy": asdict(self.energy)}


@dataclass(frozen=True)
class Deliveries:
    """The dirty files of both feeds, the clean ones, and the network's stations file."""

    dirty: Mapping[FaultyFeed, Delivery]
    clean: Mapping[FaultyFeed, Delivery]
    stations: bytes


def make_deliveries(plan: Plan, wanted: Rates, seed: int) -> Deliveries:
    """Generate a network and put faults into what it would export.

    Args:
        plan: the network.
        wanted: rates of the faults.
        seed: of the faults; that of the network is the plan's.

    Raises:
        EcoChargeError: when the network has no session.
    """
    made = Generated(plan)
    batches = list(made.batches())
    frame = pd.concat([frame_of(batch) for batch, _ in batches], ignore_index=True)
    frame = frame.sort_values(["last_updated_utc", "session_id"], ignore_index=True)
    places = pd.DataFrame(made.connectors).merge(
        pd.DataFrame(made.stations)[["station_id", "station_name"]], on="station_id"
    )
    weekly = Period.of(plan.first, plan.export_at, _DAYS["records"])
    fortnightly = Period.of(plan.first, plan.export_at, _DAYS["wall_clock"])

    def deliver(chosen: Rates) -> dict[FaultyFeed, Delivery]:
        return {
            "records": _records(made, batches, weekly, chosen, seed),
            "wall_clock": dirty_wall_clock(frame, places, fortnightly, chosen, seed),
        }

    stations = stations_csv(made.stations, made.connectors)
    return Deliveries(deliver(wanted), deliver(rates("none")), stations)


def _records(
    made: Generated,
    batches: Sequence[tuple[Batch, pa.Table]],
    period: Period,
    chosen: Rates,
    seed: int,
) -> Delivery:
    content: dict[str, list[bytes]] = {}
    clothing = NativeCsv(made.stations, made.connectors, seed)
    writing = Writing(
        clothing, period, chosen, seed, lambda name, part: content.setdefault(name, []).append(part)
    )
    truth = [
        writing.add(dirty_lines(batch, period, chosen, seed), values) for batch, values in batches
    ]
    files = tuple(
        DeliveredFile(name, day_of(period.ends[number]), b"".join(content[name]))
        for number in writing.numbers
        for name in [writing.file(number)]
    )
    return Delivery(files, truth_frame(pa.concat_tables(truth)))


def score(paths: Paths, plan: Plan, wanted: Rates, seed: int) -> list[Scored]:
    """Generate, inject, land, build and score; nothing in the project changes.

    Args:
        paths: the project.
        plan: the network.
        wanted: rates of the faults.
        seed: of the faults.

    Raises:
        EcoChargeError: when a file cannot be landed or a model fails.
    """
    made = make_deliveries(plan, wanted, seed)
    with tempfile.TemporaryDirectory(prefix="ecocharge-") as name:
        folder = Path(name)
        feeds = folder / "feeds"
        feeds.mkdir()
        with sandbox(paths, feeds=feeds) as apart:
            for kind, deliveries in (("dirty", made.dirty), ("clean", made.clean)):
                for feed, delivery in deliveries.items():
                    source = f"{kind}_{feed}"
                    (feeds / f"{source}.yml").write_text(_SETTINGS[feed], encoding="utf-8")
                    _land(apart, folder / source, source, delivery, made.stations)
            run_models(apart, sorted(path.stem for path in feeds.iterdir()), _MODEL)
            with read_only(apart.warehouse) as connection:
                return [_scored(connection, feed, made) for feed in made.dirty]


def _land(paths: Paths, folder: Path, source: str, delivery: Delivery, stations: bytes) -> None:
    delivery.write(folder)
    feed = find_feed(paths.feeds, source)
    exported: dict[Options, list[str]] = {}
    for file in delivery.files:
        options = Options(exported_on=file.exported_on)
        exported.setdefault(options, []).append(str(folder / file.name))
    if feed.adapter == "generic_csv":
        (folder / "stations.csv").write_bytes(stations)
        exported[Options()] = [str(folder / "stations.csv")]
    for options, given in exported.items():
        landed = land_files(feed, given, options, paths, demo_salt())
        if landed.errors:
            raise landed.errors[0]


def _scored(connection: duckdb.DuckDBPyConnection, feed: FaultyFeed, made: Deliveries) -> Scored:
    dirty = _rows(connection, f"dirty_{feed}")
    clean = _rows(connection, f"clean_{feed}").merge(
        made.clean[feed].truth[["source_file", "source_line", "session_id"]],
        on=["source_file", "source_line"],
    )
    truth = made.dirty[feed].truth
    return Scored(
        feed=feed,
        lines=len(truth),
        faults=tuple(score_faults(dirty, truth, clean)),
        energy=score_energy(dirty, truth),
        rows=dirty.merge(truth, on=["source_file", "source_line"], how="outer"),
    )


def _rows(connection: duckdb.DuckDBPyConnection, source: str) -> pd.DataFrame:
    rows = connection.execute(_ROWS, [source]).df()
    # Decimals come out of DuckDB as doubles otherwise.
    rows["energy_kwh"] = rows["energy_kwh"].map(_decimal).astype(object)
    rows["rules"] = rows["rules"].where(rows["rules"].notna(), None)
    return rows


def _decimal(text: object) -> Decimal | None:
    return Decimal(text) if isinstance(text, str) else None
