"""The limit: five marts of a landed native feed by one script of SQL, and nothing else.

`python -m ecocharge.bench.limit LANDING DATABASE [MART]` runs it, or its part up to a mart, in a
process of its own, whose memory can be told.
"""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

import duckdb

from ecocharge.calendars import holidays_of_feeds

MARTS = (
    "core.fct_charging_sessions",
    "core.fct_energy_15min",
    "core.fct_energy_hourly",
    "core.fct_energy_hourly_local",
    "operations.rpt_station_efficiency",
)

FACTS = MARTS[:3]

_STATIONS = """
    select 'native' as source_system, country_code, region
    from read_parquet('{landing}/native_stations/*.parquet')
"""
_WINDOW = """
    select
        'native' as source_system,
        cast(min(started_at_utc)[:10] as date) as first_date_local,
        cast(max(started_at_utc)[:10] as date) as last_date_local
    from read_parquet('{landing}/native_sessions/*.parquet')
"""


def write_limit(landing: Path, database: Path, last: str = MARTS[-1]) -> None:
    """Compute `MARTS`, or the first of them, into a new database.

    Args:
        landing: the native folder of a landing, as `ecocharge generate` fills it without faults
            and without meter values.
        database: where to; must not exist.
        last: the mart to end with.

    Raises:
        duckdb.Error: when the files are not those of a made network.
    """
    script = files("ecocharge.bench").joinpath("limit.sql").read_text(encoding="utf-8")
    with duckdb.connect(str(database)) as connection:
        connection.execute("set timezone = 'UTC'")
        stations, window = (
            connection.execute(sql.format(landing=landing)).df() for sql in (_STATIONS, _WINDOW)
        )
        connection.register("holidays", holidays_of_feeds(stations, window))
        connection.execute("create schema calendar")
        connection.execute("create table calendar.holidays as select * from holidays")
        for statement in connection.extract_statements(script.replace("$landing", str(landing))):
            connection.execute(statement)
            if f"create table {last} as" in statement.query:
                break


if __name__ == "__main__":
    write_limit(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
