"""Sums in one order: those of several threads would differ in their last digits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from threadpoolctl import ThreadpoolController

Step = TypeVar("Step")


def on_one_thread(steps: Iterator[Step]) -> Iterator[Step]:
    """What these steps yield, each made with one thread for its arithmetic.

    Whoever reads may do so from a thread of its own each time, so that each reading is limited.
    """
    pools = ThreadpoolController()
    ended = object()
    while True:
        with pools.limit(limits=1):
            step = next(steps, ended)
        if step is ended:
            return
        yield step  # type: ignore[misc]
