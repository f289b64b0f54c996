"""The feature SQL of the project, run on tables a test makes: rendered without a dbt process."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import duckdb
import numpy as np
import pandas as pd
from rendered_sql import rendered

from ecocharge.forecasting.issue import issue_forecasts
from ecocharge.forecasting.known import UnknownEnergy
from ecocharge.forecasting.ladder import MODEL, rungs
from ecocharge.forecasting.reading import AGGREGATES, STATIONS, Warehouse
from ecocharge.forecasting.schedule import eligible
from ecocharge.forecasting.schema import ORDER, SCHEMA
from ecocharge.forecasting.settings import Settings

MACROS = ("engine", "time", "forecasting")
MODELS = (
    "int_calendar__zone_quarter_hours",
    "int_forecasting__series_members",
    "int_forecasting__station_hours",
    "int_forecasting__series_hours",
    "int_forecasting__spine",
    "int_forecasting__hourly_demand",
    "int_forecasting__unknown_sessions",
    "int_forecasting__unrecorded_energy",
    "int_forecasting__unknown_energy",
    "int_forecasting__origin_levels",
    "int_forecasting__same_hour_levels",
    "int_forecasting__features",
    "int_forecasting__peers",
    "int_forecasting__network_profiles",
    "int_forecasting__peer_levels",
)
QUICK = Settings(
    trees=8, training_days=12, refit_days=8, validation_days=5, history_share=0.2, min_leaf_rows=20
)
FEED = ("2025-02-20", "2025-04-22")
Leak = Callable[[str, str], str]
ZONES = {"a": "Europe/London", "b": "America/Denver", "c": "Asia/Kolkata"}


def no_leak(model: str, sql: str) -> str:
    """The model as it is."""
    return sql


def tiny_sessions(days: int = 62, start: str = "2025-02-20") -> pd.DataFrame:
    """Sessions of three stations in three zones; one in five is still going at midnight."""
    rng = np.random.default_rng(11)
    rows: list[tuple[str, str, pd.Timestamp, pd.Timestamp, float]] = []
    for station in ZONES:
        for day in pd.date_range(start, periods=days):
            for hour in (7, 9, 12, 17, 21):
                begin = day + pd.Timedelta(hours=hour, minutes=int(rng.integers(0, 60)))
                end = begin + pd.Timedelta(minutes=int(rng.integers(30, 600)))
                energy = round(float(rng.uniform(1, 20)), 3)
                rows.append((f"{station}{len(rows)}", f"t:{station}", begin, end, energy))
    sessions = pd.DataFrame(
        rows, columns=["session_id", "station_id", "started_at_utc", "ended_at_utc", "energy_kwh"]
    )
    sessions["known_at_utc"] = sessions["ended_at_utc"] + pd.Timedelta(minutes=5)
    return sessions


def tiny_readings(sessions: pd.DataFrame) -> pd.DataFrame:
    """Half-hourly readings of every third session: what has been charged at a constant power."""
    rows = []
    for session in sessions.iloc[::3].itertuples():
        seconds = (session.ended_at_utc - session.started_at_utc).total_seconds()
        for read_at in pd.date_range(session.started_at_utc, session.ended_at_utc, freq="30min"):
            share = (read_at - session.started_at_utc).total_seconds() / seconds
            rows.append((session.session_id, read_at, round(session.energy_kwh * share, 3)))
    return pd.DataFrame(
        rows, columns=["native_session_id", "read_at_utc", "energy_since_start_kwh"]
    )


def features(
    sessions: pd.DataFrame,
    feed: tuple[str, str] = FEED,
    leak: Leak = no_leak,
    readings: pd.DataFrame | None = None,
    opened: dict[str, str] | None = None,
    silent: dict[str, tuple[str, str]] | None = None,
    faulted: dict[str, tuple[str, str]] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Features and unknown energy for these sessions.

    Args:
        sessions: as `tiny_sessions` makes them.
        feed: first hour with feed, and the hour after the last, UTC.
        leak: changes a model's SQL, to see that a test notices.
        readings: meter values as `tiny_readings` makes them, none by default.
        opened: days on which stations open, by their id; the others always were in service.
        silent: first hour without feed, and the hour after the last, UTC, by station.
        faulted: the same for hours in which all ports are out of order.
    """
    with duckdb.connect() as connection:
        source = tables(connection, sessions, feed, leak, readings, opened, silent, faulted)
        everyone = source.series(QUICK)["series_id"].tolist()
        return (
            source.rows(everyone, 0),
            connection.execute("select * from int_forecasting__unknown_energy order by all").df(),
        )


def tables(
    connection: duckdb.DuckDBPyConnection,
    sessions: pd.DataFrame,
    feed: tuple[str, str] = FEED,
    leak: Leak = no_leak,
    readings: pd.DataFrame | None = None,
    opened: dict[str, str] | None = None,
    silent: dict[str, tuple[str, str]] | None = None,
    faulted: dict[str, tuple[str, str]] | None = None,
) -> Warehouse:
    """The forecast's tables, made in this connection; arguments are those of `features`."""
    connection.execute("set timezone = 'UTC'")
    _inputs(connection, sessions, feed, opened or {}, silent or {})
    _statuses(connection, faulted or {})
    _readings(connection, tiny_readings(sessions[:0]) if readings is None else readings)
    for model in MODELS:
        connection.execute(f"create table {model} as {leak(model, rendered(model, MACROS))}")
    names = ("features", "network_profiles", "peer_levels", "unknown_energy")
    made = (connection.table(f"int_forecasting__{name}") for name in names)
    return Warehouse(connection, *made)


class Frames:
    """A source whose rows a test holds in its hands, to change or to shuffle them.

    Args:
        rows: as `features` gives them, in any order.
        unknown: unknown energy, in any order.
        past: what has been issued, columns of the schema.
    """

    def __init__(self, rows: pd.DataFrame, unknown: pd.DataFrame, past: pd.DataFrame) -> None:
        self._rows, self._unknown, self._past = rows, unknown, past

    def _origins(self, settings: Settings) -> pd.DataFrame:
        done = pd.MultiIndex.from_frame(self._past[["series_id", "origin_ts_utc"]])
        rows = self._rows.assign(
            scope=np.where(self._rows["level"] == "station", STATIONS, AGGREGATES),
            is_eligible=eligible(self._rows, settings),
            is_due=~pd.MultiIndex.from_frame(self._rows[["series_id", "origin_ts_utc"]]).isin(done),
            is_of_model=rungs(self._rows, settings) == MODEL,
        )
        rows["first_eligible_origin"] = rows["origin_ts_utc"].where(rows["is_eligible"])
        rows["model_is_due"] = rows["is_due"] & rows["is_of_model"]
        rows["first_eligible_day"] = rows["day_number"].where(rows["is_eligible"])
        rows["last_due_day"] = rows["day_number"].where(rows["is_due"])
        return rows

    def days(self, settings: Settings) -> pd.DataFrame:
        found: pd.DataFrame = (
            self._origins(settings)
            .groupby(["source_system", "scope", "day_number"], as_index=False)
            .agg(
                first_origin=("origin_ts_utc", "min"),
                first_eligible_origin=("first_eligible_origin", "min"),
                is_due=("is_due", "any"),
                model_is_due=("model_is_due", "any"),
            )
        )
        return found

    def series(self, settings: Settings) -> pd.DataFrame:
        found: pd.DataFrame = (
            self._origins(settings)
            .groupby(["source_system", "scope", "series_id"], as_index=False)
            .agg(
                first_eligible_day=("first_eligible_day", "min"),
                last_due_day=("last_due_day", "max"),
            )
        )
        return found

    def rows(self, series_ids: Sequence[str], first_day: int) -> pd.DataFrame:
        rows = self._rows
        kept = rows["series_id"].isin(series_ids) & (rows["day_number"] >= first_day)
        return rows[kept].sort_values(ORDER).reset_index(drop=True)

    def unknown(self, series_ids: Sequence[str]) -> UnknownEnergy:
        return UnknownEnergy(self._unknown[self._unknown["series_id"].isin(series_ids)])

    def issued(self, series_ids: Sequence[str], since: pd.Timestamp) -> pd.DataFrame:
        past = self._past
        return past[past["series_id"].isin(series_ids) & (past["origin_ts_utc"] >= since)]

    def fits(self, source_system: str) -> pd.DataFrame:
        own = self._past[self._past["source_system"] == source_system]
        return own[own["trained_at"].notna()].drop_duplicates("model_id")


def issue(
    rows: pd.DataFrame, unknown: pd.DataFrame, past: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """What is forecast from these frames."""
    table = issue_forecasts(Frames(rows, unknown, past), settings).read_all()
    assert table.schema == SCHEMA
    frame: pd.DataFrame = table.to_pandas()
    return frame


def _inputs(
    connection: duckdb.DuckDBPyConnection,
    sessions: pd.DataFrame,
    feed: tuple[str, str],
    opened: dict[str, str],
    silent: dict[str, tuple[str, str]],
) -> None:
    stations = pd.DataFrame(
        {
            "station_id": [f"t:{station}" for station in ZONES],
            "source_system": "t",
            "city": ["York", "York", "Pune"],
            "country_code": ["GB", "US", "IN"],
            "region": ["ENG", "CO", "MH"],
            "time_zone": list(ZONES.values()),
            "rated_kw": 40.0,
            "port_count": 4,
            "site_type": "street",
            "opened_on": [opened.get(f"t:{station}") for station in ZONES],
            "silent_from": [silent.get(f"t:{station}", (None,))[0] for station in ZONES],
            "silent_to": [silent.get(f"t:{station}", (None,))[-1] for station in ZONES],
        }
    )
    connection.register("given_stations", stations)
    connection.register("given_sessions", sessions)
    connection.execute(
        """
        create table dim_stations as
        select
            * replace (cast(opened_on as date) as opened_on),
            cast(null as date) as closed_on,
            coalesce(cast(opened_on as date), date '2024-01-01') as in_service_from,
            cast(null as date) as in_service_to
        from given_stations
        """
    )
    connection.execute(
        """
        create table fct_charging_sessions as
        select
            session_id, session_id as native_session_id, station_id,
            cast(started_at_utc as timestamp) as started_at_utc,
            cast(ended_at_utc as timestamp) as ended_at_utc,
            cast(known_at_utc as timestamp) as known_at_utc,
            cast(energy_kwh as decimal(18, 6)) as energy_kwh
        from given_sessions
        """
    )
    connection.execute(
        """
        create table int_sessions__classified as
        select session_id, session_id as native_session_id, station_id, started_at_utc,
            'not_final' as row_class
        from fct_charging_sessions where false
        """
    )
    connection.execute(
        """
        create table int_calendar__holidays as
        select 'GB' as country_code, 'ENG' as region, date '2025-04-18' as date_local,
            'Good Friday' as holiday_name
        """
    )
    connection.execute(
        """
        create table int_energy__session_quarter_hours as
        with quarters as (
            select
                *,
                unnest(generate_series(
                    time_bucket(interval 15 minute, started_at_utc),
                    ended_at_utc - interval 1 second,
                    interval 15 minute
                )) as interval_start_utc
            from fct_charging_sessions
        )
        select
            session_id, station_id, interval_start_utc,
            cast(energy_kwh / count(*) over (partition by session_id) as decimal(18, 6))
                as energy_kwh
        from quarters
        """
    )
    connection.execute(
        """
        create table fct_energy_hourly as
        with hours as (
            select station_id, unnest(generate_series(
                cast(? as timestamp), cast(? as timestamp) - interval 1 hour, interval 1 hour
            )) as hour_start_utc
            from dim_stations
        ),
        reported as (
            select hours.station_id, hours.hour_start_utc
            from hours
            inner join dim_stations using (station_id)
            where coalesce(
                timezone(time_zone, cast(opened_on as timestamp)) at time zone 'UTC'
                <= hour_start_utc,
                true
            )
            and coalesce(
                hour_start_utc < cast(silent_from as timestamp)
                or hour_start_utc >= cast(silent_to as timestamp),
                true
            )
        ),
        energy as (
            select station_id, date_trunc('hour', interval_start_utc) as hour_start_utc,
                sum(energy_kwh) as energy_kwh
            from int_energy__session_quarter_hours
            group by all
        )
        select reported.station_id, reported.hour_start_utc,
            cast(coalesce(energy.energy_kwh, 0) as decimal(18, 6)) as energy_kwh,
            cast(coalesce(energy.energy_kwh, 0) as decimal(18, 6)) as measured_energy_kwh,
            true as is_feed_complete
        from reported
        left join energy using (station_id, hour_start_utc)
        """,
        list(feed),
    )
    connection.execute("create view int_stations__unioned as select * from dim_stations")
    connection.execute("create view int_stations__service_hours as select * from fct_energy_hourly")


def _statuses(connection: duckdb.DuckDBPyConnection, faulted: dict[str, tuple[str, str]]) -> None:
    rows = [
        (f"{station}:{port}", station, "FAULTED", *stretch)
        for station, stretch in faulted.items()
        for port in (1, 2)
    ]
    names = ["port_id", "station_id", "status", "status_from_utc", "status_to_utc"]
    connection.register("given_statuses", pd.DataFrame(rows, columns=names, dtype="str"))
    connection.execute(
        """
        create table fct_port_status_intervals as
        select * replace (
            cast(status_from_utc as timestamp) as status_from_utc,
            cast(status_to_utc as timestamp) as status_to_utc
        )
        from given_statuses
        """
    )


def _readings(connection: duckdb.DuckDBPyConnection, readings: pd.DataFrame) -> None:
    connection.register("given_readings", readings)
    connection.execute(
        """
        create table int_energy__meter_readings as
        select
            't' as source_system,
            cast(native_session_id as varchar) as native_session_id,
            cast(read_at_utc as timestamp) as read_at_utc,
            cast(energy_since_start_kwh as decimal(18, 6)) as energy_since_start_kwh
        from given_readings
        """
    )
    connection.execute(
        """
        create table int_sessions__matched_transactions as
        select source_system, native_session_id, native_session_id as session_id
        from int_energy__meter_readings where false
        """
    )
