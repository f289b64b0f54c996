"""The charging curve of one car: full power up to a knee, then power falling with the room left.

Constant current, then constant voltage. Up to the knee the energy grows linearly; above it the
power is proportional to the empty part of the battery, so the energy nears full exponentially:
both directions have closed forms. Part of the kernel: plain Python that also runs compiled.
"""

from __future__ import annotations

import math

DC_KNEE = 0.8
NO_KNEE = 1.0

_HOUR = 3600.0
_LEAST_ROOM = 1e-9


def linear_kwh(battery_kwh: float, soc: float, knee: float) -> float:
    """Energy taken at full power; endless without a knee."""
    return 1e12 if knee >= NO_KNEE else max(knee - soc, 0.0) * battery_kwh


def tail_room(battery_kwh: float, soc: float, knee: float) -> float:
    """Room above the knee in kWh."""
    return max(1.0 - max(knee, soc), _LEAST_ROOM) * battery_kwh


def tail_seconds(power_kw: float, battery_kwh: float, knee: float) -> float:
    """Time constant above the knee."""
    return max(1.0 - knee, _LEAST_ROOM) * battery_kwh / power_kw * _HOUR


def seconds_for(kwh: float, power_kw: float, battery_kwh: float, soc: float, knee: float) -> float:
    """Seconds to take an energy that still fits in the battery."""
    linear = min(linear_kwh(battery_kwh, soc, knee), kwh)
    seconds = linear / power_kw * _HOUR
    if kwh > linear:
        share = min((kwh - linear) / tail_room(battery_kwh, soc, knee), 1.0 - _LEAST_ROOM)
        seconds -= tail_seconds(power_kw, battery_kwh, knee) * math.log1p(-share)
    return seconds


def least_energy(
    wanted_kwh: float, seconds: float, power_kw: float, battery_kwh: float, soc: float, knee: float
) -> float:
    """What is wanted, or as much of it as is taken so many seconds after plug-in."""
    full_power = power_kw * max(seconds, 0.0) / _HOUR
    if wanted_kwh <= min(linear_kwh(battery_kwh, soc, knee), full_power):
        return wanted_kwh
    return min(wanted_kwh, energy_after(seconds, power_kw, battery_kwh, soc, knee))


def energy_after(
    seconds: float, power_kw: float, battery_kwh: float, soc: float, knee: float
) -> float:
    """kWh taken so many seconds after plug-in."""
    full_power = power_kw * max(seconds, 0.0) / _HOUR
    linear = min(linear_kwh(battery_kwh, soc, knee), full_power)
    if full_power <= linear:
        return linear
    rest = seconds - linear / power_kw * _HOUR
    tau = tail_seconds(power_kw, battery_kwh, knee)
    return linear - tail_room(battery_kwh, soc, knee) * math.expm1(-rest / tau)
