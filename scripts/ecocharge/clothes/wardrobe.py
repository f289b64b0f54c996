"""What a clothing is: lines of text for sessions, and the small files beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa

from ecocharge.faults.records import Lines
from ecocharge.generator.randomness import Ints

NO_SESSION = -1


@dataclass(frozen=True)
class Written:
    """Lines of files.

    Attributes:
        text: their bytes without line ends.
        delivery: the delivery each is in, rising, shape (n,).
        line: the line of `Lines` that each is about, which it alone stands for, else `NO_SESSION`.
    """

    text: pa.Array
    delivery: Ints
    line: Ints

    @classmethod
    def one_each(cls, text: pa.Array, lines: Lines) -> Written:
        """One line for each of `lines`, in their order."""
        return cls(text, lines.delivery, np.arange(len(lines), dtype=np.int64))


class Clothing(Protocol):
    """A format in which sessions are written.

    Attributes:
        stem: how the names of its files begin.
        suffix: how they end.
        header: the first line of each, None for none.
        newline: what ends a line.
        faults: the names of those it can show.
    """

    @property
    def stem(self) -> str: ...

    @property
    def suffix(self) -> str: ...

    @property
    def header(self) -> bytes | None: ...

    @property
    def newline(self) -> bytes: ...

    @property
    def faults(self) -> frozenset[str]: ...

    def write(self, lines: Lines, values: pa.Table) -> Written:
        """Sessions as lines of its files.

        Args:
            lines: sessions of whole stations.
            values: their meter values, columns as in the native feed.
        """

    def companions(self) -> Mapping[str, bytes]:
        """The files beside: the network, and settings for a feed that reads it all."""
