"""What a build on Spark knows, for the plan of its fits: the rows asked for come to the driver.

The fits learn from a bounded sample of series, so that what comes does not grow with the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import duckdb
import pandas as pd
import pyarrow as pa

from ecocharge.forecasting.held import RELATIONS, held_warehouse
from ecocharge.forecasting.known import UnknownEnergy
from ecocharge.forecasting.reading import DAYS, ORIGINS, SERIES, Warehouse
from ecocharge.forecasting.schedule import fewest_known_hours
from ecocharge.forecasting.settings import Settings
from ecocharge.forecasting.stored import SCHEMA_NAME, TABLES

_ISSUED = TABLES[0]
_ORIGIN = ["series_id", "origin_ts_utc"]
_NO_ROWS = "1 = 0"


class SparkWarehouse:
    """The tables of a build on Spark, and the durable state of those before it.

    Args:
        session: of Spark.
        relations: its frames by the names of `held.RELATIONS`.

    Attributes:
        session: as given.
        relations: as given.
        state: the frames of what has been issued, by the names of `stored.TABLES`; none before the
            first build.
    """

    def __init__(self, session: Any, **relations: Any) -> None:
        self.session = session
        self.relations = {name: relations[name] for name in RELATIONS}
        names = {name: f"{SCHEMA_NAME}.{name}" for name in TABLES}
        is_stored = all(session.catalog.tableExists(name) for name in names.values())
        self.state = {name: session.table(full) for name, full in names.items() if is_stored}

    def days(self, settings: Settings) -> pd.DataFrame:
        return self._origins(DAYS, settings)

    def series(self, settings: Settings) -> pd.DataFrame:
        return self._origins(SERIES, settings)

    def rows(self, series_ids: Sequence[str], first_day: int) -> pd.DataFrame:
        features = _of(self.relations["features"], series_ids)
        local = self._held(
            features=features.filter(f"day_number >= {first_day}"),
            profiles=self.relations["profiles"],
            peer_levels=_of(self.relations["peer_levels"], series_ids),
        )
        return local.rows(series_ids, first_day)

    def unknown(self, series_ids: Sequence[str]) -> UnknownEnergy:
        unknown = _of(self.relations["unknown_energy"], series_ids)
        return self._held(unknown_energy=unknown).unknown(series_ids)

    def issued(self, series_ids: Sequence[str], since: pd.Timestamp) -> pd.DataFrame:
        own = {
            name: _of(frame, series_ids) if name == _ISSUED else frame
            for name, frame in self.state.items()
        }
        return self._held(**own).issued(series_ids, since)

    def fits(self, source_system: str) -> pd.DataFrame:
        own = {
            name: frame.filter(_NO_ROWS) if name == _ISSUED else frame
            for name, frame in self.state.items()
        }
        return self._held(**own).fits(source_system)

    def _held(self, **known: Any) -> Warehouse:
        """These rows on the driver; of tables that nobody asks for, the columns."""
        nothing = {name: frame.filter(_NO_ROWS) for name, frame in self.relations.items()}
        return held_warehouse({name: to_arrow(frame) for name, frame in (nothing | known).items()})

    def _origins(self, question: str, settings: Settings) -> pd.DataFrame:
        self.relations["features"].createOrReplaceTempView("features")
        origins = self.session.sql(ORIGINS.format(fewest=fewest_known_hours(settings)))
        if self.state:
            done = self.state[_ISSUED].selectExpr(*_ORIGIN, "true as is_done").distinct()
            origins = origins.join(done, _ORIGIN, "left")
        else:
            origins = origins.selectExpr("*", "cast(null as boolean) as is_done")
        origins.createOrReplaceTempView("origins")
        with duckdb.connect() as connection:
            found = connection.from_arrow(to_arrow(self.session.sql(question)))
            return cast(pd.DataFrame, found.df())


def naive(frame: Any) -> list[str]:
    """The columns of a frame as expressions, with timestamps in UTC that have no zone."""
    return [
        f"cast({name} as timestamp_ntz) as {name}" if kind == "timestamp" else name
        for name, kind in frame.dtypes
    ]


def to_arrow(frame: Any) -> pa.Table:
    """Rows of Spark, with naive timestamps in UTC as DuckDB has them."""
    return cast(pa.Table, frame.selectExpr(*naive(frame)).toArrow())


def _of(frame: Any, series_ids: Sequence[str]) -> Any:
    return frame.filter(frame["series_id"].isin(list(series_ids)))
