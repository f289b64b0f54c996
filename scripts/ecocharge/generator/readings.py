"""Meter readings of chargers: each quarter hour while charging, and at its end.

Part of the kernel: plain Python that also runs compiled.
"""

from __future__ import annotations

from ecocharge.generator.arrays import BANK, BATTERY, CAR, WHO, Array, Crowd, Out, Place, Readings
from ecocharge.generator.charging import DC_KNEE, NO_KNEE, energy_after

_QUARTER = 900


def _until(out: Out, row: int, export_at: int) -> int:
    """When the reading of a session stops: at the end of charging or, where a site does not tell
    that, of the session, or at the export."""
    ended = out.charging_ended_at[row]
    if ended < 0:
        ended = out.ended_at[row]
    return int(export_at if ended < 0 else ended)


def count_readings(out: Out, smart: Array, rows: int, export_at: int) -> int:
    """Readings of the first rows of `out` at most: what `read_meters` needs room for."""
    total = 0
    for row in range(rows):
        if smart[out.connector[row]] and out.energy_wh[row] != 0:
            span = _until(out, row, export_at) - out.started_at[row]
            total += max(span // _QUARTER, 0) + 2
    return int(total)


def read_meters(
    crowd: Crowd, place: Place, out: Out, smart: Array, rows: int, readings: Readings
) -> int:
    """Fill the readings of the first rows of `out`; their number.

    Args:
        smart: by connector, 1 where it sends readings.
    """
    n = 0
    for row in range(rows):
        if not smart[out.connector[row]] or out.energy_wh[row] == 0:
            continue
        start, total = out.started_at[row], out.energy_wh[row]
        driver = out.driver[row]
        knee = DC_KNEE if place.is_dc[crowd.who[WHO * driver + BANK]] else NO_KNEE
        until = _until(out, row, place.export_at)
        at = start - start % _QUARTER + _QUARTER
        while at < until:
            battery = crowd.car[CAR * driver + BATTERY]
            kwh = energy_after(at - start, out.power_kw[row], battery, out.soc[row], knee)
            readings.number[n] = out.number[row]
            readings.read_at[n] = at
            readings.energy_wh[n] = int(kwh * 1000.0)
            if total > 0:
                readings.energy_wh[n] = min(readings.energy_wh[n], total)
            n += 1
            at += _QUARTER
        if out.charging_ended_at[row] >= 0 or out.ended_at[row] >= 0:
            readings.number[n] = out.number[row]
            readings.read_at[n] = until
            readings.energy_wh[n] = total
            n += 1
    return n
