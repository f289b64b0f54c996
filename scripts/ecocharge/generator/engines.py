"""The kernel plain or compiled: the same functions, the same bytes."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from ecocharge.errors import EcoChargeError
from ecocharge.generator import coming, kernel, readings
from ecocharge.generator.arrays import (
    OUT_TYPES,
    READINGS_TYPES,
    Group,
    Out,
    Readings,
    Scratch,
    as_lists,
)

COMPILE_FROM_SESSIONS = 400_000
"""Above this compiling costs less than it saves."""


Compiled = Literal["auto", "yes", "no"]


@dataclass(frozen=True)
class Engine:
    """The kernel's functions and the room they write to."""

    name: str
    run_months: Callable[..., int]
    count_arrivals: Callable[..., int]
    count_readings: Callable[..., int]
    read_meters: Callable[..., int]
    prepare: Callable[[Any], Any]

    def __reduce__(self) -> tuple[Callable[[str], Engine], tuple[str]]:
        """Another process compiles for itself."""
        return _engine_called, (self.name,)

    def room(self, group: type[Group], kinds: tuple[Any, ...], size: int) -> Group:
        """Room for so many rows."""
        made: Group = self.prepare(group(*(np.empty(size, kind) for kind in kinds)))
        return made

    def out(self, size: int) -> Out:
        return self.room(Out, OUT_TYPES, size)

    def readings(self, size: int) -> Readings:
        return self.room(Readings, READINGS_TYPES, size)

    def scratch(self) -> Scratch:
        kinds = (np.int64, np.int64, np.float64, np.float64, np.float64, np.int64, np.float64)
        return self.room(Scratch, kinds, coming.MOST_A_DAY)


PLAIN = Engine(
    "plain",
    kernel.run_months,
    coming.count_arrivals,
    readings.count_readings,
    readings.read_meters,
    as_lists,
)


def choose_engine(wanted: Compiled, sessions: int) -> Engine:
    """The kernel as wanted; `auto` compiles where it pays and numba is there.

    Raises:
        EcoChargeError: compiled is wanted and numba is not installed.
    """
    pays = sessions >= COMPILE_FROM_SESSIONS and importlib.util.find_spec("numba") is not None
    return compiled() if wanted == "yes" or (wanted == "auto" and pays) else PLAIN


def _engine_called(name: str) -> Engine:
    return PLAIN if name == PLAIN.name else compiled()


def _as_is(group: Group) -> Group:
    return group


@lru_cache(maxsize=1)
def compiled() -> Engine:
    """The compiled kernel; compiling takes some seconds, once in a process.

    Raises:
        EcoChargeError: without numba.
    """
    try:
        from ecocharge.generator.compiled import compile_all  # noqa: PLC0415 - optional and slow
    except ImportError as error:
        raise EcoChargeError(
            "the compiled generator needs numba, which is not installed",
            remedy="install the extra: pip install 'ecocharge[fast]', or give --compiled no",
        ) from error
    run, arrivals, count, read = compile_all(
        kernel.run_months,
        coming.count_arrivals,
        readings.count_readings,
        readings.read_meters,
    )
    return Engine("compiled", run, arrivals, count, read, _as_is)
