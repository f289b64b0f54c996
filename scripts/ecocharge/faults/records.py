"""Faults in files with ids and UTC stamps: the lines of some stations, delivery by delivery."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from ecocharge.faults.catalogue import CODES, FAULTS, NAMES, Rates
from ecocharge.faults.changes import CHANGES, STUCK_DAYS, Rows
from ecocharge.faults.choosing import hash_names
from ecocharge.faults.copies import COPIES
from ecocharge.faults.drawing import NO_FAULT, Codes, Draw, Things, draw
from ecocharge.faults.period import DAY, Period
from ecocharge.faults.sessions import COLUMNS, STAMPS, Batch
from ecocharge.faults.text import UNKNOWN, utc_column
from ecocharge.generator.randomness import Bools, Ints

_REPEATED_DAYS = 2
_SURELY_OVER_DAYS = 7
_TENTH_WH = 100
_MINUTE = 60
_BUSY_SECONDS = 300
_MAY_CHANGE = ["connector_id", "energy_kwh", "stop_reason", "revenue_amount", "tax_amount"]
_STAYS_IN_PLACE = np.array([not n or FAULTS[n].level in ("file", "coding") for n in NAMES])
_IS_TRUE = np.array([not name or FAULTS[name].level == "coding" for name in NAMES])


@dataclass(frozen=True)
class Lines:
    """The lines of some stations in the order of the files, by delivery and then by station.

    Attributes:
        text: what they say, `sessions.COLUMNS`.
        delivery: the delivery each is in, rising, shape (n,).
        fault: what befell each, 0 for nothing, shape (n,).
        clean: the row of the batch that is true of each, shape (n,).
        batch: the clean sessions.
    """

    text: pa.Table
    delivery: Ints
    fault: Codes
    clean: Ints
    batch: Batch

    def __len__(self) -> int:
        return len(self.delivery)


def dirty_lines(batch: Batch, period: Period, rates: Rates, seed: int) -> Lines:
    """Put faults into sessions.

    Whether a fault befalls a session depends on nothing but the seed, the session and its own
    station: stations may come in any number at a time.

    Args:
        batch: all sessions of some stations.
        period: the deliveries.
        rates: see `catalogue.rates`.
        seed: another one hits other rows.

    Returns:
        The lines to write. Faults of bytes and codings are drawn but not yet done.
    """
    numbers = batch.numbers
    delivery = period.delivery(numbers["last_updated_utc"].to_numpy())
    partner = _busy_neighbour(numbers)
    eligible = _eligible(numbers, period, delivery, partner)
    things = _things(batch, delivery)
    chosen = draw(things, period.count, eligible, rates, "records", seed)
    # Beside a session that is itself faulty there may be nothing left to overlap with.
    alone = chosen.has("overlap") & ~_IS_TRUE[chosen.fault[partner]]
    chosen.fault[alone] = NO_FAULT
    hit = np.flatnonzero(chosen.fault != NO_FAULT)
    changed = _changed(batch, hit, chosen.take(hit), partner[hit], period)
    untouched = np.flatnonzero(chosen.fault == NO_FAULT)
    repeated, into = _repeated(numbers, chosen, delivery, untouched, period)
    return _in_order(batch, delivery, untouched, repeated, into, changed)


def _things(batch: Batch, delivery: Ints) -> Things:
    ids = batch.text["session_id"].to_numpy()
    connectors = batch.text["connector_id"].combine_chunks().dictionary_encode()
    distinct = hash_names(connectors.dictionary.to_pylist())
    return Things(hash_names(ids), distinct[np.asarray(connectors.indices)], delivery)


def _changed(batch: Batch, hit: Ints, chosen: Draw, partner: Ints, period: Period) -> Rows:
    """The rows hit and what is added to them, changed."""
    rows: Rows = {name: batch.numbers[name].to_numpy()[hit] for name in (*STAMPS, "energy_wh")}
    for name in _MAY_CHANGE:
        # A frozen view of Arrow's memory would not take changes.
        rows[name] = np.array(batch.text[name].take(hit).to_numpy(), dtype=object)
    rows["delivery"], rows["fault"] = chosen.things.delivery.copy(), chosen.fault
    rows["clean"] = hit
    for name, change in CHANGES.items():
        of_this = chosen.has(name)
        if of_this.any():
            change(rows, of_this, chosen)
    moved = chosen.has("overlap")
    rows["connector_id"][moved] = batch.text["connector_id"].take(partner[moved]).to_numpy()
    moved = chosen.has("stuck_session")
    rows["delivery"][moved] = period.delivery(rows["last_updated_utc"][moved])
    added = [copy(rows, chosen, period) for copy in COPIES]
    whole = {
        name: np.concatenate([values, *(a[name] for a in added)]) for name, values in rows.items()
    }
    _keep_out_of_faulty_files(whole, chosen, period)
    whole["delivery"][whole["fault"] == CODES["held_back"]] += period.count
    return whole


def _busy_neighbour(numbers: pd.DataFrame) -> Ints:
    """For each session the row of one on a connector beside it that was busy, else -1."""
    start, end = numbers["started_at_utc"].to_numpy(), numbers["ended_at_utc"].to_numpy()
    bank, connector = numbers["bank"].to_numpy(), numbers["connector"].to_numpy()
    order = np.lexsort((np.arange(len(start)), start, bank))
    before = np.roll(order, 1)
    busy = (
        (bank[before] == bank[order])
        & (connector[before] != connector[order])
        & (end[before] > start[order] + _BUSY_SECONDS)
    )
    # The first row has nothing before it; rolled, it would see the last.
    busy[:1] = False
    found = np.full(len(start), -1, dtype=np.int64)
    found[order[busy]] = before[busy]
    return found


def _keep_out_of_faulty_files(rows: Rows, chosen: Draw, period: Period) -> None:
    """Rows that their own fault moved come with the next delivery that has no fault of its own."""
    faulty = [
        number
        for name, hit in chosen.files.items()
        if name in CHANGES and FAULTS[name].level == "file"
        for number in hit
    ]
    sound = np.setdiff1d(np.arange(period.count, dtype=np.int64), faulty)
    if not faulty or not len(sound):
        return
    delivery = rows["delivery"]
    moved = np.isin(delivery, faulty) & ~_STAYS_IN_PLACE[rows["fault"]]
    following = np.minimum(np.searchsorted(sound, delivery[moved]), len(sound) - 1)
    delivery[moved] = sound[following]


def _repeated(
    numbers: pd.DataFrame, chosen: Draw, delivery: Ints, untouched: Ints, period: Period
) -> tuple[Ints, Ints]:
    """The rows that a later delivery repeats, and that delivery."""
    hit = np.array(chosen.files.get("repeated_window", ()), dtype=np.int64)
    following = delivery[untouched] + 1
    since = period.begin + following * period.seconds - _REPEATED_DAYS * DAY
    updated = numbers["last_updated_utc"].to_numpy()[untouched]
    again = np.isin(following, hit) & (updated >= since)
    return untouched[again], following[again]


def _in_order(
    batch: Batch, delivery: Ints, untouched: Ints, repeated: Ints, into: Ints, changed: Rows
) -> Lines:
    """Clean and changed lines together, in the order of the files."""
    count = len(batch)
    source = np.concatenate([untouched, repeated, count + np.arange(len(changed["clean"]))])
    clean = np.concatenate([untouched, repeated, changed["clean"]])
    whole = np.concatenate([delivery[untouched], into, changed["delivery"]])
    fault = np.concatenate(
        [
            np.zeros(len(untouched), dtype=np.int8),
            np.full(len(repeated), CODES["repeated_window"], dtype=np.int8),
            changed["fault"],
        ]
    )
    updated = batch.numbers["last_updated_utc"].to_numpy()[clean]
    updated[len(untouched) + len(repeated) :] = changed["last_updated_utc"]
    station = batch.numbers["station"].to_numpy()[clean]
    order = np.lexsort((clean, updated, station, whole))
    columns = {}
    for name in COLUMNS:
        column = batch.text[name]
        if name in STAMPS:
            column = pa.chunked_array([*column.chunks, utc_column(changed[name])])
            columns[name] = column.take(source[order])
        elif name in _MAY_CHANGE:
            own = pa.array(changed[name], pa.string())
            columns[name] = pa.chunked_array([*column.chunks, own]).take(source[order])
        else:
            columns[name] = column.take(clean[order])
    return Lines(pa.table(columns), whole[order], fault[order], clean[order], batch)


def _eligible(
    numbers: pd.DataFrame, period: Period, delivery: Ints, partner: Ints
) -> dict[str, Bools]:
    ended = numbers["ended_at_utc"].to_numpy()
    updated = numbers["last_updated_utc"].to_numpy()
    complete = ended != UNKNOWN
    with_energy = complete & (numbers["energy_wh"].to_numpy() > 0)
    eligible = {
        name: complete if name in _ANY_COMPLETE else with_energy
        for name, fault in FAULTS.items()
        if fault.feed == "records" and fault.level != "coding"
    }
    has_next = delivery < period.count - 1
    eligible["late_delivery"] = with_energy & has_next
    eligible["corrected_row"] = with_energy & (updated + DAY < period.export_at)
    eligible["stuck_session"] = complete & (ended + (STUCK_DAYS[1] + 1) * DAY < period.export_at)
    # Sites that count in whole minutes and tenths have nothing to round.
    rounds = (numbers["energy_wh"].to_numpy() % _TENTH_WH != 0) | (ended % _MINUTE != 0)
    rounds |= numbers["started_at_utc"].to_numpy() % _MINUTE != 0
    eligible["rounded_duplicate"] = with_energy & rounds
    # Nobody can tell a stop lost in the last days from a session that still goes on.
    eligible["missing_stop"] = complete & (ended + _SURELY_OVER_DAYS * DAY < period.export_at)
    # A minute would be no time at all, sixty times shorter.
    lasting = complete & (ended - numbers["started_at_utc"].to_numpy() >= _MINUTE)
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
        "held_back",
    }
)
