"""Faults in files with ids and UTC stamps: what each does to the numbers of its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ecocharge.faults.catalogue import FAULTS, Rates
from ecocharge.faults.choosing import between, chances, hash_names
from ecocharge.faults.drawing import NO_FAULT, Draw, draw
from ecocharge.faults.sessions import UNKNOWN, decimal_text
from ecocharge.generator.randomness import Bools, Ints

DAY = 86_400
_HOUR = 3_600
_STUCK_DAYS = (2, 20)
_SKEW_HOURS = (1, 12)
_REPEATED_DAYS = 2
_KEEPS_ENERGY_WITHOUT_END = 0.25
_SHORT = 60
_HALF = 0.5
# Registers that count to 9999.9, 99999.9 and 999999.9 kWh, and those of 32 bits that count Wh.
_REGISTER_WH = np.array([10**7, 10**8, 10**9, 2**32], dtype=np.int64)


@dataclass(frozen=True)
class Period:
    """How a feed is cut into deliveries.

    Attributes:
        begin: epoch second at which the first delivery begins.
        seconds: length of a delivery.
        count: number of deliveries.
        export_at: epoch second of the last export.
    """

    begin: int
    seconds: int
    count: int
    export_at: int

    @classmethod
    def of(cls, sessions: pd.DataFrame, export_at: int, days: int) -> Period:
        """Deliveries of so many days each, from the first session to the export."""
        begin = int(sessions["started_at_utc"].min()) // DAY * DAY
        count = max(1, -((begin - export_at) // (days * DAY)))
        return cls(begin, days * DAY, count, export_at)

    @property
    def ends(self) -> tuple[int, ...]:
        """The epoch second at which each delivery is exported."""
        ends = (self.begin + number * self.seconds for number in range(1, self.count + 1))
        return tuple(min(end, self.export_at) for end in ends)

    def delivery(self, seconds: Ints) -> Ints:
        """The delivery that a row last updated at each of these seconds comes with."""
        number: Ints = np.clip((seconds - self.begin) // self.seconds, 0, self.count - 1)
        return number


def dirty_records(
    sessions: pd.DataFrame, period: Period, rates: Rates, seed: int
) -> tuple[pd.DataFrame, Draw]:
    """Put faults into sessions.

    Args:
        sessions: from `clean_sessions`.
        period: the deliveries.
        rates: see `catalogue.rates`.
        seed: another one hits other rows.

    Returns:
        One row per line to write, in the order of the files: the columns of `sessions` with
        `energy_kwh` as the text to write, `delivery`, `fault`, and `clean` (the position of the
        session in `sessions`); and what was drawn. Byte faults are drawn but not yet done.
    """
    delivery = period.delivery(sessions["last_updated_utc"].to_numpy())
    partner = _busy_neighbour(sessions)
    chosen = draw(
        sessions, delivery, _eligible(sessions, period, delivery, partner), rates, "records", seed
    )
    # Beside a session that is itself faulty there may be nothing left to overlap with.
    alone = chosen.has("overlap") & (chosen.fault[partner] != NO_FAULT)
    chosen.fault[alone] = NO_FAULT
    rows = sessions.copy()
    rows["fault"] = chosen.fault
    rows["delivery"] = delivery
    rows["clean"] = np.arange(len(rows))
    for name, change in _CHANGES.items():
        hit = chosen.has(name)
        if hit.any():
            change(rows, hit, chosen)
    hit = chosen.has("overlap")
    rows.loc[hit, "connector_id"] = sessions["connector_id"].to_numpy()[partner[hit]]
    hit = chosen.has("stuck_session")
    rows.loc[hit, "delivery"] = period.delivery(rows.loc[hit, "last_updated_utc"].to_numpy())
    extra = [make(rows, chosen, period) for make in _EXTRAS]
    whole = pd.concat([rows, *extra], ignore_index=True)
    _keep_out_of_faulty_files(whole, chosen, period)
    order = ["delivery", "last_updated_utc", "session_id", "energy_kwh"]
    return whole.sort_values(order, ignore_index=True, kind="stable"), chosen


def _busy_neighbour(sessions: pd.DataFrame) -> Ints:
    """For each session the position of one on a connector beside it that was busy, else -1."""
    order = sessions.sort_values(["bank_id", "started_at_utc", "session_id"])
    before = order.shift(1)
    busy = (
        (before["bank_id"] == order["bank_id"])
        & (before["connector_id"] != order["connector_id"])
        & (before["ended_at_utc"] > order["started_at_utc"] + 5 * _SHORT)
    )
    previous = np.roll(order.index.to_numpy(dtype=np.int64), 1)
    position = pd.Series(previous, index=order.index).where(busy, -1)
    found: Ints = position.reindex(sessions.index).to_numpy(dtype=np.int64)
    return found


def _keep_out_of_faulty_files(rows: pd.DataFrame, chosen: Draw, period: Period) -> None:
    """Rows that their own fault moved come with the next delivery that has no fault of its own."""
    faulty = [n for name, hit in chosen.files.items() if name != "repeated_window" for n in hit]
    sound = np.array([n for n in range(period.count) if n not in faulty], dtype=np.int64)
    if not faulty or not len(sound):
        return
    delivery = rows["delivery"].to_numpy()
    own = rows["fault"].map(lambda name: name != NO_FAULT and FAULTS[name].level != "file")
    moved = np.isin(delivery, faulty) & own.to_numpy(dtype=bool)
    following = np.minimum(np.searchsorted(sound, delivery[moved]), len(sound) - 1)
    rows.loc[moved, "delivery"] = sound[following]


def _eligible(
    sessions: pd.DataFrame,
    period: Period,
    delivery: Ints,
    partner: Ints,
) -> dict[str, Bools]:
    ended = sessions["ended_at_utc"].to_numpy()
    updated = sessions["last_updated_utc"].to_numpy()
    complete = ended != UNKNOWN
    with_energy = complete & (sessions["energy_wh"].to_numpy() > 0)
    eligible = {
        name: complete if name in _ANY_COMPLETE else with_energy
        for name, fault in FAULTS.items()
        if fault.feed == "records"
    }
    has_next = delivery < period.count - 1
    eligible["late_delivery"] = with_energy & has_next
    eligible["corrected_row"] = with_energy & (updated + DAY < period.export_at)
    eligible["stuck_session"] = complete & (ended + (_STUCK_DAYS[1] + 1) * DAY < period.export_at)
    # A minute would be no time at all, sixty times shorter.
    lasting = complete & (ended - sessions["started_at_utc"].to_numpy() >= _SHORT)
    eligible["hours_read_as_minutes"] = lasting
    eligible["overlap"] = complete & (partner >= 0)
    return eligible


_ANY_COMPLETE = frozenset(
    {
        "exact_duplicate",
        "zero_duration",
        "clock_skew",
        "unknown_station",
        "epoch_start",
        "four_zero_year",
        "future_year",
        "end_before_start",
        "encoding_damage",
        "truncated_line",
        "minutes_read_as_hours",
    }
)


def _shift(rows: pd.DataFrame, hit: Bools, seconds: Ints, *names: str) -> None:
    for name in names:
        value = rows.loc[hit, name].to_numpy()
        rows.loc[hit, name] = np.where(value == UNKNOWN, UNKNOWN, value + seconds)


def _set_energy(rows: pd.DataFrame, hit: Bools, wh: Ints, places: int = 3) -> None:
    rows.loc[hit, "energy_kwh"] = decimal_text(wh, places)


def _energy(rows: pd.DataFrame, hit: Bools) -> Ints:
    return rows.loc[hit, "energy_wh"].to_numpy()


def _missing_stop(rows: pd.DataFrame, hit: Bools, chosen: Draw) -> None:
    rows.loc[hit, ["ended_at_utc", "charging_ended_at_utc"]] = UNKNOWN
    rows.loc[hit, "stop_reason"] = ""
    lost = hit & (chosen.chance("missing_stop/energy") >= _KEEPS_ENERGY_WITHOUT_END)
    rows.loc[lost, ["energy_kwh", "revenue_amount", "tax_amount"]] = ""


def _zero_energy(rows: pd.DataFrame, hit: Bools, _: Draw) -> None:
    rows.loc[hit, "energy_kwh"] = "0.000"


def _negative_energy(rows: pd.DataFrame, hit: Bools, _: Draw) -> None:
    _set_energy(rows, hit, -_energy(rows, hit))


def _zero_duration(rows: pd.DataFrame, hit: Bools, _: Draw) -> None:
    start = rows.loc[hit, "started_at_utc"].to_numpy()
    rows.loc[hit, "ended_at_utc"] = start
    rows.loc[hit, "charging_ended_at_utc"] = UNKNOWN


def _stuck(rows: pd.DataFrame, hit: Bools, chosen: Draw) -> None:
    days = between(chosen.chance("stuck_session/days")[hit], *_STUCK_DAYS)
    within_day = between(chosen.chance("stuck_session/seconds")[hit], 0, DAY - 1)
    _shift(rows, hit, days * DAY + within_day, "ended_at_utc", "last_updated_utc")


def _meter_rollover(rows: pd.DataFrame, hit: Bools, chosen: Draw) -> None:
    register = between(chosen.chance("meter_rollover/register")[hit], 0, len(_REGISTER_WH) - 1)
    _set_energy(rows, hit, _energy(rows, hit) - _REGISTER_WH[register])


def _in_wh(rows: pd.DataFrame, hit: Bools, _: Draw) -> None:
    _set_energy(rows, hit, _energy(rows, hit), places=0)


def _misplaced_point(rows: pd.DataFrame, hit: Bools, _: Draw) -> None:
    _set_energy(rows, hit, _energy(rows, hit) * 100)


def _stretched(rows: pd.DataFrame, hit: Bools, multiply: int, divide: int) -> None:
    start = rows.loc[hit, "started_at_utc"].to_numpy()
    for name in ("ended_at_utc", "charging_ended_at_utc"):
        value = rows.loc[hit, name].to_numpy()
        stretched = start + (value - start) * multiply // divide
        rows.loc[hit, name] = np.where(value == UNKNOWN, UNKNOWN, stretched)


def _hours_read_as_minutes(rows: pd.DataFrame, hit: Bools, _: Draw) -> None:
    _stretched(rows, hit, 1, 60)


def _minutes_read_as_hours(rows: pd.DataFrame, hit: Bools, _: Draw) -> None:
    _stretched(rows, hit, 60, 1)


def _clock_skew(rows: pd.DataFrame, hit: Bools, chosen: Draw) -> None:
    keys = rows.loc[hit, "connector_id"] + "/" + rows.loc[hit, "delivery"].astype(str)
    hashes = hash_names(keys)
    hours = between(chances(hashes, chosen.seed, "clock_skew/hours"), *_SKEW_HOURS)
    sign = np.where(chances(hashes, chosen.seed, "clock_skew/sign") < _HALF, -1, 1)
    names = ("started_at_utc", "ended_at_utc", "charging_ended_at_utc")
    _shift(rows, hit, sign * hours * _HOUR, *names)


def _unknown_station(rows: pd.DataFrame, hit: Bools, _: Draw) -> None:
    rows.loc[hit, "connector_id"] = "X" + rows.loc[hit, "connector_id"]


def _epoch_start(rows: pd.DataFrame, hit: Bools, _: Draw) -> None:
    rows.loc[hit, "started_at_utc"] = 0


def _with_year(rows: pd.DataFrame, hit: Bools, year: Callable[[Ints], Ints]) -> None:
    start = rows.loc[hit, "started_at_utc"].to_numpy().astype("datetime64[s]")
    years = start.astype("datetime64[Y]").astype(np.int64)
    moved = year(years + 1970) - 1970
    first = years.astype("datetime64[Y]").astype("datetime64[s]")
    shift = (moved.astype("datetime64[Y]").astype("datetime64[s]") - first).astype(np.int64)
    _shift(rows, hit, shift, "started_at_utc", "ended_at_utc", "charging_ended_at_utc")


def _four_zero_year(rows: pd.DataFrame, hit: Bools, _: Draw) -> None:
    _with_year(rows, hit, lambda year: year % 100)


def _future_year(rows: pd.DataFrame, hit: Bools, _: Draw) -> None:
    _with_year(rows, hit, lambda year: year // 100 * 100 + year % 10 * 10 + year // 10 % 10)


def _end_before_start(rows: pd.DataFrame, hit: Bools, _: Draw) -> None:
    names = ["started_at_utc", "ended_at_utc"]
    rows.loc[hit, names] = rows.loc[hit, names[::-1]].to_numpy()


_CHANGES: dict[str, Callable[[pd.DataFrame, Bools, Draw], None]] = {
    "missing_stop": _missing_stop,
    "zero_energy": _zero_energy,
    "negative_energy": _negative_energy,
    "zero_duration": _zero_duration,
    "stuck_session": _stuck,
    "meter_rollover": _meter_rollover,
    "energy_in_wh": _in_wh,
    "file_in_wh": _in_wh,
    "hours_read_as_minutes": _hours_read_as_minutes,
    "minutes_read_as_hours": _minutes_read_as_hours,
    "misplaced_decimal_point": _misplaced_point,
    "clock_skew": _clock_skew,
    "unknown_station": _unknown_station,
    "epoch_start": _epoch_start,
    "four_zero_year": _four_zero_year,
    "future_year": _future_year,
    "end_before_start": _end_before_start,
}


def _copies(rows: pd.DataFrame, chosen: Draw, name: str) -> tuple[pd.DataFrame, Bools]:
    hit = (rows["fault"] == name).to_numpy()
    return rows[hit].copy(), hit


def _later_half(copies: pd.DataFrame, hit: Bools, chosen: Draw, name: str, period: Period) -> None:
    """Half of the copies come with the next delivery."""
    later = (chosen.chance(f"{name}/later")[hit] < _HALF).astype(np.int64)
    copies["delivery"] = np.minimum(copies["delivery"] + later, period.count - 1)


def _exact_duplicates(rows: pd.DataFrame, chosen: Draw, period: Period) -> pd.DataFrame:
    copies, hit = _copies(rows, chosen, "exact_duplicate")
    _later_half(copies, hit, chosen, "exact_duplicate", period)
    return copies


def _rounded_duplicates(rows: pd.DataFrame, chosen: Draw, period: Period) -> pd.DataFrame:
    copies, hit = _copies(rows, chosen, "rounded_duplicate")
    tenths = np.rint(copies["energy_wh"].to_numpy() / 100).astype(np.int64)
    copies["energy_kwh"] = decimal_text(tenths, 1)
    for name in ("started_at_utc", "ended_at_utc"):
        copies[name] = copies[name] // _SHORT * _SHORT
    _later_half(copies, hit, chosen, "rounded_duplicate", period)
    return copies


def _first_versions(rows: pd.DataFrame, chosen: Draw, period: Period) -> pd.DataFrame:
    """The wrong first versions; the rows at hand become their corrections of a day later."""
    copies, hit = _copies(rows, chosen, "corrected_row")
    share = 0.5 + chosen.chance("corrected_row/share")[hit]
    wrong = np.floor(copies["energy_wh"].to_numpy() * share).astype(np.int64) + 1
    copies["energy_kwh"] = decimal_text(wrong)
    rows.loc[hit, "last_updated_utc"] += DAY
    rows.loc[hit, "delivery"] = period.delivery(rows.loc[hit, "last_updated_utc"].to_numpy())
    return copies


def _open_versions(rows: pd.DataFrame, chosen: Draw, period: Period) -> pd.DataFrame:
    """The versions delivered while the session was open; it ends in the next delivery."""
    copies, hit = _copies(rows, chosen, "late_delivery")
    copies[["ended_at_utc", "charging_ended_at_utc"]] = UNKNOWN
    copies[["energy_kwh", "stop_reason", "revenue_amount", "tax_amount"]] = ""
    copies["last_updated_utc"] = copies["started_at_utc"] + _SHORT
    rows.loc[hit, "delivery"] += 1
    return copies


def _repeated_windows(rows: pd.DataFrame, chosen: Draw, period: Period) -> pd.DataFrame:
    found = [rows.iloc[:0]]
    for number in chosen.files.get("repeated_window", ()):
        since = period.begin + number * period.seconds - _REPEATED_DAYS * DAY
        again = (
            (rows["delivery"] == number - 1)
            & (rows["last_updated_utc"] >= since)
            & (rows["fault"] == NO_FAULT)
        )
        found.append(rows[again].assign(delivery=number, fault="repeated_window"))
    return pd.concat(found)


_EXTRAS: tuple[Callable[[pd.DataFrame, Draw, Period], pd.DataFrame], ...] = (
    _exact_duplicates,
    _rounded_duplicates,
    _first_versions,
    _open_versions,
    _repeated_windows,
)
