"""The ChargePoint export with one row per session, as Palo Alto and Boulder publish it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ecocharge.clothes.network import Lookup, Place, joined, numbers_of, places
from ecocharge.clothes.wardrobe import Written
from ecocharge.faults.catalogue import FAULTS
from ecocharge.faults.records import Lines
from ecocharge.faults.sessions import seconds_of
from ecocharge.faults.stations import Text
from ecocharge.faults.text import UNKNOWN
from ecocharge.generator.randomness import Bools, Ints

HEADER = (
    "Station Name",
    "Address 1",
    "City",
    "State/Province",
    "Country",
    "Latitude",
    "Longitude",
    "Start Date",
    "Start Time Zone",
    "End Date",
    "End Time Zone",
    "Total Duration (hh:mm:ss)",
    "Charging Time (hh:mm:ss)",
    "Energy (kWh)",
    "Port Type",
    "Port Number",
    "Plug Type",
    "Fee",
    "Currency",
    "Ended By",
    "Plug In Event Id",
    "User ID",
)
_PLUGS = {
    "IEC_62196_T1": "J1772",
    "IEC_62196_T1_COMBO": "J1772 Combo",
    "IEC_62196_T2": "Type 2",
    "IEC_62196_T2_COMBO": "CCS2",
    "CHADEMO": "CHAdeMO",
}
# Labels that the export knows; elsewhere it writes the wall clock of UTC.
_LABELS = {
    "America/Denver": ("MST", "MDT"),
    "America/Los_Angeles": ("PST", "PDT"),
    "America/Chicago": ("CST", "CDT"),
    "America/New_York": ("EST", "EDT"),
    "Europe/London": ("GMT", "BST"),
}
_FEED = """\
description: Generated sessions as ChargePoint exports them
adapter: chargepoint_csv
"""
_HOUR, _MINUTE = 3600, 60
_NOON = 12 * _HOUR


@dataclass(frozen=True)
class ChargePointCsv:
    """See `wardrobe.Clothing`.

    Attributes:
        stations: the network's stations, columns as in the native feed.
        connectors: its connectors.
    """

    stations: Text
    connectors: Text
    stem: str = "chargepoint"
    suffix: str = ".csv"
    header: bytes | None = ",".join(HEADER).encode()
    newline: bytes = b"\r\n"
    faults: frozenset[str] = frozenset(
        name for name, fault in FAULTS.items() if fault.feed == "records" and fault.level != "bytes"
    ) - {"corrected_row", "rounded_duplicate", "unknown_station"}

    @cached_property
    def _lookup(self) -> Lookup:
        return Lookup(places(self.stations, self.connectors))

    @cached_property
    def _ports(self) -> dict[str, int]:
        """The number of each port at its charger."""
        numbers: dict[str, int] = {}
        ports: dict[str, int] = {}
        for place in self._lookup.places:
            if place["port_id"] not in numbers:
                ports[place["charger_id"]] = ports.get(place["charger_id"], 0) + 1
                numbers[place["port_id"]] = ports[place["charger_id"]]
        return numbers

    @cached_property
    def _addresses(self) -> dict[str, str]:
        """One for each station: rows with the same address would be one station."""
        seen: dict[tuple[str, str], str] = {}
        found = {}
        for place in self._lookup.places:
            first = seen.setdefault((place["city"], place["address"]), place["station_id"])
            own = first == place["station_id"]
            found[place["station_id"]] = (
                place["address"] if own else f"{place['address']} ({place['station_id']})"
            )
        return found

    def write(self, lines: Lines, values: pa.Table) -> Written:
        """A line for each version of a session."""
        rows = lines.text
        at = self._lookup.rows(rows["connector_id"])
        start, end, charged = (
            seconds_of(rows[f"{name}_at_utc"]) for name in ("started", "ended", "charging_ended")
        )
        zones = self._lookup.text(at, lambda place: place["time_zone"]).to_numpy(False)
        begin, begin_label = _wall_clock(start, zones)
        until, until_label = _wall_clock(end, zones)
        fee = pc.if_else(pc.equal(rows["revenue_amount"], ""), "", rows["revenue_amount"])
        parts = [
            self._lookup.text(at, self._front),
            begin,
            begin_label,
            until,
            until_label,
            _duration(start, end),
            _duration(start, charged),
            rows["energy_kwh"].combine_chunks(),
            self._lookup.text(at, self._plug),
            fee.combine_chunks(),
            rows["currency"].combine_chunks(),
            rows["stop_reason"].combine_chunks(),
            numbers_of(rows["session_id"]),
            rows["driver_key"].combine_chunks(),
        ]
        text = pc.binary_join_element_wise(*parts, ",").cast(pa.binary())
        return Written.one_each(text, lines)

    def companions(self) -> Mapping[str, bytes]:
        return {"feed.yml": _FEED.encode()}

    def _front(self, place: Place) -> str:
        return _csv(
            f"{place['city'].upper()} / {place['station_name'].upper()} #{place['charger_id']}",
            self._addresses[place["station_id"]],
            place["city"],
            place["region"],
            place["country_code"],
            place["latitude"],
            place["longitude"],
        )

    def _plug(self, place: Place) -> str:
        kind = "DC Fast" if place["power_type"] == "DC" else "Level 2"
        plug = _PLUGS.get(place["connector_standard"], place["connector_standard"])
        return _csv(kind, str(self._ports[place["port_id"]]), plug)


def _csv(*fields: str) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(fields)
    return text.getvalue()


def _wall_clock(seconds: Ints, zones: np.ndarray[Any, Any]) -> tuple[pa.Array, pa.Array]:
    """Wall clocks such as `7/29/2021 20:17:05`, and their zones' labels; empty where unknown."""
    known = seconds != UNKNOWN
    offset = np.zeros(len(seconds), dtype=np.int64)
    label = np.full(len(seconds), "UTC", dtype=object)
    for zone, labels in _LABELS.items():
        here = known & (zones == zone)
        if here.any():
            offset[here], label[here] = _offsets(seconds[here], zone, labels)
    local = pa.array(np.where(known, seconds + offset, 0).astype("datetime64[s]"))
    text = joined(
        pc.month(local).cast(pa.string()),
        "/",
        pc.day(local).cast(pa.string()),
        "/",
        pc.utf8_slice_codeunits(local.cast(pa.string()), 0, 4),
        " ",
        pc.utf8_slice_codeunits(local.cast(pa.string()), 11),
    )
    given = pa.array(known)
    return pc.if_else(given, text, ""), pc.if_else(given, pa.array(label, pa.string()), "")


def _offsets(
    seconds: Ints, zone: str, labels: tuple[str, str]
) -> tuple[Ints, np.ndarray[Any, Any]]:
    """Seconds east of UTC, and the label in force."""
    stamps = pd.DatetimeIndex(seconds.astype("datetime64[s]")).tz_localize("UTC").tz_convert(zone)
    offset: Ints = stamps.tz_localize(None).as_unit("s").asi8 - seconds
    winter = pd.Timestamp("2024-01-15 12:00").tz_localize(zone).tz_convert("UTC")
    is_summer: Bools = offset > _NOON - winter.hour * _HOUR
    return offset, np.where(is_summer, labels[1], labels[0]).astype(object)


def _duration(start: Ints, end: Ints) -> pa.Array:
    """Hours, minutes and seconds, such as `3:03:32`; empty where an end is unknown."""
    known = (start != UNKNOWN) & (end != UNKNOWN)
    length = np.abs(np.where(known, end - start, 0))
    hours, rest = np.divmod(length, _HOUR)
    minutes, seconds = np.divmod(rest, _MINUTE)
    two = [pc.utf8_lpad(pa.array(part).cast(pa.string()), 2, "0") for part in (minutes, seconds)]
    text = joined(pa.array(hours).cast(pa.string()), ":", two[0], ":", two[1])
    return pc.if_else(pa.array(known), text, "")
