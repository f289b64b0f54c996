"""What a build knows, read a few series at a time: features, unknown energy, past forecasts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, cast

import duckdb
import pandas as pd

from ecocharge.forecasting.known import UnknownEnergy
from ecocharge.forecasting.peers import with_peers
from ecocharge.forecasting.schedule import fewest_known_hours
from ecocharge.forecasting.schema import ORDER
from ecocharge.forecasting.settings import Settings
from ecocharge.forecasting.stored import fits, issued, origins_done

STATIONS = "stations"
AGGREGATES = "aggregates"
SCOPES = (STATIONS, AGGREGATES)
"""Stations have models of their own, and so have cities and the network: sums behave otherwise."""


_ORIGIN = "series_id, origin_ts_utc"

ORIGINS = f"""
    select
        source_system,
        series_id,
        case when level = 'station' then '{STATIONS}' else '{AGGREGATES}' end as scope,
        origin_ts_utc,
        day_number,
        max(known_hours_672h) >= {{fewest}} as is_eligible,
        max(data_cutoff_ts_utc) > origin_ts_utc - interval 24 hours as is_heard
    from features
    where days_ahead = 0
    group by source_system, series_id, level, origin_ts_utc, day_number
"""

DAYS = """
    select
        source_system,
        scope,
        day_number,
        min(origin_ts_utc) as first_origin,
        min(origin_ts_utc) filter (where is_eligible) as first_eligible_origin,
        bool_or(is_done is null) as is_due,
        bool_or(is_done is null and is_eligible and is_heard) as model_is_due
    from origins
    group by source_system, scope, day_number
    order by source_system, scope, day_number
"""

SERIES = """
    select
        source_system,
        scope,
        series_id,
        min(day_number) filter (where is_eligible) as first_eligible_day,
        max(day_number) filter (where is_done is null) as last_due_day
    from origins
    group by source_system, scope, series_id
    order by source_system, scope, series_id
"""


class Source(Protocol):
    """Where the feature rows of all networks are, and what was issued for them before."""

    def days(self, settings: Settings) -> pd.DataFrame:
        """The days with an origin, in order.

        Returns:
            source_system, scope, day_number, first_origin (UTC), first_eligible_origin (of series
            with enough history, NaT where there is none), is_due (whether an origin of the day
            has no forecast yet), model_is_due (whether one of those is for a model).
        """

    def series(self, settings: Settings) -> pd.DataFrame:
        """The series, in order.

        Returns:
            source_system, scope, series_id, first_eligible_day and last_due_day as day numbers,
            NaN where there is none.
        """

    def rows(self, series_ids: Sequence[str], first_day: int) -> pd.DataFrame:
        """Feature rows with the columns of `with_peers`, of origins from this day on.

        Sorted by series, origin and target hour.
        """

    def unknown(self, series_ids: Sequence[str]) -> UnknownEnergy:
        """The energy not yet on record, by origin."""

    def issued(self, series_ids: Sequence[str], since: pd.Timestamp) -> pd.DataFrame:
        """What has been forecast from origins since then; see `stored.issued`."""

    def fits(self, source_system: str) -> pd.DataFrame:
        """The registry of a network's fits; see `stored.fits`."""


class Warehouse:
    """The tables of a build, and the durable state of those before it.

    Args:
        connection: has the state attached as `state`.
        features: `int_forecasting__features`.
        profiles: `int_forecasting__network_profiles`.
        peer_levels: `int_forecasting__peer_levels`.
        unknown_energy: `int_forecasting__unknown_energy`.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        features: duckdb.DuckDBPyRelation,
        profiles: duckdb.DuckDBPyRelation,
        peer_levels: duckdb.DuckDBPyRelation,
        unknown_energy: duckdb.DuckDBPyRelation,
    ) -> None:
        self._connection = connection
        self._features = features
        self._profiles = profiles
        self._peer_levels = peer_levels
        self._unknown_energy = unknown_energy

    def days(self, settings: Settings) -> pd.DataFrame:
        return self._origins(DAYS, settings)

    def series(self, settings: Settings) -> pd.DataFrame:
        return self._origins(SERIES, settings)

    def rows(self, series_ids: Sequence[str], first_day: int) -> pd.DataFrame:
        chosen = f"{_is_one_of(series_ids)} and day_number >= {first_day}"
        joined = (
            self._features.filter(chosen)
            .join(self._profiles, "source_system, origin_ts_utc, hour_of_day", how="left")
            .join(self._peer_levels.filter(_is_one_of(series_ids)), _ORIGIN, how="left")
        )
        return with_peers(joined.order(", ".join(ORDER)).df())

    def unknown(self, series_ids: Sequence[str]) -> UnknownEnergy:
        return UnknownEnergy(self._unknown_energy.filter(_is_one_of(series_ids)).df())

    def issued(self, series_ids: Sequence[str], since: pd.Timestamp) -> pd.DataFrame:
        return issued(self._connection, series_ids, since)

    def fits(self, source_system: str) -> pd.DataFrame:
        return fits(self._connection, source_system)

    def _origins(self, question: str, settings: Settings) -> pd.DataFrame:
        asked = ORIGINS.format(fewest=fewest_known_hours(settings))
        origins = cast(duckdb.DuckDBPyRelation, self._features.query("features", asked))
        known = origins.join(origins_done(self._connection), _ORIGIN, how="left")
        found: pd.DataFrame = cast(duckdb.DuckDBPyRelation, known.query("origins", question)).df()
        return found


def _is_one_of(series_ids: Sequence[str]) -> str:
    quoted = ", ".join("'" + name.replace("'", "''") + "'" for name in series_ids)
    return f"series_id in ({quoted})" if quoted else "false"
