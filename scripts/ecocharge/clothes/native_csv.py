"""The sessions as an operator exports them: ids, UTC stamps, comma separated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from ecocharge.clothes.wardrobe import Written
from ecocharge.faults.catalogue import FAULTS
from ecocharge.faults.damage import comma_separated
from ecocharge.faults.records import Lines
from ecocharge.faults.sessions import COLUMNS
from ecocharge.faults.stations import Text, stations_csv

# The settings with which a feed reads these files, and the stations file beside them.
FEED = """\
description: Generated sessions as an operator exports them
adapter: generic_csv
mapping:
  sessions:
    zone: utc
    fields:
      session_id: session_id
      connector_id: connector_id
      started_at: started_at_utc
      ended_at: ended_at_utc
      charging_ended_at: charging_ended_at_utc
      energy: {column: energy_kwh, unit: kWh}
      driver: driver_key
      payment_method: payment_method
      stop_reason: stop_reason
      revenue: revenue_amount
      tax: tax_amount
      currency: currency
      last_updated: last_updated_utc
"""


@dataclass(frozen=True)
class NativeCsv:
    """See `wardrobe.Clothing`.

    Attributes:
        stations: the network's stations, columns as in the native feed.
        connectors: its connectors.
        seed: of damaged bytes.
    """

    stations: Text
    connectors: Text
    seed: int
    stem: str = "sessions"
    suffix: str = ".csv"
    # Spreadsheet programs mark UTF-8 so, and the mark says what the bytes should be.
    header: bytes | None = b"\xef\xbb\xbf" + ",".join(COLUMNS).encode()
    newline: bytes = b"\r\n"
    faults: frozenset[str] = frozenset(n for n, fault in FAULTS.items() if fault.feed == "records")

    def write(self, lines: Lines, values: pa.Table) -> Written:
        """One line for each version of a session."""
        return Written.one_each(comma_separated(lines, self.seed), lines)

    def companions(self) -> Mapping[str, bytes]:
        return {
            "stations.csv": stations_csv(self.stations, self.connectors),
            "feed.yml": FEED.encode(),
        }
