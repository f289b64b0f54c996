"""The accepted sessions of a landed and built feed, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ecocharge.errors import EcoChargeError
from ecocharge.reporting.warehouse import read_only

_SESSIONS = """
select
    sessions.station_id,
    coalesce(sessions.connector_id, sessions.port_id, sessions.station_id) as connector_id,
    sessions.driver_key,
    timezone(stations.time_zone, timezone('UTC', sessions.started_at_utc)) as started_at,
    timezone(stations.time_zone, timezone('UTC', sessions.ended_at_utc)) as ended_at,
    timezone(stations.time_zone, timezone('UTC', sessions.charging_ended_at_utc))
        as charging_ended_at,
    cast(sessions.energy_kwh as double) as energy_kwh
from core.fct_charging_sessions as sessions
inner join core.dim_stations as stations using (station_id)
where sessions.source_system = ? and stations.time_zone is not null
order by sessions.started_at_utc, sessions.session_id
"""

_PLACE = """
select
    coalesce(mode(time_zone), '') as time_zone,
    coalesce(mode(country_code), '') as country,
    coalesce(mode(region), '') as region
from core.dim_stations
where source_system = ?
"""


@dataclass(frozen=True)
class BuiltFeed:
    """A feed's session frame, and the zone, country and region of most of its stations."""

    sessions: pd.DataFrame
    time_zone: str
    country: str
    region: str


def read_feed(warehouse: Path, source: str) -> BuiltFeed:
    """Read a feed's accepted sessions from the build file.

    Raises:
        EcoChargeError: when the build has none of that feed.
    """
    with read_only(warehouse) as connection:
        sessions = connection.execute(_SESSIONS, [source]).df()
        place = connection.execute(_PLACE, [source]).fetchone()
    if sessions.empty or place is None:
        raise EcoChargeError(
            f"the build has no accepted session of the feed {source!r}",
            file=warehouse,
            remedy=f"ecocharge land {source} PATH, then ecocharge build --sources {source}",
        )
    return BuiltFeed(sessions, *(str(value) for value in place))
