"""What a build on Spark knows: the rows asked for come to the driver, and DuckDB reads them there.

The models learn from a bounded sample of series, and forecasts are made for a few series at a time,
so that what is on the driver does not grow with the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import duckdb
import pandas as pd
import pyarrow as pa

from ecocharge.forecasting.known import UnknownEnergy
from ecocharge.forecasting.reading import ORIGINS, Warehouse
from ecocharge.forecasting.schedule import fewest_known_hours
from ecocharge.forecasting.settings import Settings
from ecocharge.forecasting.stored import SCHEMA_NAME, TABLES

_NO_ROWS = "1 = 0"


class SparkWarehouse:
    """The tables of a build on Spark, and the durable state of those before it.

    Args:
        session: of Spark.
        features: `int_forecasting__features`.
        profiles: `int_forecasting__network_profiles`.
        peer_levels: `int_forecasting__peer_levels`.
        unknown_energy: `int_forecasting__unknown_energy`.
    """

    def __init__(
        self, session: Any, features: Any, profiles: Any, peer_levels: Any, unknown_energy: Any
    ) -> None:
        self._session = session
        self._features = features
        self._profiles = profiles
        self._peer_levels = peer_levels
        self._unknown_energy = unknown_energy

    def days(self, settings: Settings) -> pd.DataFrame:
        return self._with_origins(settings).days(settings)

    def series(self, settings: Settings) -> pd.DataFrame:
        return self._with_origins(settings).series(settings)

    def rows(self, series_ids: Sequence[str], first_day: int) -> pd.DataFrame:
        features = _of(self._features, series_ids).filter(f"day_number >= {first_day}")
        peers = _of(self._peer_levels, series_ids)
        local = self._local(features=features, profiles=self._profiles, peer_levels=peers)
        return local.rows(series_ids, first_day)

    def unknown(self, series_ids: Sequence[str]) -> UnknownEnergy:
        unknown = _of(self._unknown_energy, series_ids)
        return self._local(unknown_energy=unknown).unknown(series_ids)

    def issued(self, series_ids: Sequence[str], since: pd.Timestamp) -> pd.DataFrame:
        return self._local(state=f"series_id in ({_quoted(series_ids)})").issued(series_ids, since)

    def fits(self, source_system: str) -> pd.DataFrame:
        return self._local(state=_NO_ROWS).fits(source_system)

    def _with_origins(self, settings: Settings) -> _Local:
        self._features.createOrReplaceTempView("features")
        asked = ORIGINS.format(fewest=fewest_known_hours(settings))
        return self._local(origins=self._session.sql(asked), state="true")

    def _local(self, *, state: str | None = None, origins: Any = None, **known: Any) -> _Local:
        """A DuckDB in memory with these rows; of tables that nobody asks for, the columns."""
        connection = duckdb.connect()
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("attach ':memory:' as state")
        if state is not None:
            self._copy_state(connection, state)
        tables = {
            "features": self._features,
            "profiles": self._profiles,
            "peer_levels": self._peer_levels,
            "unknown_energy": self._unknown_energy,
        }
        relations = {
            name: connection.from_arrow(to_arrow(known.get(name, table.filter(_NO_ROWS))))
            for name, table in tables.items()
        }
        found = connection.from_arrow(to_arrow(origins)) if origins is not None else None
        return _Local(connection, found, **relations)

    def _copy_state(self, connection: duckdb.DuckDBPyConnection, where: str) -> None:
        names = {name: f"{SCHEMA_NAME}.{name}" for name in TABLES}
        if not all(self._session.catalog.tableExists(name) for name in names.values()):
            return
        connection.execute(f"create schema state.{SCHEMA_NAME}")
        for name, on_spark in names.items():
            table = self._session.table(on_spark)
            chosen = table.filter(where) if "series_id" in table.columns else table
            connection.register("rows_of_spark", to_arrow(chosen))
            connection.execute(
                f"create table state.{SCHEMA_NAME}.{name} as select * from rows_of_spark"
            )


class _Local(Warehouse):
    """Rows that have come to the driver; origins were found on Spark."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        origins: duckdb.DuckDBPyRelation | None,
        **relations: duckdb.DuckDBPyRelation,
    ) -> None:
        super().__init__(connection, **relations)
        self._found = origins

    def found_origins(self, settings: Settings) -> duckdb.DuckDBPyRelation:
        assert self._found is not None
        return self._found


def to_arrow(frame: Any) -> pa.Table:
    """Rows of Spark, with naive timestamps in UTC as DuckDB has them."""
    naive = {name: frame[name].cast("timestamp_ntz") for name, kind in frame.dtypes
             if kind == "timestamp"}  # fmt: skip
    return cast(pa.Table, (frame.withColumns(naive) if naive else frame).toArrow())


def _of(frame: Any, series_ids: Sequence[str]) -> Any:
    return frame.filter(f"series_id in ({_quoted(series_ids)})")


def _quoted(names: Sequence[str]) -> str:
    return ", ".join("'" + name.replace("'", "\\'") + "'" for name in names) or "''"
