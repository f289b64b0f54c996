"""The facts by pandas: whole columns at once, energy in whole micro-kWh.

`python -m ecocharge.bench.peers.by_pandas LANDING FOLDER` writes a Parquet file per fact and
`steps.json`, seconds by step.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ecocharge.bench.peers.pandas_files import (
    MICRO,
    MONEY,
    Integers,
    decimals,
    read_sessions,
)

_QUARTER, _HOUR, _DAY = 900, 3_600, pd.Timedelta(days=1)
_FAULTS = ["EmergencyStop", "PowerLoss", "HardReset", "GroundFault"]


def _seconds(times: pd.Series[Any]) -> Integers:
    return times.to_numpy("datetime64[s]").astype(np.int64)


def _times(seconds: Integers) -> npt.NDArray[np.datetime64]:
    return seconds.astype("datetime64[s]")


def _utc(times: pd.Series[Any], zones: pd.Series[Any]) -> pd.Series[Any]:
    """UTC of local times."""
    return times.groupby(zones, group_keys=False, observed=True).transform(
        lambda part: (
            part.dt.tz_localize(
                part.name, ambiguous=np.zeros(len(part), bool), nonexistent="shift_forward"
            )
            .dt.tz_convert("UTC")
            .dt.tz_localize(None)
        )
    )


def _finished(sessions: pd.DataFrame) -> pd.DataFrame:
    """`fct_charging_sessions`, with what the split needs."""
    done = sessions[sessions["ended_at_utc"].notna()].copy()
    connected = (done["ended_at_utc"] - done["started_at_utc"]).dt.total_seconds()
    charging = (done["charging_ended_at_utc"] - done["started_at_utc"]).dt.total_seconds()
    done["connected_minutes"] = connected / 60
    done["charging_minutes"] = charging / 60
    done["idle_minutes"] = (connected - charging) / 60
    done["date_local"] = done["started_at_local"].dt.normalize()
    done["outcome"] = np.select(
        [done["micro"] == 0, done["stop_reason"].isin(_FAULTS)],
        ["NO_ENERGY", "FAULT_STOP"],
        "SUCCESS",
    )
    done["split_method"] = np.select(
        [charging > 0, done["micro"] > 0],
        ["CHARGING_WINDOW", "POWER_LIMITED_FROM_START"],
        "UNIFORM_CONNECTED",
    )
    return done


def _quarters(done: pd.DataFrame) -> pd.DataFrame:
    """`fct_energy_15min` by station's code and quarter hour since 1970.

    A session's energy up to a moment is cut off to whole micro-kWh; a quarter hour has the
    difference between its end and its begin, so that the parts add up to the session.
    """
    first, last = _seconds(done["started_at_utc"]), _seconds(done["ended_at_utc"])
    known = done["charging_ended_at_utc"].notna().to_numpy()
    charged = np.where(known, _seconds(done["charging_ended_at_utc"].fillna(pd.Timestamp(0))), 0)
    micro, watts = done["micro"].to_numpy(), done["watts"].to_numpy()
    at_full_power = np.minimum(last, first + (micro * 18 + 5 * watts - 1) // (5 * watts))
    charging = known & (charged > first)
    stop = np.select([charging, micro > 0], [charged, at_full_power], last)

    begin = first // _QUARTER
    touched = np.maximum(first, last - 1) // _QUARTER - begin + 1
    row = np.repeat(np.arange(len(done)), touched)
    before = np.repeat(np.cumsum(touched) - touched, touched)
    nth = np.arange(len(row)) - before
    quarter = begin[row] + nth
    since = first[row]
    begins = np.maximum(quarter * _QUARTER - since, 0)
    ends = np.minimum((quarter + 1) * _QUARTER, last[row]) - since
    drawn_for = (stop - first)[row]
    energy, over = micro[row], np.maximum(drawn_for, 1)
    until, after = np.minimum(ends, drawn_for), np.minimum(begins, drawn_for)
    placed = np.where(drawn_for > 0, energy * until // over - energy * after // over, 0)
    placed = np.where((drawn_for == 0) & (nth == 0), energy, placed)
    seconds = ends - begins
    drawn = np.where(charging[row], np.maximum(until - begins, 0), 0)
    no_energy = (done["outcome"] == "NO_ENERGY").to_numpy()
    parts = pd.DataFrame(
        {
            "station": done["station_id"].cat.codes.to_numpy()[row],
            "quarter": quarter,
            "micro": placed,
            "connected_seconds": seconds,
            "active_sessions": 1,
            "sessions_started": nth == 0,
            "zero_energy_sessions": (nth == 0) & no_energy[row],
            "charging_seconds": drawn,
            "idle_seconds": np.where(known[row], seconds - drawn, 0),
            "charging_known_seconds": np.where(known[row], seconds, 0),
            "known_sessions": known[row],
        }
    )
    return parts.groupby(["station", "quarter"], sort=False).sum().reset_index()


def _hours(
    done: pd.DataFrame, quarters: pd.DataFrame, sessions: pd.DataFrame, stations: pd.DataFrame
) -> pd.DataFrame:
    """`fct_energy_hourly` by station's code and hour since 1970: the hours of service, and more."""
    sums = (
        quarters.assign(hour=quarters["quarter"] // 4)
        .groupby(["station", "hour"])[["micro", "connected_seconds", "sessions_started"]]
        .sum()
    )
    first = _seconds(done["started_at_utc"])
    begin = first // _HOUR
    touched = np.maximum(first, _seconds(done["ended_at_utc"]) - 1) // _HOUR - begin + 1
    nth = np.arange(touched.sum()) - np.repeat(np.cumsum(touched) - touched, touched)
    active = pd.DataFrame(
        {
            "station": np.repeat(done["station_id"].cat.codes.to_numpy(), touched),
            "hour": np.repeat(begin, touched) + nth,
        }
    )
    sums["active_sessions"] = active.value_counts(sort=False)

    days = sessions["started_at_local"].dt.normalize()
    opened, closed = (pd.to_datetime(stations[name]) for name in ("opened_on", "closed_on"))
    zones = stations["time_zone"]
    begins = _seconds(_utc(opened.clip(lower=days.min()), zones))
    ends = _seconds(_utc(closed.fillna(days.max()).clip(upper=days.max()) + _DAY, zones))
    begin, end = -(-begins // _HOUR), ends // _HOUR
    long = np.maximum(end - begin, 0)
    codes = done["station_id"].cat.categories.get_indexer(pd.Index(stations["station_id"]))
    nth = np.arange(long.sum()) - np.repeat(np.cumsum(long) - long, long)
    complete = pd.DataFrame(
        {"station": np.repeat(codes, long), "hour": np.repeat(begin, long) + nth}
    ).assign(is_feed_complete=True)
    hours = complete.merge(sums.reset_index(), on=["station", "hour"], how="outer")
    hours["is_feed_complete"] = hours["is_feed_complete"].eq(True)
    counts = ["micro", "connected_seconds", "sessions_started", "active_sessions"]
    return hours.fillna(dict.fromkeys(counts, 0)).astype(dict.fromkeys(counts, "int64"))


def _write(folder: Path, done: pd.DataFrame, quarters: pd.DataFrame, hours: pd.DataFrame) -> None:
    names = pd.Index("native:" + done["station_id"].cat.categories)
    done = done.assign(
        **{
            name: done[name].cat.rename_categories(lambda key: f"native:{key}")
            for name in ("station_id", "port_id", "connector_id")
        }
    ).rename(columns={"session_id": "native_session_id"})
    sessions = pa.Table.from_pandas(
        done.drop(columns=["micro", "revenue", "tax", "watts", "time_zone"]), preserve_index=False
    )
    for name, unit, kind in (
        ("energy_kwh", "micro", MICRO),
        ("revenue_amount", "revenue", MONEY),
        ("tax_amount", "tax", MONEY),
    ):
        sessions = sessions.append_column(name, decimals(done[unit].to_numpy(), kind))
    pq.write_table(sessions, folder / "fct_charging_sessions.parquet")

    for fact, data, unit, length, begins in (
        ("fct_energy_15min", quarters, "quarter", _QUARTER, "interval_start_utc"),
        ("fct_energy_hourly", hours, "hour", _HOUR, "hour_start_utc"),
    ):
        named = data.assign(
            station_id=pd.Categorical.from_codes(data["station"], categories=names),
            connected_minutes=data["connected_seconds"] / 60,
            **{begins: _times(data[unit].to_numpy() * length)},
        )
        if "known_sessions" in named:
            for name in ("charging_seconds", "idle_seconds"):
                known = named["known_sessions"] > 0
                named[name] = named[name].astype("Int64").where(known)
        kept = named.drop(columns=["station", unit, "micro", "known_sessions"], errors="ignore")
        table = pa.Table.from_pandas(kept, preserve_index=False)
        table = table.append_column("energy_kwh", decimals(data["micro"].to_numpy(), MICRO))
        pq.write_table(table, folder / f"{fact}.parquet")


def write_facts(landing: Path, folder: Path) -> None:
    """Write the facts and `steps.json`.

    Args:
        landing: the native folder of a landing.
        folder: where to; must exist.
    """
    began = time.perf_counter()
    sessions, stations = read_sessions(landing)
    loaded = time.perf_counter()
    done = _finished(sessions)
    quarters = _quarters(done)
    hours = _hours(done, quarters, sessions, stations)
    _write(folder, done, quarters, hours)
    steps = {"load": loaded - began, "work": time.perf_counter() - loaded}
    (folder / "steps.json").write_text(json.dumps(steps), encoding="utf-8")


if __name__ == "__main__":
    write_facts(Path(sys.argv[1]), Path(sys.argv[2]))
