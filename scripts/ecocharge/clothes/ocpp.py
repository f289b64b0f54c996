"""OCPP 1.6: the log of a back office, every call and its answer, chargers at rest included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ecocharge.clothes.network import Lookup, Place, joined, numbers_of, order_of, places
from ecocharge.clothes.ocpp_frames import HEADER, Frames, call, of_connector, stacked, status
from ecocharge.clothes.ocpp_network import network_files
from ecocharge.clothes.wardrobe import Written
from ecocharge.faults.period import DAY, Period
from ecocharge.faults.records import Lines
from ecocharge.faults.stations import Text
from ecocharge.faults.text import UNKNOWN, utc_column
from ecocharge.generator.faulted import Outage
from ecocharge.generator.randomness import Bools, Ints

HEARTBEAT_SECONDS = 3600
_FIRST_REGISTER_WH = 1_000_000
_SECOND_BITS = 34
_FEED = """\
description: Generated sessions as the message log of OCPP 1.6
"""


@dataclass(frozen=True)
class Ocpp:
    """See `wardrobe.Clothing`. It shows no faults: messages have other ones.

    Attributes:
        stations: the network's stations, columns as in the native feed.
        connectors: its connectors.
        period: the deliveries, which also say for how long chargers are heard of.
        outages: of its ports.
    """

    stations: Text
    connectors: Text
    period: Period
    outages: Sequence[Outage]
    stem: str = "messages"
    suffix: str = ".csv"
    header: bytes | None = HEADER
    newline: bytes = b"\r\n"
    faults: frozenset[str] = frozenset()

    @cached_property
    def _lookup(self) -> Lookup:
        return Lookup(places(self.stations, self.connectors))

    @cached_property
    def _numbers(self) -> Ints:
        """The number of each connector at its charger, from 1."""
        chargers = pd.Series([place["charger_id"] for place in self._lookup.places])
        return np.asarray(chargers.groupby(chargers).cumcount() + 1, dtype=np.int64)

    def write(self, lines: Lines, values: pa.Table) -> Written:
        """The messages of the sessions' stations: each has at least one connector at a session.

        The call that starts a transaction is the line of its session.
        """
        rows = lines.batch.numbers.iloc[lines.clean].reset_index(drop=True)
        place = rows["connector"].to_numpy()
        rows["register"] = _registers(rows)
        codes = self._chargers[place]
        cut = np.isin(
            _moment(place, rows["ended_at_utc"].to_numpy()), _moment(*self._spans[:, :2].T)
        )
        session = _Sessions(lines, rows, codes, self._numbers[place], cut)
        frames = stacked(
            [
                *session.frames(),
                *session.readings(values),
                *self._at_rest(np.unique(codes)),
                *self._faulted(np.unique(codes)),
            ]
        )
        delivery = self.period.delivery(frames.at)
        order = order_of(delivery, frames.charger, frames.at, frames.rank)
        names = pa.array(self._charger_ids, pa.string())
        return Written(
            frames.take(order).csv(names).cast(pa.binary()), delivery[order], frames.line[order]
        )

    @cached_property
    def _charger_ids(self) -> list[str]:
        return [*dict.fromkeys(place["charger_id"] for place in self._lookup.places)]

    @cached_property
    def _chargers(self) -> Ints:
        """The charger of each connector, as a position in `_charger_ids`."""
        known = {name: code for code, name in enumerate(self._charger_ids)}
        codes = [known[place["charger_id"]] for place in self._lookup.places]
        return np.array(codes, dtype=np.int64)

    @cached_property
    def _spans(self) -> Ints:
        """Connector, begin and end of each outage, shape (n, 3)."""
        at_port: dict[str, list[int]] = {}
        for connector, place in enumerate(self._lookup.places):
            at_port.setdefault(place["port_id"], []).append(connector)
        spans = [
            (connector, outage.begins_at, outage.ends_at)
            for outage in self.outages
            for connector in at_port[outage.port_id]
        ]
        return np.array(spans, dtype=np.int64).reshape(-1, 3)

    def _at_rest(self, chargers: Ints) -> list[Frames]:
        """Boots, the first status of each connector, and heartbeats until the export."""
        own = np.flatnonzero(np.isin(self._chargers, chargers))
        since = np.array([self._since(self._lookup.places[n]) for n in own], dtype=np.int64)
        first = np.unique(self._chargers[own], return_index=True)[1]
        boots = {"chargePointVendor": "Synthetic", "chargePointModel": "Model 1"}
        heard = self._chargers[own][first]
        beats = (self.period.export_at - since[first] - 1) // HEARTBEAT_SECONDS
        source = np.repeat(np.arange(len(first)), np.maximum(beats, 0))
        step = 1 + np.arange(len(source)) - np.repeat(np.cumsum(beats) - beats, beats)
        at = since[first][source] + step * HEARTBEAT_SECONDS
        booted, now = utc_column(since[first]), utc_column(at)
        payload = ",".join(f'"{name}":"{value}"' for name, value in boots.items())
        answer = joined(
            '{"status":"Accepted","interval":',
            str(HEARTBEAT_SECONDS),
            ',"currentTime":"',
            booted,
            '"}',
        )
        return [
            *call(since[first], heard, "BootNotification", f"{{{payload}}}", answer, "b", 0),
            *status(since, self._chargers[own], self._numbers[own], "Available", 2),
            *call(
                at, heard[source], "Heartbeat", "{}", joined('{"currentTime":"', now, '"}'), "h", 4
            ),
        ]

    def _faulted(self, chargers: Ints) -> list[Frames]:
        """Outages: each connector of the port is faulted, and available when it is over."""
        mine = np.isin(self._chargers[self._spans[:, 0]], chargers)
        connector, begins, ends = self._spans[mine].T
        over = ends < self.period.export_at
        charger, number = self._chargers[connector], self._numbers[connector]
        return [
            *status(begins, charger, number, "Faulted", 24, "InternalError"),
            *status(ends[over], charger[over], number[over], "Available", 8),
        ]

    def _since(self, place: Place) -> int:
        """When the charger is first heard of: a day before the period, for zones east of UTC."""
        year, month, day = map(int, place["opened_on"].split("-"))
        opened = int(datetime(year, month, day, tzinfo=UTC).timestamp()) - DAY
        return max(self.period.begin - DAY, opened)

    def companions(self) -> Mapping[str, bytes]:
        return {
            **network_files(self.stations, self.connectors, self._lookup.places, self._numbers),
            "feed.yml": _FEED.encode(),
        }


def _moment(connector: Ints, at: Ints) -> Ints:
    """A connector and a second in one number."""
    moment: Ints = (np.asarray(connector, dtype=np.int64) << _SECOND_BITS) + np.asarray(at)
    return moment


def _registers(rows: pd.DataFrame) -> Ints:
    """What the connector's meter shows when each session starts, in Wh."""
    taken = rows["energy_wh"].where(rows["energy_wh"] != UNKNOWN, 0)
    order = rows.assign(taken=taken).sort_values(["connector", "started_at_utc"], kind="stable")
    before = order.groupby("connector")["taken"].cumsum() - order["taken"]
    return _FIRST_REGISTER_WH + before.reindex(rows.index).to_numpy(dtype=np.int64)


@dataclass(frozen=True)
class _Sessions:
    """Sessions with what their messages need, all in the order of `lines`.

    `is_cut` where an outage ended it.
    """

    lines: Lines
    rows: pd.DataFrame
    charger: Ints
    number: Ints
    is_cut: Bools

    @cached_property
    def _transaction(self) -> pa.Array:
        """Ids that count the sessions of a station, which is more than a charger."""
        return numbers_of(self.lines.text["session_id"]).cast(pa.int64()).cast(pa.string())

    def _of(self, column: str) -> Ints:
        values: Ints = self.rows[column].to_numpy()
        return values

    def frames(self) -> list[Frames]:
        """From plugging in to the connector's being free again.

        A state that would be over within its second is not told of: within a second readers of a
        log cannot say which of two came last.
        """
        start, end, full = (
            self._of(f"{name}_at_utc") for name in ("started", "ended", "charging_ended")
        )
        done = np.flatnonzero((end != UNKNOWN) & (self._of("energy_wh") != UNKNOWN))
        free = done[~self.is_cut[done]]
        idle = done[(full[done] != UNKNOWN) & (full[done] < end[done])]
        return [
            *self._starts(start),
            *status(start, self.charger, self.number, "Charging", 14),
            *status(full[idle], self.charger[idle], self.number[idle], "SuspendedEV", 18),
            *self._stops(end, done),
            *status(end[free], self.charger[free], self.number[free], "Available", 24),
        ]

    def _starts(self, start: Ints) -> tuple[Frames, Frames]:
        ids = self.lines.text["session_id"]
        driver = self.lines.text["driver_key"].combine_chunks()
        payload = joined(
            '{"connectorId":',
            _number(self.number),
            ',"idTag":"',
            pc.if_else(pc.equal(driver, ""), joined("AH-", ids), driver),
            '","meterStart":',
            _number(self._of("register")),
            ',"timestamp":"',
            utc_column(start),
            '"}',
        )
        answer = joined(
            '{"transactionId":', self._transaction, ',"idTagInfo":{"status":"Accepted"}}'
        )
        line = np.arange(len(start), dtype=np.int64)
        kind = of_connector("s", self.number)
        return call(start, self.charger, "StartTransaction", payload, answer, kind, 12, line)

    def _stops(self, end: Ints, done: Ints) -> tuple[Frames, Frames]:
        reason = self.lines.text["stop_reason"].combine_chunks().take(done)
        payload = joined(
            '{"transactionId":',
            self._transaction.take(done),
            ',"meterStop":',
            _number((self._of("register") + self._of("energy_wh"))[done]),
            ',"timestamp":"',
            utc_column(end[done]),
            '","reason":"',
            pc.if_else(pc.equal(reason, ""), "Other", reason),
            '"}',
        )
        answer = '{"idTagInfo":{"status":"Accepted"}}'
        kind = of_connector("e", self.number[done])
        return call(end[done], self.charger[done], "StopTransaction", payload, answer, kind, 20)

    def readings(self, values: pa.Table) -> tuple[Frames, Frames]:
        """The meter values that came with the sessions; of the others, that at the charging's end.

        Chargers read their meter when a car stops drawing, so that the idle time has no energy.
        """
        ids = self.lines.text["session_id"].combine_chunks()
        at = pc.index_in(values["session_id"].combine_chunks(), ids)
        known = values.filter(at.is_valid())
        of = np.asarray(at.drop_null(), dtype=np.int64)
        kwh = known["energy_since_start_kwh"].combine_chunks().cast(pa.float64())
        stamps = known["read_at_utc"].combine_chunks().cast(pa.timestamp("s", "UTC"))
        full, energy = self._of("charging_ended_at_utc"), self._of("energy_wh")
        bare = np.setdiff1d(np.flatnonzero((full != UNKNOWN) & (energy != UNKNOWN)), of)
        of = np.concatenate([of, bare])
        taken = np.concatenate([np.rint(np.asarray(kwh) * 1000).astype(np.int64), energy[bare]])
        seconds = np.concatenate([np.asarray(stamps.cast(pa.int64())), full[bare]])
        payload = joined(
            '{"connectorId":',
            _number(self.number[of]),
            ',"transactionId":',
            self._transaction.take(of),
            ',"meterValue":[{"timestamp":"',
            utc_column(seconds),
            '","sampledValue":[{"value":"',
            _number(self._of("register")[of] + taken),
            '","unit":"Wh","measurand":"Energy.Active.Import.Register"}]}]}',
        )
        kind = of_connector("m", self.number[of])
        return call(seconds, self.charger[of], "MeterValues", payload, "{}", kind, 16)


def _number(values: Ints) -> pa.Array:
    return pa.array(values).cast(pa.string())
