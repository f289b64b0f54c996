"""Real rows drawn again, on other days: every session right, every relation between them lost."""

from __future__ import annotations

import numpy as np

from ecocharge.realism.baselines.naive import as_times
from ecocharge.realism.sample import Ints, Sample, seconds


def row_bootstrap(real: Sample, days: Ints, seed: int) -> Sample:
    """Draw rows with replacement and put each on a day drawn at random, at its own time of day.

    Args:
        real: the rows to draw from.
        days: the days to fill, at the real sample's sessions per day.
        seed: another seed, another draw.
    """
    rng = np.random.default_rng([seed, 2])
    count = int(rng.poisson(len(real) / len(real.days) * len(days)))
    row = rng.integers(0, len(real), count)
    shift = (rng.choice(days, count) - real.start_day[row]) * 86_400.0
    drawn = real.sessions.iloc[row].reset_index(drop=True)
    charged = seconds(drawn["charging_ended_at"]) + shift
    moved = drawn.assign(
        started_at=as_times(real.start[row] + shift),
        ended_at=as_times(real.end[row] + shift),
        charging_ended_at=as_times(charged),
    )
    return Sample.of(moved, days)
