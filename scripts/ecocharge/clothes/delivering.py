"""From lines to the files of deliveries, in whatever number of pieces they come."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecocharge.clothes.wardrobe import NO_SESSION, Clothing, Written
from ecocharge.errors import EcoChargeError
from ecocharge.faults.catalogue import FAULTS, Rates
from ecocharge.faults.drawing import drawn_files
from ecocharge.faults.period import Period
from ecocharge.faults.records import Lines
from ecocharge.faults.truth import truth_of

Append = Callable[[str, bytes], None]
"""Takes bytes to put at the end of the file of a name."""


def in_folder(folder: Path) -> Append:
    """Files in a folder, none of them kept open."""

    def append(name: str, content: bytes) -> None:
        with (folder / name).open("ab") as file:
            file.write(content)

    return append


class Deliveries:
    """Writes lines to the files of the deliveries that they come with.

    Args:
        clothing: the format.
        period: the deliveries.
        rates: of the faults, of which those of codings are done here.
        seed: of the faults.
        append: where the files are made.

    Raises:
        EcoChargeError: when the clothing cannot show a fault.
    """

    def __init__(
        self, clothing: Clothing, period: Period, rates: Rates, seed: int, append: Append
    ) -> None:
        self.clothing, self.period = clothing, period
        self._append = append
        self._lines: dict[int, int] = {}
        wanted = {name: rate for name, rate in rates.items() if FAULTS[name].feed == "records"}
        drawn = drawn_files(wanted, period.count, seed)
        self._utf16 = set(drawn.get("file_in_utf16", ()))
        self._semicolons = set(drawn.get("file_with_semicolons", ()))

    @property
    def numbers(self) -> list[int]:
        """The deliveries that have a file."""
        return sorted(self._lines)

    def file(self, number: int) -> str:
        """The name of a delivery's file."""
        return self.period.name(number, self.clothing.stem) + self.clothing.suffix

    def add(self, lines: Lines, values: pa.Table) -> pa.Table:
        """Write lines, and return their truth."""
        written = self.clothing.write(lines, values)
        count = len(written.delivery)
        position = np.zeros(count, dtype=np.int64)
        numbers, starts = np.unique(written.delivery, return_index=True)
        for number, start, stop in zip(
            numbers.tolist(), starts.tolist(), [*starts[1:].tolist(), count], strict=True
        ):
            position[start:stop] = self._write(number, written.text.slice(start, stop - start))
        return self._truth(lines, written, position)

    def _write(self, number: int, text: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Append to a file; returns the physical lines."""
        first = self._lines.get(number)
        content = self._content(number, text, is_new=first is None)
        self._append(self.file(number), content)
        first = first or 1 + (self.clothing.header is not None)
        self._lines[number] = first + len(text)
        return first + np.arange(len(text), dtype=np.int64)

    def _content(self, number: int, text: pa.Array, *, is_new: bool) -> bytes:
        newline = self.clothing.newline
        content = joined_bytes(text, newline)
        if is_new and self.clothing.header is not None:
            content = self.clothing.header + newline + content
        if number in self._semicolons:
            content = content.replace(b",", b";")
        if number in self._utf16:
            whole = content.decode("utf-8-sig")
            content = (b"\xff\xfe" if is_new else b"") + whole.encode("utf-16-le")
        return content

    def _truth(
        self,
        lines: Lines,
        written: Written,
        position: np.ndarray[tuple[int], np.dtype[np.int64]],
    ) -> pa.Table:
        stands = written.line != NO_SESSION
        line = written.line[stands]
        shown = Lines(
            lines.text, written.delivery[stands], lines.fault[line], lines.clean[line], lines.batch
        )
        numbers, codes = np.unique(shown.delivery, return_inverse=True)
        names = pa.array([self.file(number) for number in numbers.tolist()], pa.string())
        return truth_of(shown, names.take(pa.array(codes)), position[stands])


def joined_bytes(lines: pa.Array, newline: bytes) -> bytes:
    """Lines with their ends, one behind the other: they lie in memory so."""
    kind = pa.large_binary()
    ends, between = pa.scalar(newline, kind), pa.scalar(b"", kind)
    whole = pc.binary_join_element_wise(lines.cast(kind), ends, between)
    _, offsets, data = whole.buffers()
    where = np.frombuffer(offsets, dtype=np.int64)[whole.offset :][: len(whole) + 1]
    return data[int(where[0]) : int(where[-1])].to_pybytes() if len(whole) else b""


def showable(shown: frozenset[str], rates: Rates, called: str) -> dict[str, float]:
    """The rates of what a clothing can show.

    Args:
        shown: the names of these faults.
        called: the clothing's name, for the message.

    Raises:
        EcoChargeError: when there is a fault to show and none that it can.
    """
    kept = {name: rate if name in shown else 0.0 for name, rate in rates.items()}
    if any(rates.values()) and not any(kept.values()):
        raise EcoChargeError(
            f"none of these faults can be shown as {called}",
            remedy="choose another --as, or --faults none",
        )
    return kept
