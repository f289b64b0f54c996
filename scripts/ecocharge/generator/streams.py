"""The numbers a kernel draws: a hash of a stream's key and a counter, plain or compiled.

SplitMix64 (Steele, Lea and Flood, 2014) read by position instead of in sequence: number n of a
stream is the finaliser of key + n * golden ratio. Nothing is carried from draw to draw, so what
is drawn depends on its name alone.
"""

from __future__ import annotations

import math
from typing import Any

_MASK = 0xFFFF_FFFF_FFFF_FFFF
_GOLDEN = 0x9E37_79B9_7F4A_7C15
_FIRST = 0xBF58_476D_1CE4_E5B9
_SECOND = 0x94D0_49BB_1331_11EB
_UNIT = 1.0 / 2**53

_MOST_POISSON = 600.0

_CENTRE = 0.02425
_A = (
    -3.969683028665376e01,
    2.209460984245205e02,
    -2.759285104469687e02,
    1.383577518672690e02,
    -3.066479806614716e01,
    2.506628277459239e00,
)
_B = (
    -5.447609879822406e01,
    1.615858368580409e02,
    -1.556989798598866e02,
    6.680131188771972e01,
    -1.328068155288572e01,
)
_C = (
    -7.784894002430293e-03,
    -3.223964580411365e-01,
    -2.400758277161838e00,
    -2.549732539343734e00,
    4.374664141464968e00,
    2.938163982698783e00,
)
_D = (
    7.784695709041462e-03,
    3.224671290700398e-01,
    2.445134137142996e00,
    3.754408661907416e00,
)


Word = Any
"""A number of 64 bits, or an array of them."""


def mixed(value: Word) -> Word:
    """The finaliser of SplitMix64: 64 bits to 64 well-mixed bits, one to one."""
    value = ((value ^ (value >> 30)) * _FIRST) & _MASK
    value = ((value ^ (value >> 27)) * _SECOND) & _MASK
    return value ^ (value >> 31)


def stream_key(*name: int) -> int:
    """The key of the stream with this name, e.g. (seed, purpose, site, month)."""
    key = 0
    for part in name:
        key = next_key(key, part)
    return key


def next_key(key: int, part: Word) -> Word:
    """The key of the stream whose name is that of `key` and one part more, or those of many."""
    return mixed((key + part * _GOLDEN + _FIRST) & _MASK)


def uniform(key: int, counter: int) -> float:
    """Number `counter` of a stream, 0 <= u < 1; compiled, it has machine words."""
    return float((mixed((key + counter * _GOLDEN) & _MASK) >> 11) * _UNIT)


def normal(key: int, counter: int) -> float:
    """A standard normal number from one uniform by Acklam's quantile (2003), error below 1.2e-9."""
    u = uniform(key, counter)
    if u < _CENTRE:
        return _tail(math.sqrt(-2.0 * math.log(u + 1e-300)))
    if u > 1.0 - _CENTRE:
        return -_tail(math.sqrt(-2.0 * math.log(1.0 - u)))
    q = u - 0.5
    r = q * q
    above = ((((_A[0] * r + _A[1]) * r + _A[2]) * r + _A[3]) * r + _A[4]) * r + _A[5]
    below = ((((_B[0] * r + _B[1]) * r + _B[2]) * r + _B[3]) * r + _B[4]) * r + 1.0
    return q * above / below


def _tail(q: float) -> float:
    above = ((((_C[0] * q + _C[1]) * q + _C[2]) * q + _C[3]) * q + _C[4]) * q + _C[5]
    return above / ((((_D[0] * q + _D[1]) * q + _D[2]) * q + _D[3]) * q + 1.0)


def poisson(mean: float, u: float) -> int:
    """The Poisson quantile at `u`, counted up from 0; a mean above 600 is taken as 600."""
    mean = min(mean, _MOST_POISSON)
    chance = math.exp(-mean)
    total = chance
    count = 0
    while u >= total and count < 3.0 * _MOST_POISSON:
        count += 1
        chance *= mean / count
        total += chance
    return count
