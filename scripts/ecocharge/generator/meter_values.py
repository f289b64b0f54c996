"""Meter readings of smart chargers: each quarter hour while charging, and at its end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecocharge.generator.randomness import Ints
from ecocharge.generator.sessions import UNKNOWN, Sessions, SiteRun

_QUARTER_SECONDS = 900


@dataclass(frozen=True)
class MeterValues:
    """Readings ordered by session and time, arrays of shape (n,).

    Attributes:
        number: the session's number within its site.
        read_at: UTC epoch seconds.
        energy_wh: energy since the session's start.
    """

    number: Ints
    read_at: Ints
    energy_wh: Ints


def read_meters(run: SiteRun, sessions: Sessions) -> MeterValues:
    """The readings that the smart chargers of a site sent by the time of the export."""
    smart = np.array([connector.is_smart for connector in run.site.connectors])
    rows = np.flatnonzero(smart[sessions.connector] & (sessions.energy_wh != 0))
    started = sessions.started_at[rows]
    ended = sessions.charging_ended_at[rows]
    finished = ended != UNKNOWN
    # A car still plugged in has sent what it took so far.
    until = np.where(finished, ended, run.export_at)
    first = started // _QUARTER_SECONDS + 1
    quarters = np.maximum((until - 1) // _QUARTER_SECONDS - first + 1, 0)
    source = np.repeat(np.arange(len(rows)), quarters)
    step = np.arange(len(source)) - np.repeat(np.cumsum(quarters) - quarters, quarters)
    read_at = (first[source] + step) * _QUARTER_SECONDS
    curve = sessions.curve.take(rows[source])
    so_far = curve.energy_after((read_at - started[source]).astype(np.float64))
    energy = np.floor(so_far * 1000).astype(np.int64)
    total = sessions.energy_wh[rows]
    energy = np.where(finished[source], np.minimum(energy, total[source]), energy)

    all_source = np.concatenate([source, np.flatnonzero(finished)])
    all_read_at = np.concatenate([read_at, ended[finished]])
    all_energy = np.concatenate([energy, total[finished]])
    order = np.lexsort((all_read_at, all_source))
    return MeterValues(
        number=sessions.number[rows[all_source[order]]],
        read_at=all_read_at[order],
        energy_wh=all_energy[order],
    )
