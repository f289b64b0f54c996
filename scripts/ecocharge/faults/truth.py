"""What is true of each line, beside the fault that it was given."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from ecocharge.faults.catalogue import NAMES
from ecocharge.faults.records import Lines
from ecocharge.faults.text import UNKNOWN
from ecocharge.generator.randomness import Ints

_STAMPS = ("started_at_utc", "ended_at_utc")
SCHEMA = pa.schema(
    [
        ("source_file", pa.string()),
        ("source_line", pa.int64()),
        ("session_id", pa.string()),
        ("fault", pa.string()),
        ("true_connector_id", pa.string()),
        ("true_started_at_utc", pa.timestamp("s", "UTC")),
        ("true_ended_at_utc", pa.timestamp("s", "UTC")),
        ("true_energy_wh", pa.int64()),
    ]
)
"""One row per line: null where even the truth is open, an empty fault where there is none."""


def truth_of(lines: Lines, source_file: pa.Array, source_line: Ints) -> pa.Table:
    """The truth of lines.

    Args:
        source_file: the file each line is in.
        source_line: the physical line, counted from 1; in Parquet, the row.
    """
    numbers, ids = lines.batch.numbers, lines.batch.text
    faults = pa.DictionaryArray.from_arrays(pa.array(lines.fault), pa.array(NAMES))
    stamps = [_or_null(numbers[name].to_numpy()[lines.clean]) for name in _STAMPS]
    return pa.table(
        [
            source_file,
            pa.array(source_line),
            ids["session_id"].take(lines.clean),
            faults.cast(pa.string()),
            ids["connector_id"].take(lines.clean),
            *(stamp.cast(pa.timestamp("s", "UTC")) for stamp in stamps),
            _or_null(numbers["energy_wh"].to_numpy()[lines.clean]),
        ],
        schema=SCHEMA,
    )


def _or_null(values: Ints) -> pa.Array:
    return pa.array(values, mask=values == UNKNOWN)


def truth_frame(truth: pa.Table) -> pd.DataFrame:
    """The truth as the score reads it: stamps as epoch seconds, `UNKNOWN` where open."""
    told = truth.select(["source_file", "source_line", "session_id", "fault"])
    frame: pd.DataFrame = told.to_pandas()
    for name in SCHEMA.names[5:]:
        values = truth[name].cast(pa.int64()).combine_chunks()
        frame[name] = np.asarray(values.fill_null(UNKNOWN))
    return frame


class TruthFile:
    """The truth of a feed as one file, written piece by piece.

    Args:
        folder: where `truth.parquet` or `truth.csv` is made.
    """

    def __init__(self, folder: Path, form: Literal["parquet", "csv"]) -> None:
        self.path = folder / f"truth.{form}"
        if form == "csv":
            self._writer: pq.ParquetWriter | csv.CSVWriter = csv.CSVWriter(self.path, SCHEMA)
        else:
            self._writer = pq.ParquetWriter(self.path, SCHEMA, compression="zstd")

    def __enter__(self) -> TruthFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.close()

    def add(self, truth: pa.Table) -> None:
        """Append rows of `SCHEMA`."""
        self._writer.write_table(truth)
