"""Counter-based uniform draws: a number depends on its name alone, so any order gives the same."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_MANTISSA = np.uint64(11)
_SCALE = 2.0**-53


def _mix(value: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014)."""
    value = (value ^ (value >> np.uint64(30))) * _FIRST
    value = (value ^ (value >> np.uint64(27))) * _SECOND
    return value ^ (value >> np.uint64(31))


def uniforms(seed: int, purpose: int, unit: Ints, step: Ints) -> Floats:
    """Uniform numbers in (0, 1) named by (seed, purpose, unit, step), shape as `unit`."""
    with np.errstate(over="ignore"):
        key = _mix(np.array([seed & (2**64 - 1)], dtype=np.uint64) + _GOLDEN)
        key = _mix(key + _GOLDEN * np.uint64(purpose))
        named = _mix(key + _GOLDEN * unit.astype(np.uint64))
        bits = _mix(named + _GOLDEN * step.astype(np.uint64))
    drawn: Floats = ((bits >> _MANTISSA).astype(np.float64) + 0.5) * _SCALE
    return drawn
