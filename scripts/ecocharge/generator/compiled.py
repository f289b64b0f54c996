"""The kernel under numba; the only file that knows of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import overload, register_jitable
from numba.np import arrayobj

from ecocharge.generator import charging, coming, kernel, outages, readings, streams, trees

_FIRST, _SECOND = np.uint64(0xBF58_476D_1CE4_E5B9), np.uint64(0x94D0_49BB_1331_11EB)
_GOLDEN = np.uint64(0x9E37_79B9_7F4A_7C15)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_UNIT = 1.0 / 2**53

_HELPERS: tuple[Callable[..., Any], ...] = (
    *(streams.normal, streams._tail, streams.poisson),
    *(charging.linear_kwh, charging.tail_room, charging.tail_seconds),
    *(charging.seconds_for, charging.energy_after, charging.least_energy),
    *(outages.next_fault, outages.pass_faults, outages.pass_bank),
    *(
        coming.day_count,
        coming.is_coming,
        coming.pick_driver,
        coming.local_second,
        coming.to_utc,
        coming.draw_day,
    ),
    *(trees.leaf_of, trees.read_at, kernel.choose_port, kernel.look_at_day),
    *(
        kernel.draw_luck,
        kernel.plan_stay,
        kernel.plan_visit,
        kernel.find_port,
        kernel.stop_reason,
        kernel.write_row,
    ),
    *(kernel.plug_in, kernel.serve),
    readings._until,
)


@overload(streams.uniform)  # type: ignore[untyped-decorator]  # numba is optional, and not seen
def _uniform(key: int, counter: int) -> Callable[[int, int], float]:
    """`streams.uniform` in machine words that wrap by themselves."""

    def in_words(key: int, counter: int) -> float:
        value = np.uint64(key) + np.uint64(counter) * _GOLDEN
        value = (value ^ (value >> _S30)) * _FIRST
        value = (value ^ (value >> _S27)) * _SECOND
        value ^= value >> _S31
        return float(np.float64(value >> _S11) * _UNIT)

    return in_words


def _as_it_is(context: Any, builder: Any, kind: Any, index: Any, size: Any) -> Any:
    return context.cast(builder, index, kind, types.intp if kind.signed else types.uintp)


def _from_the_start(function: Callable[..., int]) -> Callable[..., int]:
    """Compile without asking at each index whether it counts from the end: none does here.

    A tenth of the kernel's time. Other functions that numba compiles are left as they are.
    """

    @wraps(function)
    def call(*given: Any) -> int:
        usual = arrayobj.fix_integer_index
        arrayobj.fix_integer_index = _as_it_is
        try:
            return function(*given)
        finally:
            arrayobj.fix_integer_index = usual

    return call


def compile_all(*functions: Callable[..., int]) -> list[Callable[..., int]]:
    """Compiled versions; numba compiles each at its first call."""
    # Without reference counts: nothing here makes or keeps an array, and counting the many that
    # are passed around took two thirds of the time.
    for helper in _HELPERS:
        register_jitable(_nrt=False, forceinline=True, error_model="numpy")(helper)
    uncounted: dict[str, Any] = {"nogil": True, "_nrt": False, "error_model": "numpy"}
    return [_from_the_start(njit(**uncounted)(function)) for function in functions]
