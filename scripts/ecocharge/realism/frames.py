"""Session frames from wherever sessions are: a build, a published folder, a generator, a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from ecocharge.errors import EcoChargeError
from ecocharge.paths import Paths
from ecocharge.realism.sample import COLUMNS
from ecocharge.reporting.warehouse import read_only

_TIMES = ("started_at", "ended_at", "charging_ended_at")

_MART = """
select s.station_id, coalesce(s.connector_id, s.port_id) as connector_id, s.driver_key,
    s.started_at_utc, s.ended_at_utc, s.charging_ended_at_utc,
    s.energy_kwh::double as energy_kwh, d.time_zone
from {sessions} as s left join {stations} as d using (station_id)
where ? is null or s.source_system = ?
order by s.started_at_utc, s.session_id
"""

_PLACE = """
select
    coalesce(mode(time_zone), '') as time_zone,
    coalesce(mode(country_code), '') as country,
    coalesce(mode(region), '') as region
from core.dim_stations
where source_system = ?
"""

_NATIVE = """
select c.station_id, s.connector_id, nullif(s.driver_key, '') as driver_key,
    s.started_at_utc::timestamp as started_at_utc, s.ended_at_utc::timestamp as ended_at_utc,
    nullif(s.charging_ended_at_utc, '')::timestamp as charging_ended_at_utc,
    s.energy_kwh::double as energy_kwh, d.time_zone
from {sessions} as s
left join (select distinct connector_id, station_id from {connectors}) as c using (connector_id)
left join (select distinct station_id, time_zone from {stations}) as d using (station_id)
where nullif(s.ended_at_utc, '') is not null
order by s.started_at_utc, s.session_id
"""


@dataclass(frozen=True)
class Place:
    """Time zone, country (ISO 3166-1 alpha-2) and region of most of a feed's stations."""

    time_zone: str
    country: str
    region: str


def read_frame(where: str) -> pd.DataFrame:
    """The session frame that a name or a path stands for.

    Args:
        where: `warehouse.duckdb`, `warehouse.duckdb:feed`, a published folder, a generator's
            folder, a Parquet or CSV file with the columns of a session frame, or the bare name
            of a landed and built feed.

    Raises:
        EcoChargeError: when there is nothing there or no session in it.
    """
    path, feed = _split(where)
    if not path.exists():
        warehouse = Paths.discover().warehouse
        if path.parent != Path() or path.suffix or not warehouse.exists():
            raise EcoChargeError(
                f"nothing at {where}",
                remedy="name a file, a folder, or a feed that was landed and built",
            )
        path, feed = warehouse, where
    frame = _read(path, feed)
    if frame.empty:
        raise EcoChargeError(
            f"no accepted session of {where}",
            remedy="land and build the feed first; `ecocharge report` lists what there is",
            file=path,
        )
    return frame


def read_place(warehouse: Path, feed: str) -> Place:
    """Where a landed and built feed stands; empty texts where it does not say."""
    with read_only(warehouse) as connection:
        found = connection.execute(_PLACE, [feed]).fetchall()
    return Place(*found[0])


def _split(where: str) -> tuple[Path, str | None]:
    head, _, feed = where.rpartition(":")
    if head.endswith(".duckdb"):
        return Path(head), feed
    return Path(where), None


def _read(path: Path, feed: str | None) -> pd.DataFrame:
    if path.is_dir():
        return _from_folder(path, feed)
    if path.suffix == ".duckdb":
        return _from_warehouse(path, feed)
    return _from_file(path)


def _from_warehouse(path: Path, feed: str | None) -> pd.DataFrame:
    names = {"sessions": "core.fct_charging_sessions", "stations": "core.dim_stations"}
    with read_only(path) as connection:
        return _localised(connection.execute(_MART.format(**names), [feed, feed]).df())


def _from_folder(path: Path, feed: str | None) -> pd.DataFrame:
    marts = path / "parquet" if (path / "parquet").is_dir() else path
    native = path / "native" if (path / "native").is_dir() else path
    with duckdb.connect() as connection:
        if _tables(marts, "fct_charging_sessions"):
            names = {
                "sessions": _tables(marts, "fct_charging_sessions"),
                "stations": _tables(marts, "dim_stations"),
            }
            return _localised(connection.execute(_MART.format(**names), [feed, feed]).df())
        names = {
            name: _tables(native, f"native_{name}")
            for name in ("sessions", "connectors", "stations")
        }
        if not all(names.values()):
            raise EcoChargeError(
                "neither published marts nor a generated network in this folder",
                remedy="name a folder made by `ecocharge publish` or `ecocharge generate`",
                file=path,
            )
        return _localised(connection.execute(_NATIVE.format(**names)).df())


def _tables(folder: Path, name: str) -> str:
    """A table function over the table's files, empty where there is none."""
    quoted = str(folder / name).replace("'", "''")
    if (folder / name).is_dir():
        return f"read_parquet('{quoted}/**/*.parquet')"
    if (folder / f"{name}.parquet").is_file():
        return f"read_parquet('{quoted}.parquet')"
    if (folder / f"{name}.parquet").is_dir():
        return f"read_parquet('{quoted}.parquet/*/*.parquet', hive_partitioning = false)"
    if (folder / f"{name}.csv").is_file():
        return f"read_csv('{quoted}.csv', all_varchar=true)"
    return ""


def _from_file(path: Path) -> pd.DataFrame:
    if path.suffix not in {".parquet", ".csv"}:
        raise EcoChargeError(
            "sessions are read from .parquet, .csv and .duckdb files",
            remedy="land and build other formats first, and name the feed",
            file=path,
        )
    frame = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    missing = [name for name in COLUMNS if name not in frame]
    if missing:
        raise EcoChargeError(
            f"no column {', '.join(missing)}",
            remedy=f"give the columns {', '.join(COLUMNS)}; the optional ones may be empty",
            file=path,
        )
    times = {name: pd.to_datetime(frame[name]).astype("datetime64[s]") for name in _TIMES}
    return frame.assign(**times)[list(COLUMNS)]


def _localised(found: pd.DataFrame) -> pd.DataFrame:
    """From UTC to each station's wall clock; a station without a zone stays in UTC."""
    local = found.assign(
        **{name: pd.to_datetime(found[f"{name}_utc"]).astype("datetime64[s]") for name in _TIMES}
    )
    for zone, rows in local.groupby("time_zone").groups.items():
        for name in _TIMES:
            clock = local.loc[rows, name].dt.tz_localize("UTC").dt.tz_convert(str(zone))
            local.loc[rows, name] = clock.dt.tz_localize(None)
    return local[list(COLUMNS)]
