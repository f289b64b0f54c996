"""Presets measured in turns: the limit, the build, the build with its tests, the forecast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb

from ecocharge.bench.limit import MARTS
from ecocharge.bench.project import Network
from ecocharge.errors import EcoChargeError
from ecocharge.fingerprint import PUBLIC_SCHEMAS, VOLATILE_COLUMNS


@dataclass(frozen=True)
class Figures:
    """What a preset took; seconds are medians by the wall clock.

    Attributes:
        preset: its name.
        sessions: rows of `fct_charging_sessions`.
        limit_seconds: the limit, its process whole.
        work_seconds: the build from its first node to its last.
        startup_seconds: what dbt takes besides.
        tested_seconds: the build with its data tests, first node to last.
        forecast_seconds: the forecast on top, first node to last; None where it was not asked for.
        limit_peak_bytes: resident memory of the limit at most.
        peak_bytes: of the build.
        limit_file_bytes: size of the limit's database.
        file_bytes: of the warehouse.
        nodes: seconds by node of the last build.
    """

    preset: str
    sessions: int
    limit_seconds: float
    work_seconds: float
    startup_seconds: float
    tested_seconds: float
    forecast_seconds: float | None
    limit_peak_bytes: int
    peak_bytes: int
    limit_file_bytes: int
    file_bytes: int
    nodes: dict[str, float]

    @property
    def ratio(self) -> float:
        """The build over the limit, start-up aside."""
        return self.work_seconds / self.limit_seconds

    @property
    def tested_ratio(self) -> float:
        """The build with its tests over the limit, start-up aside."""
        return self.tested_seconds / self.limit_seconds


def measure(
    network: Network,
    preset: str,
    *,
    rounds: int,
    with_forecast: bool,
    step: Callable[[str], None] = lambda _: None,
) -> Figures:
    """Make a preset's network where it is not made yet, and measure it.

    Args:
        network: where it is.
        preset: its name.
        rounds: how often everything is run, in turns.
        with_forecast: whether the forecast is built, too.
        step: told what comes next.

    Raises:
        EcoChargeError: when a run fails, or the build's marts are not the limit's.
    """
    step(f"{preset}: making the network")
    network.make()
    limits, builds, tested = [], [], []
    for turn in range(1, rounds + 1):
        step(f"{preset}: limit, round {turn}")
        limits.append(network.limit())
        step(f"{preset}: build, round {turn}")
        builds.append(network.build(with_tests=False))
        sessions = same_marts(network)
        size = network.warehouse.stat().st_size
        step(f"{preset}: build with tests, round {turn}")
        tested.append(network.build(with_tests=True))
    forecast = None
    if with_forecast:
        step(f"{preset}: forecast")
        forecast = network.forecast().work_seconds
    return Figures(
        preset=preset,
        sessions=sessions,
        limit_seconds=median(each.seconds for each in limits),
        work_seconds=median(each.work_seconds for each in builds),
        startup_seconds=median(each.startup_seconds for each in builds),
        tested_seconds=median(each.work_seconds for each in tested),
        forecast_seconds=forecast,
        limit_peak_bytes=max(each.peak_bytes for each in limits),
        peak_bytes=max(each.took.peak_bytes for each in builds),
        limit_file_bytes=network.limit_database.stat().st_size,
        file_bytes=size,
        nodes=builds[-1].nodes,
    )


def same_marts(network: Network, marts: Sequence[str] = MARTS) -> int:
    """Refuse marts that differ from the limit's; the number of sessions."""
    with duckdb.connect(str(network.warehouse), read_only=True) as connection:
        connection.execute(f"attach '{network.limit_database}' as lower_bound (read_only)")
        for mart in marts:
            columns = _compared_columns(connection, mart)
            one, other = (
                _quick_digest(connection, f"{database}{mart}", columns)
                for database in ("lower_bound.", "")
            )
            if one != other:
                raise EcoChargeError(
                    f"{mart} of the build is not that of the limit:"
                    f" {other[0]:,} rows against {one[0]:,}, or other values",
                    file=network.folder,
                    remedy="a ratio of different results says nothing; compare the two tables",
                )
        ((sessions,),) = connection.execute(
            "select count(*) from core.fct_charging_sessions"
        ).fetchall()
    return int(sessions)


def digests(warehouse: Path) -> dict[str, tuple[int, int]]:
    """Rows of each public mart, and the sum of their hashes without lineage."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        names = [
            f"{schema}.{table}"
            for schema, table in connection.execute(
                "select schema_name, table_name from duckdb_tables()"
                " where database_name = current_database() and list_contains(?, schema_name)",
                [list(PUBLIC_SCHEMAS)],
            ).fetchall()
        ]
        return {
            name: _quick_digest(connection, name, _compared_columns(connection, name))
            for name in names
        }


def _compared_columns(connection: duckdb.DuckDBPyConnection, mart: str) -> list[str]:
    """The build's columns that are no lineage, with their types."""
    schema, table = mart.split(".")
    return [
        f'cast("{name}" as {data_type})'
        for name, data_type in connection.execute(
            "select column_name, data_type from duckdb_columns() where schema_name = ?"
            " and table_name = ? and database_name = current_database() order by column_name",
            [schema, table],
        ).fetchall()
        if name not in VOLATILE_COLUMNS
    ]


def _quick_digest(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]
) -> tuple[int, int]:
    """Rows and the sum of their 64-bit hashes: the fingerprint of releases takes minutes here."""
    ((rows, digest),) = connection.execute(
        f"select count(*), coalesce(sum(hash({', '.join(columns)})), 0) from {table}"
    ).fetchall()
    return int(rows), int(digest)
