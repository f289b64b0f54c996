"""The network as lookup columns: for each connector of a batch, what stands around it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecocharge.faults.stations import Text, rows_of
from ecocharge.generator.randomness import Ints

Place = dict[str, str]
"""A connector with the columns of its station."""


def places(stations: Text, connectors: Text) -> list[Place]:
    """One for each connector, in the order of the connectors."""
    by_id = {row["station_id"]: row for row in rows_of(stations)}
    return [{**by_id[row["station_id"]], **row} for row in rows_of(connectors)]


class Lookup:
    """Text that depends on the connector alone, looked up for many lines at once.

    Args:
        found: from `places`.
    """

    def __init__(self, found: list[Place]) -> None:
        self.places = found
        self._ids = pa.array([place["connector_id"] for place in found], pa.string())

    def rows(self, connector_ids: pa.ChunkedArray) -> pa.Array:
        """The position of each connector in `places`; null where it is unknown."""
        return pc.index_in(connector_ids.combine_chunks(), self._ids)

    def text(self, rows: pa.Array, of: Callable[[Place], str]) -> pa.Array:
        """What `of` says of each connector; an empty text where it is unknown."""
        column = pa.array([of(place) for place in self.places], pa.string())
        return pc.fill_null(column.take(rows), "")


def joined(*parts: pa.Array | pa.ChunkedArray | str) -> pa.Array:
    """Text columns and constants one behind the other, row by row."""
    columns = [
        part.combine_chunks() if isinstance(part, pa.ChunkedArray) else part for part in parts
    ]
    return pc.binary_join_element_wise(*columns, "")


def numbers_of(ids: pa.ChunkedArray) -> pa.Array:
    """The digits at the end of the sessions' ids: they count the plug-ins of their station."""
    return pc.replace_substring_regex(ids.combine_chunks(), "^.*?([0-9]+)$", r"\1")


def order_of(*keys: Ints) -> Ints:
    """The order by the first key, then the next."""
    order: Ints = np.lexsort(keys[::-1]).astype(np.int64)
    return order
