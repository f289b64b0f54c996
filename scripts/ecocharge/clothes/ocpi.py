"""OCPI 2.2.1: a CDR for each session that ended, Locations and Tariffs beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecocharge.clothes.network import Lookup, joined, places
from ecocharge.clothes.ocpi_network import PARTY, location_of, locations, page, tariffs
from ecocharge.clothes.wardrobe import Written
from ecocharge.faults.catalogue import FAULTS
from ecocharge.faults.generated import Tariff
from ecocharge.faults.records import Lines
from ecocharge.faults.sessions import seconds_of
from ecocharge.faults.stations import Text
from ecocharge.faults.text import UNKNOWN, decimal_column

_HOUR = 3600
_HOURS_PLACES = 4
_METHODS = {"contactless": "AUTH_REQUEST", "app": "COMMAND"}
_FEED = """\
description: Generated sessions as OCPI 2.2.1 CDRs
adapter: ocpi
"""


@dataclass(frozen=True)
class Ocpi:
    """See `wardrobe.Clothing`.

    Attributes:
        stations: the network's stations, columns as in the native feed.
        connectors: its connectors.
        tariffs: what a kWh costs, by station.
        made_at: UTC stamp of the Locations and Tariffs.
    """

    stations: Text
    connectors: Text
    tariffs: Mapping[str, Tariff]
    made_at: str
    stem: str = "cdrs"
    suffix: str = ".jsonl"
    header: bytes | None = None
    newline: bytes = b"\n"
    faults: frozenset[str] = frozenset(
        name
        for name, fault in FAULTS.items()
        if fault.feed == "records" and fault.level not in ("bytes", "coding")
    ) - {"missing_stop", "late_delivery"}

    @cached_property
    def _lookup(self) -> Lookup:
        return Lookup(places(self.stations, self.connectors))

    def write(self, lines: Lines, values: pa.Table) -> Written:
        """A line of JSON for each version of a session that ended."""
        ended = np.flatnonzero(np.asarray(pc.not_equal(lines.text["ended_at_utc"], "")))
        text = self._cdrs(lines.text.take(ended))
        return Written(text.cast(pa.binary()), lines.delivery[ended], ended)

    def _cdrs(self, rows: pa.Table) -> pa.Array:
        at = self._lookup.rows(rows["connector_id"])
        driver = rows["driver_key"].combine_chunks()
        # Who pays by card leaves no token; OCPI wants one, so it is one of that session alone.
        token = pc.if_else(pc.equal(driver, ""), joined("AH-", rows["session_id"]), driver)
        method = rows["payment_method"].combine_chunks()
        for name, written in _METHODS.items():
            method = pc.replace_substring_regex(method, f"^{name}$", written)
        method = pc.if_else(pc.match_substring_regex(method, "^[A-Z]"), method, "WHITELIST")
        before = pc.if_else(pc.equal(rows["revenue_amount"], ""), "0.00", rows["revenue_amount"])
        tax = pc.if_else(pc.equal(rows["tax_amount"], ""), "0.00", rows["tax_amount"])
        location = self._lookup.text(at, lambda place: json.dumps(location_of(place)))
        unknown = joined('{"connector_id":"', rows["connector_id"], '"}')
        country = self._lookup.text(at, lambda place: place["country_code"])
        return joined(
            '{"country_code":"',
            country,
            f'","party_id":"{PARTY}","id":"',
            rows["session_id"],
            '","session_id":"',
            rows["session_id"],
            '","start_date_time":"',
            rows["started_at_utc"],
            '","end_date_time":"',
            rows["ended_at_utc"],
            '","cdr_token":{"country_code":"',
            country,
            f'","party_id":"{PARTY}","uid":"',
            token,
            '","type":"RFID","contract_id":"',
            token,
            '"},"auth_method":"',
            method,
            '","cdr_location":',
            pc.if_else(pc.equal(location, ""), unknown, location),
            ',"currency":"',
            rows["currency"],
            '","charging_periods":[',
            _periods(rows),
            '],"total_cost":{"excl_vat":',
            before,
            ',"incl_vat":',
            _sum(before, tax),
            '},"total_energy":',
            rows["energy_kwh"],
            ',"total_time":',
            _hours(rows, "started_at_utc", "ended_at_utc"),
            ',"last_updated":"',
            rows["last_updated_utc"],
            '"}',
        )

    def companions(self) -> Mapping[str, bytes]:
        found = self._lookup.places
        return {
            "locations.json": page(locations(found, self.made_at), self.made_at),
            "tariffs.json": page(tariffs(found, self.tariffs, self.made_at), self.made_at),
            "feed.yml": _FEED.encode(),
        }


def _hours(rows: pa.Table, since: str, until: str) -> pa.Array:
    start, end = seconds_of(rows[since]), seconds_of(rows[until])
    known = (start != UNKNOWN) & (end != UNKNOWN)
    hours = np.where(known, end - start, 0) / _HOUR
    return decimal_column(np.rint(hours * 10**_HOURS_PLACES).astype(np.int64), _HOURS_PLACES)


def _sum(one: pa.Array, other: pa.Array) -> pa.Array:
    whole = pc.add(one.cast(pa.decimal128(13, 2)), other.cast(pa.decimal128(13, 2)))
    return whole.cast(pa.string())


def _periods(rows: pa.Table) -> pa.Array:
    """The time of charging with all the energy, then parking where its end is known."""
    charged = rows["charging_ended_at_utc"].combine_chunks()
    parked = joined(
        ',{"start_date_time":"',
        charged,
        '","dimensions":[{"type":"PARKING_TIME","volume":',
        _hours(rows, "charging_ended_at_utc", "ended_at_utc"),
        "}]}",
    )
    idle = np.asarray(pc.not_equal(charged, "")) & (
        seconds_of(rows["ended_at_utc"]) > seconds_of(rows["charging_ended_at_utc"])
    )
    return joined(
        '{"start_date_time":"',
        rows["started_at_utc"],
        '","dimensions":[{"type":"ENERGY","volume":',
        rows["energy_kwh"],
        "}]}",
        pc.if_else(pa.array(idle), parked, ""),
    )
