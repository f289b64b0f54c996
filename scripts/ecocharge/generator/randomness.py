"""Counter-based random streams: what is drawn depends on its name, never on what ran before."""

from __future__ import annotations

from datetime import date
from enum import IntEnum
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.random.bit_generator import ISeedSequence

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_MONTH_BITS = 16
_SITE_BITS = 32


class Purpose(IntEnum):
    """What a stream is for; two purposes never share numbers."""

    NETWORK = 1
    DRIVERS = 2
    ARRIVALS = 3
    WEATHER = 4
    GRID = 5
    PORTS = 6
    OUTAGES = 7
    SPELLS = 8


class _Key(ISeedSequence):
    """Gives Philox its key as it is, for a quarter of what numpy's own ways to give one cost."""

    def __init__(self, *words: int) -> None:
        self._words = np.array(words, dtype=np.uint64)

    def generate_state(self, n_words: int, dtype: npt.DTypeLike = np.uint64) -> npt.NDArray[Any]:
        return self._words


def month_number(day: date) -> int:
    """Months since year 0, so that following months have following numbers."""
    return day.year * 12 + day.month - 1


def month_start(number: int) -> date:
    """The first day of a month given by `month_number`."""
    return date(number // 12, number % 12 + 1, 1)


def stream(seed: int, purpose: Purpose, key: int = 0, month: int = 0) -> np.random.Generator:
    """The Philox stream named by (seed, purpose, key, month); key < 2**32, month < 2**16."""
    name = (int(purpose) << (_SITE_BITS + _MONTH_BITS)) | (key << _MONTH_BITS) | month
    # Philox takes any ISeedSequence; numpy's stubs name the one class SeedSequence alone.
    philox = np.random.Philox(_Key(seed, name))  # type: ignore[arg-type]
    return np.random.Generator(philox)


@lru_cache(maxsize=4096)
def red_noise(
    seed: int, purpose: Purpose, key: int, month: int, per_day: int, decay: float
) -> Floats:
    """One month of autocorrelated noise, mean 0 and variance 1, shape (days * per_day,).

    A moving average over this month's and the last month's own draws: it runs on smoothly from
    month to month, yet any month can be made alone.

    Args:
        decay: the weight of a step against the one after it, 0 < decay < 1.
    """
    last_days = (month_start(month) - month_start(month - 1)).days
    days = (month_start(month + 1) - month_start(month)).days
    before = stream(seed, purpose, key, month - 1).standard_normal(last_days * per_day)
    own = stream(seed, purpose, key, month).standard_normal(days * per_day)
    weights = decay ** np.arange(min(len(before), int(6 / (1 - decay))))
    weights /= np.sqrt((weights**2).sum())
    smooth = np.convolve(np.concatenate([before, own]), weights)
    noise: Floats = smooth[len(before) : len(before) + len(own)]
    noise.flags.writeable = False
    return noise
