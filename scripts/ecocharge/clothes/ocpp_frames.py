"""Frames of OCPP-J and the CSV lines that a back office logs them as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecocharge.clothes.network import joined
from ecocharge.clothes.wardrobe import NO_SESSION
from ecocharge.faults.text import utc_column
from ecocharge.generator.randomness import Ints

HEADER = b"timestamp,id,action,msg"


@dataclass(frozen=True)
class Frames:
    """Messages, arrays of shape (n,).

    Attributes:
        at: UTC epoch seconds at which each was logged.
        charger: code of its charge point.
        rank: decides the order within a second.
        line: the session that it stands for, else `NO_SESSION`.
        action: as the log's column has it.
        frame: its JSON text.
    """

    at: Ints
    charger: Ints
    rank: Ints
    line: Ints
    action: pa.Array
    frame: pa.Array

    def take(self, rows: Ints) -> Frames:
        return Frames(
            self.at[rows],
            self.charger[rows],
            self.rank[rows],
            self.line[rows],
            self.action.take(rows),
            self.frame.take(rows),
        )

    def csv(self, names: pa.Array) -> pa.Array:
        """Lines of a log; `names` are the charge points by their code."""
        quoted = pc.replace_substring(self.frame, '"', '""')
        return joined(
            utc_column(self.at), ",", names.take(self.charger), ",", self.action, ',"', quoted, '"'
        )


def stacked(parts: Sequence[Frames]) -> Frames:
    """Messages one below the other."""
    return Frames(
        np.concatenate([part.at for part in parts]),
        np.concatenate([part.charger for part in parts]),
        np.concatenate([part.rank for part in parts]),
        np.concatenate([part.line for part in parts]),
        pa.concat_arrays([part.action for part in parts]),
        pa.concat_arrays([part.frame for part in parts]),
    )


def call(
    at: Ints,
    charger: Ints,
    action: str,
    payload: pa.Array | str,
    answer: pa.Array | str,
    kind: pa.Array | str,
    rank: int,
    line: Ints | None = None,
) -> tuple[Frames, Frames]:
    """Calls and their answers within the same second.

    Args:
        kind: what the message ids begin with; with charger and second it must name a message.
        rank: of the calls; that of the answers is one more.
        line: see `Frames`.
    """
    count = len(at)
    numbers = [pa.array(values).cast(pa.string()) for values in (charger, at)]
    ids = joined(kind, numbers[0], "-", numbers[1])
    none = np.full(count, NO_SESSION, dtype=np.int64)
    asked = joined('[2,"', ids, f'","{action}",', payload, "]")
    told = joined('[3,"', ids, '",', answer, "]")
    actions, nothing = pa.array([action] * count, pa.string()), pa.array([""] * count, pa.string())
    ranks = np.full(count, rank, dtype=np.int64)
    return (
        Frames(at, charger, ranks, none if line is None else line, actions, asked),
        Frames(at, charger, ranks + 1, none, nothing, told),
    )


def status(
    at: Ints, charger: Ints, number: Ints, name: str, rank: int, error: str = "NoError"
) -> tuple[Frames, Frames]:
    """Status messages of connectors; `number` is the connector's at its charger."""
    payload = joined(
        '{"connectorId":',
        pa.array(number).cast(pa.string()),
        f',"errorCode":"{error}","status":"{name}","timestamp":"',
        utc_column(at),
        '"}',
    )
    kind = of_connector(name[0], number)
    return call(at, charger, "StatusNotification", payload, "{}", kind, rank)


def of_connector(kind: str, number: Ints) -> pa.Array:
    """The beginning of message ids about a charger's connectors."""
    return joined(kind, pa.array(number).cast(pa.string()), "-")
