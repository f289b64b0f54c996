"""From rows to the files that an operator would send, and the truth of each of their lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from ecocharge.faults.catalogue import FAULTS
from ecocharge.faults.choosing import between, chances, hash_names
from ecocharge.faults.sessions import STAMPS, decimal_text, utc_text

RECORD_HEADER = (
    "session_id",
    "connector_id",
    "started_at_utc",
    "ended_at_utc",
    "charging_ended_at_utc",
    "energy_kwh",
    "driver_key",
    "payment_method",
    "stop_reason",
    "revenue_amount",
    "tax_amount",
    "currency",
    "last_updated_utc",
)
# The settings with which a feed reads these files, and the stations file beside them.
RECORD_FEED = """\
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
_FIRST_LINE = 2
# Bytes that UTF-8 has no use for; the last is the one byte that CSV readers stumble over.
_BAD_BYTES = (b"\xff", b"\xe9", b"\x80", b"\x00")


@dataclass(frozen=True)
class DeliveredFile:
    """One file as the operator sends it.

    Attributes:
        name: its file name.
        exported_on: the day it was made.
        content: its bytes.
    """

    name: str
    exported_on: date
    content: bytes


@dataclass(frozen=True)
class Delivery:
    """The files of a feed and what is true of them.

    Attributes:
        files: in order of arrival.
        truth: one row per line: `source_file`, `source_line` (1-based, physical), `session_id`,
            `fault` (empty where there is none), `true_started_at_utc`, `true_ended_at_utc` (epoch
            seconds), `true_energy_wh`; `sessions.UNKNOWN` where even the truth is open.
    """

    files: tuple[DeliveredFile, ...]
    truth: pd.DataFrame

    def write(self, folder: Path) -> list[Path]:
        """Write the files and `truth.csv` into a folder; returns the paths of the files."""
        folder.mkdir(parents=True, exist_ok=True)
        for file in self.files:
            (folder / file.name).write_bytes(file.content)
        write_truth(self.truth, folder / "truth.csv")
        return [folder / file.name for file in self.files]


def write_truth(truth: pd.DataFrame, path: Path) -> None:
    """The truth as CSV: stamps in ISO form, energy in kWh."""
    text = truth.assign(
        true_started_at_utc=utc_text(truth["true_started_at_utc"].to_numpy()),
        true_ended_at_utc=utc_text(truth["true_ended_at_utc"].to_numpy()),
        true_energy_kwh=decimal_text(truth["true_energy_wh"].to_numpy()),
    )
    text.drop(columns="true_energy_wh").to_csv(path, index=False)


def write_records(
    rows: pd.DataFrame, sessions: pd.DataFrame, ends: Sequence[int], seed: int
) -> Delivery:
    """Lines with ids and UTC stamps, one file per delivery, with damaged bytes where drawn.

    Args:
        rows: from `dirty_records`.
        sessions: the clean sessions it was made from.
        ends: epoch second at which each delivery was exported.
        seed: of the damage.
    """
    text = rows.assign(**{name: utc_text(rows[name].to_numpy()) for name in STAMPS})
    lines = [",".join(values) for values in text[list(RECORD_HEADER)].itertuples(index=False)]
    damaged = damage(lines, rows["fault"].tolist(), rows["session_id"].tolist(), seed)
    names = [f"sessions-{_day(end).isoformat()}.csv" for end in ends]
    # Spreadsheet programs mark UTF-8 so, and the mark says what the bytes should be.
    header = b"\xef\xbb\xbf" + ",".join(RECORD_HEADER).encode()
    return assemble(rows, sessions, header, damaged, names, ends)


def assemble(
    rows: pd.DataFrame,
    sessions: pd.DataFrame,
    header: bytes,
    lines: Sequence[bytes],
    names: Sequence[str],
    ends: Sequence[int],
) -> Delivery:
    """Files of lines, and their truth.

    Args:
        rows: one per line, in the order of the lines, `delivery` rising.
        sessions: the clean sessions that `rows.clean` points at.
        header: the first line of each file.
        lines: without their line ends.
        names: of the deliveries' files.
        ends: epoch second at which each was exported.
    """
    delivery = rows["delivery"].to_numpy()
    first = np.searchsorted(delivery, np.arange(len(names) + 1))
    files = [
        DeliveredFile(name, _day(end), b"\r\n".join([header, *lines[start:stop], b""]))
        for name, end, start, stop in zip(names, ends, first[:-1], first[1:], strict=True)
    ]
    clean = sessions.iloc[rows["clean"].to_numpy()]
    truth = pd.DataFrame(
        {
            "source_file": np.array(names, dtype=object)[delivery],
            "source_line": np.arange(len(rows)) - first[delivery] + _FIRST_LINE,
            "session_id": rows["session_id"].to_numpy(),
            "fault": rows["fault"].to_numpy(),
            "true_started_at_utc": clean["started_at_utc"].to_numpy(),
            "true_ended_at_utc": clean["ended_at_utc"].to_numpy(),
            "true_energy_wh": clean["energy_wh"].to_numpy(),
        }
    )
    return Delivery(tuple(files), truth)


def damage(
    lines: Sequence[str], faults: Sequence[str], names: Sequence[str], seed: int
) -> list[bytes]:
    """The lines as bytes, those with a byte fault damaged.

    Args:
        lines: clean, comma separated.
        faults: the fault of each line.
        names: of the lines' sessions, which decide where the damage falls.
        seed: another one damages other bytes.
    """
    encoded = [line.encode() for line in lines]
    hit = [i for i, fault in enumerate(faults) if fault and FAULTS[fault].level == "bytes"]
    if not hit:
        return encoded
    hashes = hash_names(names[i] for i in hit)
    places = chances(hashes, seed, "damage/place")
    kinds = between(chances(hashes, seed, "damage/kind"), 0, len(_BAD_BYTES) - 1)
    for i, place, kind in zip(hit, places.tolist(), kinds.tolist(), strict=True):
        encoded[i] = _damaged(encoded[i], faults[i], place, _BAD_BYTES[kind])
    return encoded


def _damaged(line: bytes, fault: str, place: float, byte: bytes) -> bytes:
    at = 1 + int(place * (len(line) - 1))
    if fault == "encoding_damage":
        return line[:at] + byte + line[at + 1 :]
    if fault == "truncated_line":
        return line[:at]
    fields = line.split(b",")
    energy = RECORD_HEADER.index("energy_kwh")
    fields[energy] = fields[energy].replace(b".", b",")
    return b",".join(fields)


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()
