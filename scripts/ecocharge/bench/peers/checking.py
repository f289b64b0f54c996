"""Sums by station and fact, so that a ratio is only told of equal results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from ecocharge.errors import EcoChargeError

# Energy in the wrong hour has the right sum, but not times a remainder of its hour.
_AT = "{0} * (cast(extract(epoch from {1}) as bigint) % 1000003)"
_SECONDS = "sum(cast(extract(epoch from {0}) as bigint))"
_OF_MINUTES = "sum(cast(round({0} * 60) as bigint))"
_EACH = "count(case when {0} = '{1}' then 1 end)"

_SUMS = {
    "fct_charging_sessions": (
        "count(distinct native_session_id)",
        "count(distinct connector_id || port_id)",
        "sum(energy_kwh)",
        f"sum({_AT.format('energy_kwh', 'started_at_utc')})",
        "sum(revenue_amount)",
        "sum(tax_amount)",
        _SECONDS.format("started_at_utc"),
        _SECONDS.format("ended_at_utc"),
        _SECONDS.format("charging_ended_at_utc"),
        _SECONDS.format("started_at_local"),
        _SECONDS.format("date_local"),
        _OF_MINUTES.format("connected_minutes"),
        _OF_MINUTES.format("charging_minutes"),
        _OF_MINUTES.format("idle_minutes"),
        *(_EACH.format("outcome", value) for value in ("NO_ENERGY", "FAULT_STOP", "SUCCESS")),
        _EACH.format("split_method", "CHARGING_WINDOW"),
        _EACH.format("split_method", "POWER_LIMITED_FROM_START"),
        *(f"count({name})" for name in ("currency", "payment_method", "driver_key", "stop_reason")),
    ),
    "fct_energy_15min": (
        "count(distinct interval_start_utc)",
        "sum(energy_kwh)",
        f"sum({_AT.format('energy_kwh', 'interval_start_utc')})",
        f"sum({_AT.format('connected_seconds', 'interval_start_utc')})",
        _OF_MINUTES.format("connected_minutes"),
        f"sum({_AT.format('active_sessions', 'interval_start_utc')})",
        "sum(sessions_started)",
        "sum(zero_energy_sessions)",
        f"sum({_AT.format('charging_seconds', 'interval_start_utc')})",
        "sum(idle_seconds)",
        "count(idle_seconds)",
        "sum(charging_known_seconds)",
    ),
    "fct_energy_hourly": (
        "count(distinct hour_start_utc)",
        "sum(energy_kwh)",
        f"sum({_AT.format('energy_kwh', 'hour_start_utc')})",
        _OF_MINUTES.format("connected_minutes"),
        f"sum({_AT.format('active_sessions', 'hour_start_utc')})",
        "sum(sessions_started)",
        "count(case when is_feed_complete then 1 end)",
    ),
}

Row = tuple[str, ...]
Sums = dict[str, list[Row]]


def sums(ask: Callable[[str], Iterable[Sequence[Any]]], relation: str) -> Sums:
    """Rows and sums of each fact by station, as text.

    Args:
        ask: runs a query of plain SQL.
        relation: what a fact is called there, `{fact}` for its name.
    """
    return {
        fact: [
            tuple("-" if value is None else str(value) for value in row)
            for row in ask(
                f"select station_id, count(*), {', '.join(asked)}"
                f" from {relation.format(fact=fact)} group by station_id"
            )
        ]
        for fact, asked in _SUMS.items()
    }


def sums_of_limit(database: Path) -> Sums:
    """Those of the limit."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return sums(lambda query: connection.execute(query).fetchall(), "core.{fact}")


def sums_of_parquet(folder: Path) -> Sums:
    """Those of a peer that wrote files: `<fact>.parquet`, or a folder of that name."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        files = {
            fact: folder / f"{fact}.parquet" / "*.parquet"
            if (folder / f"{fact}.parquet").is_dir()
            else folder / f"{fact}.parquet"
            for fact in _SUMS
        }
        for fact, file in files.items():
            connection.execute(f"create view {fact} as from read_parquet('{file}')")
        return sums(lambda query: connection.execute(query).fetchall(), "{fact}")


def refuse_others(peer: str, found: Sums, limit: Sums) -> None:
    """Refuse a peer's facts that are not the limit's.

    Raises:
        EcoChargeError: naming the fact, the station and the sum that differ first.
    """
    for fact, asked in _SUMS.items():
        ours, theirs = _by_station(limit[fact]), _by_station(found[fact])
        if ours.keys() != theirs.keys():
            raise _difference(f"{fact} of {peer} has other stations than the limit's")
        for station, values in ours.items():
            for what, one, other in zip(("count(*)", *asked), values, theirs[station], strict=True):
                if one != other:
                    raise _difference(
                        f"{fact} of {peer} is not that of the limit: {what} of {station} is"
                        f" {other} against {one}"
                    )


def _by_station(rows: list[Row]) -> dict[str, list[Decimal | None]]:
    return {
        station: [None if value == "-" else Decimal(value) for value in values]
        for station, *values in sorted(rows)
    }


def _difference(message: str) -> EcoChargeError:
    return EcoChargeError(message, remedy="a ratio of different results says nothing")
