"""A generator and the baselines on one scale."""

from __future__ import annotations

from collections.abc import Callable

from ecocharge.realism.baselines.bootstrap import row_bootstrap
from ecocharge.realism.baselines.mixtures import acn_sim, ev_sdg
from ecocharge.realism.baselines.naive import naive
from ecocharge.realism.sample import Ints, Sample
from ecocharge.realism.scoring import Scale, Score

BASELINES: dict[str, Callable[[Sample, Ints, int], Sample]] = {
    "row bootstrap": row_bootstrap,
    "ACN-Sim's method, refitted": acn_sim,
    "EV-SDG's method, refitted": ev_sdg,
    "naive": naive,
}
"""Name to a generator fitted on half A: (real, days, seed) to a sample."""


def compare(
    half_a: Sample,
    half_b: Sample,
    synthetic: Sample,
    *,
    baselines: bool,
    seed: int = 1,
    step: Callable[[], None] = lambda: None,
) -> dict[str, Score]:
    """Scores by name, the synthetic sample first.

    Args:
        half_a: what generators may be fitted on; the baselines are.
        half_b: what all are compared with.
        synthetic: the sample to judge.
        baselines: score those of `BASELINES` too.
        seed: of everything drawn.
        step: called after each slow part.
    """
    scale = Scale(half_a, half_b, seed=seed, step=step)
    scores = {"synthetic": scale.score(synthetic)}
    if baselines:
        for name, generate in BASELINES.items():
            scores[name] = scale.score(generate(half_a, half_b.days, seed))
    return scores
