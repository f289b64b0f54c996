"""Where and when drawn sessions take place: a port each, in UTC, one car after the other."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd

from ecocharge.profiles.draws import Floats, Ints

USUAL_KW = np.array([3.7, 7.4, 11.0, 22.0, 50.0, 150.0, 350.0])
"""Rated powers of chargers."""


def utc_seconds(wall_clock: pd.Series[pd.Timestamp], zone: str) -> Ints:
    """Epoch seconds of times on the wall clock of a zone, shape (n,).

    Of an hour that comes twice the first is taken; one that is skipped becomes its end. Later
    times stay later or equal.
    """
    local = pd.DatetimeIndex(wall_clock).tz_localize(
        zone or "UTC", ambiguous=np.ones(len(wall_clock), bool), nonexistent="shift_forward"
    )
    seconds: Ints = local.tz_convert(None).to_numpy("datetime64[s]").astype(np.int64)
    return seconds


def in_turn(unit: Ints, start: Ints, length: Ints) -> Ints:
    """Starts moved back until the unit's last car has gone, shape (n,); rows ascend by start.

    The wall clock of a spring night is an hour short: who stays as long as ever leaves later.
    """
    free: dict[int, int] = defaultdict(int)
    moved = start.copy()
    for row, (one, at, lasts) in enumerate(
        zip(unit.tolist(), start.tolist(), length.tolist(), strict=True)
    ):
        moved[row] = max(at, free[one])
        free[one] = int(moved[row]) + lasts
    return moved


def free_ports(station: Ints, driver: Ints, start: Ints, end: Ints) -> Ints:
    """A free port of its station for each session, 0-based, shape (n,); rows ascend by start.

    A driver takes the port of the last visit if it is free, else whoever comes takes the first
    that is. A station has as many ports as were ever needed at once.

    Args:
        driver: -1 where unknown.
    """
    busy: dict[int, list[int]] = defaultdict(list)
    usual: dict[tuple[int, int], int] = {}
    ports = np.empty(len(station), dtype=np.int64)
    rows = zip(station.tolist(), driver.tolist(), start.tolist(), end.tolist(), strict=True)
    for row, (place, who, begins, ends) in enumerate(rows):
        until = busy[place]
        port = usual.get((place, who), -1)
        if port < 0 or until[port] > begins:
            free = (number for number, leaves in enumerate(until) if leaves <= begins)
            port = next(free, len(until))
            if port == len(until):
                until.append(0)
        until[port] = ends
        if who >= 0:
            usual[place, who] = port
        ports[row] = port
    return ports


def rated_kw(port: Ints, energy: Floats, seconds: Ints) -> Floats:
    """The smallest usual power that no session of the port exceeds, shape (ports,).

    Args:
        energy: kWh, shape (n,); `seconds`: that charging lasts, above 0 where there is energy.
    """
    power = energy * 3600 / np.maximum(seconds, 1)
    most = np.zeros(int(port.max()) + 1)
    np.maximum.at(most, port, power)
    place = np.minimum(np.searchsorted(USUAL_KW, most), len(USUAL_KW) - 1)
    rated: Floats = USUAL_KW[place]
    return rated
