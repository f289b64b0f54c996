"""Refresh again and again: at a steady pace, slower while it fails, until asked to end."""

from __future__ import annotations

import threading
import time

from ecocharge.errors import EcoChargeError
from ecocharge.locking import BusyError
from ecocharge.paths import Paths
from ecocharge.refresh.once import Tell, refresh_once
from ecocharge.refresh.order import Order

LONGEST_PAUSE = 3600.0


def pause(every: float, failures: int) -> float:
    """Seconds from the beginning of a refresh to the next: twice as many for each failure in a row.

    Args:
        every: seconds where all is well.
        failures: how many refreshes failed since the last good one.
    """
    return every if failures == 0 else min(every * 2.0**failures, max(every, LONGEST_PAUSE))


def refresh_until_stopped(
    paths: Paths, order: Order, every: float, stop: threading.Event, tell: Tell, complain: Tell
) -> None:
    """Refresh every so many seconds; a refresh that takes longer is followed at once.

    What fails is told and tried again later. While another run is at work it is waited for.

    Args:
        every: seconds from the beginning of a refresh to that of the next.
        stop: ends it; a step that has begun is finished.
    """
    failures = 0
    while not stop.is_set():
        began = time.monotonic()
        try:
            refresh_once(paths, order, stop, tell, complain)
            failures = 0
        except BusyError as error:
            tell(error.message)
        except EcoChargeError as error:
            failures += 1
            complain(str(error))
            complain(f"the next try is in {pause(every, failures):,.0f} s")
        due = began if failures == 0 else time.monotonic()
        stop.wait(max(0.0, due + pause(every, failures) - time.monotonic()))
