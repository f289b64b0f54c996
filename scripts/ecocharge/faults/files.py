"""The files of a feed in memory, and their truth, as the score needs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd

_FIRST_LINE = 2


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
            seconds), `true_energy_wh`; `text.UNKNOWN` where even the truth is open.
    """

    files: tuple[DeliveredFile, ...]
    truth: pd.DataFrame

    def write(self, folder: Path) -> list[Path]:
        """Write the files into a folder; returns their paths."""
        folder.mkdir(parents=True, exist_ok=True)
        for file in self.files:
            (folder / file.name).write_bytes(file.content)
        return [folder / file.name for file in self.files]


def assemble(
    rows: pd.DataFrame,
    header: bytes,
    lines: Sequence[bytes],
    names: Sequence[str],
    ends: Sequence[int],
) -> Delivery:
    """Files of lines, and their truth.

    Args:
        rows: one per line, in the order of the lines, with their true numbers and `fault`;
            `delivery` rising.
        header: the first line of each file.
        lines: without their line ends.
        names: of the deliveries' files.
        ends: epoch second at which each was exported.
    """
    delivery = rows["delivery"].to_numpy()
    first = np.searchsorted(delivery, np.arange(len(names) + 1))
    files = [
        DeliveredFile(name, day_of(end), b"\r\n".join([header, *lines[start:stop], b""]))
        for name, end, start, stop in zip(names, ends, first[:-1], first[1:], strict=True)
    ]
    truth = pd.DataFrame(
        {
            "source_file": np.array(names, dtype=object)[delivery],
            "source_line": np.arange(len(rows)) - first[delivery] + _FIRST_LINE,
            "session_id": rows["session_id"].to_numpy(),
            "fault": rows["fault"].to_numpy(),
            "true_started_at_utc": rows["started_at_utc"].to_numpy(),
            "true_ended_at_utc": rows["ended_at_utc"].to_numpy(),
            "true_energy_wh": rows["energy_wh"].to_numpy(),
        }
    )
    return Delivery(tuple(files), truth)


def day_of(seconds: int) -> date:
    """The UTC day of an epoch second."""
    return datetime.fromtimestamp(seconds, UTC).date()
