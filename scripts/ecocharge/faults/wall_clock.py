"""Faults in files without zone or offset: swapped dates, and a clock that misses summer time."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from ecocharge.faults.catalogue import NAMES, Rates
from ecocharge.faults.choosing import between, hash_names
from ecocharge.faults.drawing import Draw, Things, draw
from ecocharge.faults.files import Delivery, assemble
from ecocharge.faults.period import DAY, Period
from ecocharge.faults.text import UNKNOWN
from ecocharge.generator.randomness import Bools, Ints

ZONE = "Europe/London"
WALL_CLOCK_FEED = f"""\
description: Generated sessions in the format of ChargePlace Scotland
adapter: chargeplace_scotland
time_zone: {ZONE}
"""
_HEADER = (
    "_id,Charging event,CP ID,Connector,Start Date,Start Time,End Date,End Time,Total kWh,Cost,"
    "Site,Group,Model"
)
_FIRST_EVENT = 4_100_000
_FIRST_CHARGE_POINT = 50_001
_TWELVE = 12
_HOUR = 3_600


def dirty_wall_clock(
    sessions: pd.DataFrame,
    connectors: pd.DataFrame,
    period: Period,
    rates: Rates,
    seed: int,
) -> Delivery:
    """Sessions as a public feed publishes them: local dates and times apart, ids that grow.

    Args:
        sessions: from `sessions.frame_of`.
        connectors: the generated connectors as text, with `station_name`.
        period: the deliveries.
        rates: see `catalogue.rates`.
        seed: another one hits others.

    Returns:
        The files and their truth. The fault `day_month_swapped` is on the lines whose dates it
        changed: where day and month are the same, or the day is above twelve, there is no fault.
    """
    rows = sessions.sort_values(["started_at_utc", "session_id"], ignore_index=True)
    rows["event"] = _FIRST_EVENT + 3 * np.arange(len(rows))
    rows["delivery"] = period.delivery(rows["last_updated_utc"].to_numpy())
    rows = rows.sort_values(["delivery", "started_at_utc", "session_id"], ignore_index=True)
    start = _local(rows["started_at_utc"].to_numpy())
    end = _local(rows["ended_at_utc"].to_numpy())
    delivery = rows["delivery"].to_numpy()
    hashes = [hash_names(rows[name]) for name in ("session_id", "connector_id")]
    things = Things(hashes[0], hashes[1], delivery)
    eligible = {"skipped_hour": _on_change_day(rows)}
    drawn = draw(things, period.count, eligible, rates, "wall_clock", seed)
    start, end = _skip_hour(rows, drawn, start, end)
    in_swapped = np.isin(delivery, drawn.files.get("day_month_swapped", ()))
    written_start, written_end = _swapped(start, in_swapped), _swapped(end, in_swapped)
    changed = (written_start != start) | (written_end != end)
    faults = np.array(NAMES, dtype=object)[drawn.fault]
    rows["fault"] = np.where(in_swapped & ~changed, "", faults)
    lines = _lines(rows, connectors, written_start, written_end)
    names = [f"{period.name(number, 'cp-data')}.csv" for number in range(period.count)]
    return assemble(rows, _HEADER.encode(), lines, names, period.ends[: period.count])


def _local(seconds: Ints) -> pd.Series:
    """The wall clock at UTC seconds, as naive stamps; NaT where unknown."""
    known = pd.Series(seconds).where(seconds != UNKNOWN)
    stamps = pd.to_datetime(known, unit="s", utc=True).dt.tz_convert(ZoneInfo(ZONE))
    return stamps.dt.tz_localize(None).dt.floor("min")


def _on_change_day(rows: pd.DataFrame) -> Bools:
    """Finished sessions of the mornings on which the clock goes forward."""
    start = _local(rows["started_at_utc"].to_numpy())
    midnight = start.dt.floor("D")
    before = midnight.dt.tz_localize(ZoneInfo(ZONE)).dt.tz_convert("UTC")
    after = (midnight + pd.Timedelta(days=1)).dt.tz_localize(ZoneInfo(ZONE)).dt.tz_convert("UTC")
    is_short = ((after - before).dt.total_seconds() == DAY - _HOUR).to_numpy()
    length = rows["ended_at_utc"].to_numpy() - rows["started_at_utc"].to_numpy()
    found: Bools = is_short & (rows["ended_at_utc"].to_numpy() != UNKNOWN) & (length > 2 * _HOUR)
    return found


def _skip_hour(
    rows: pd.DataFrame, drawn: Draw, start: pd.Series, end: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """Move sessions to begin within the hour that the clock skips, and write it nevertheless."""
    hit = drawn.has("skipped_hour")
    if not hit.any():
        return start, end
    minute = between(drawn.chance("skipped_hour/minute")[hit], 0, 59)
    begin = start[hit].dt.floor("D") + pd.to_timedelta(60 + minute, unit="min")
    # An hour that the clock skips lies in winter time, which is UTC.
    utc = begin.to_numpy().astype("datetime64[s]").astype(np.int64)
    length = rows.loc[hit, "ended_at_utc"].to_numpy() - rows.loc[hit, "started_at_utc"].to_numpy()
    rows.loc[hit, "started_at_utc"] = utc
    rows.loc[hit, "ended_at_utc"] = utc + length
    start, end = start.copy(), end.copy()
    start[hit] = begin
    end[hit] = _local(utc + length).to_numpy()
    return start, end


def _swapped(stamps: pd.Series, hit: Bools) -> pd.Series:
    """Day and month exchanged in the rows hit, where the day can be a month."""
    can = hit & (stamps.dt.day <= _TWELVE).to_numpy()
    parts = pd.DataFrame(
        {
            "year": stamps[can].dt.year,
            "month": stamps[can].dt.day,
            "day": stamps[can].dt.month,
            "hour": stamps[can].dt.hour,
            "minute": stamps[can].dt.minute,
        }
    )
    found = stamps.copy()
    found[can] = pd.to_datetime(parts)
    return found


def _lines(
    rows: pd.DataFrame, connectors: pd.DataFrame, start: pd.Series, end: pd.Series
) -> list[bytes]:
    places = connectors.set_index("connector_id")
    chargers = {
        name: _FIRST_CHARGE_POINT + n for n, name in enumerate(places["charger_id"].unique())
    }
    outlet = places.groupby("charger_id").cumcount() + 1
    columns = zip(
        rows["event"],
        rows["connector_id"],
        start.dt.strftime("%Y-%m-%dT00:00:00"),
        start.dt.strftime("%H:%M"),
        end.dt.strftime("%Y-%m-%dT00:00:00").fillna(""),
        end.dt.strftime("%H:%M").fillna(""),
        rows["energy_kwh"],
        strict=True,
    )
    lines = []
    for number, (event, connector, *rest) in enumerate(columns, start=1):
        charger = places["charger_id"].at[connector]
        site = places["station_name"].at[connector]
        line = [number, event, chargers[charger], outlet.at[connector], *rest, "", site, "", ""]
        lines.append(",".join(map(str, line)).encode())
    return lines
