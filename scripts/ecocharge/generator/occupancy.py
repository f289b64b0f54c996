"""Who gets which port: one plain loop, so that two cars are never on one port at once."""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence

_HANDOVER_SECONDS = 60


def seat(
    arrived: Sequence[int],
    stays: Sequence[int],
    bank: Sequence[int],
    driver: Sequence[int],
    patience: int,
    first_port: Sequence[int],
    free_at: MutableSequence[int],
    driver_free_at: MutableSequence[int],
) -> tuple[list[int], list[int]]:
    """Give each arrival the port of its bank that has been free the longest.

    An arrival at a full bank waits for the first port if that comes within its patience, else it
    drives on; so does a driver who is still plugged in from the last visit. All times are whole
    epoch seconds, `arrived` ascending.

    Args:
        stays: seconds each arrival would stay.
        bank: the bank of ports each arrival wants.
        first_port: index of each bank's first port, and one past the last, shape (banks + 1,).
        free_at: when each port falls free; changed in place, the state between months.
        driver_free_at: when each driver has left; changed in place likewise.

    Returns:
        Port (-1 for a car that drove on) and start of each arrival.
    """
    ports = [-1] * len(arrived)
    starts = [0] * len(arrived)
    for i in range(len(arrived)):
        best = first_port[bank[i]]
        for port in range(best + 1, first_port[bank[i] + 1]):
            if free_at[port] < free_at[best]:
                best = port
        start = arrived[i]
        if free_at[best] > start:
            start = free_at[best] + _HANDOVER_SECONDS
        if start - arrived[i] > patience or driver_free_at[driver[i]] > arrived[i]:
            continue
        ports[i] = best
        starts[i] = start
        free_at[best] = start + stays[i]
        driver_free_at[driver[i]] = start + stays[i]
    return ports, starts
