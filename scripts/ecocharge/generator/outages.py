"""When ports are out of order: gaps and lengths drawn port by port, whatever the cars do.

Part of the kernel: plain Python that also runs compiled.
"""

from __future__ import annotations

import math

from ecocharge.generator.arrays import NEVER, Habits, State
from ecocharge.generator.streams import normal, uniform

_DAY, _HOUR = 86_400.0, 3_600.0
_SLOTS = 4
_PORT_SLOTS = 1 << 24
_LENGTH_SIGMA = 1.1
_SHORTEST = 300


def next_fault(habits: Habits, key: int, port: int, state: State) -> None:
    """Draw the outage of a port that follows the one in the state."""
    if habits.fault_days <= 0.0:
        state.fault_at[port] = NEVER
        state.fault_until[port] = NEVER
        return
    slot = port * _PORT_SLOTS + state.fault_count[port] * _SLOTS
    gap = -habits.fault_days * _DAY * math.log(1.0 - uniform(key, slot))
    length = habits.fault_hours * _HOUR * math.exp(_LENGTH_SIGMA * normal(key, slot + 1))
    state.fault_count[port] += 1
    state.fault_at[port] = state.fault_until[port] + int(gap) + _SHORTEST
    state.fault_until[port] = state.fault_at[port] + int(length) + _SHORTEST


def pass_bank(
    habits: Habits, key: int, first: int, end: int, bank: int, at: int, state: State
) -> None:
    """Leave the outages of a bank's ports first..end-1 behind that are over."""
    soonest = NEVER
    for port in range(first, end):
        if state.fault_at[port] <= at:
            pass_faults(habits, key, port, at, state)
        soonest = min(soonest, state.fault_at[port])
    state.bank_fault_at[bank] = soonest


def pass_faults(habits: Habits, key: int, port: int, at: int, state: State) -> None:
    """Leave the outages behind that are over; a port still out of order is not free."""
    while state.fault_until[port] <= at:
        next_fault(habits, key, port, state)
    if state.fault_at[port] <= at:
        state.free_at[port] = max(state.free_at[port], state.fault_until[port])
