"""Plain statistics on arrays. Each says its formula and where it comes from."""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import jensenshannon
from scipy.stats import spearmanr, wasserstein_distance

from ecocharge.realism.sample import Floats, Ints


def shares(codes: Ints, count: int) -> Floats:
    """Share of each of `count` values, shape (count,)."""
    counted = np.bincount(codes, minlength=count).astype(float)
    total: Floats = counted / max(counted.sum(), 1.0)
    return total


def js(first: Floats, second: Floats) -> float:
    """Jensen-Shannon distance in base 2, 0 to 1 (Endres and Schindelin 2003)."""
    return float(np.nan_to_num(jensenshannon(first, second, base=2)))


def wasserstein(first: Floats, second: Floats) -> float:
    """Wasserstein-1: the area between two distribution functions, in the unit of the values."""
    known = first[~np.isnan(first)], second[~np.isnan(second)]
    if not len(known[0]) or not len(known[1]):
        return float("nan")
    return float(wasserstein_distance(*known))


def spearman(first: Floats, second: Floats) -> float:
    """Rank correlation, 0 where either is constant."""
    if len(first) < _FEWEST or np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    return float(spearmanr(first, second).statistic)


def intraclass_correlation(values: Floats, groups: Ints) -> float:
    """ICC(1) of unequal groups: (MSB - MSW) / (MSB + (k0 - 1) MSW), Shrout and Fleiss 1979.

    `k0` is the usual mean group size of unequal groups, (n - sum n_i^2 / n) / (g - 1).
    """
    sizes = np.bincount(groups).astype(float)
    count, total = len(sizes), float(len(values))
    if count < 2 or total <= count:  # noqa: PLR2004 - one group has nothing to differ from
        return 0.0
    means = np.bincount(groups, values) / sizes
    between = float((sizes * (means - values.mean()) ** 2).sum() / (count - 1))
    within = float(((values - means[groups]) ** 2).sum() / (total - count))
    typical = (total - (sizes**2).sum() / total) / (count - 1)
    scale = between + (typical - 1) * within
    return float((between - within) / scale) if scale > 0 else 0.0


def fano(counts: Floats) -> float:
    """Variance over mean, 1 for a Poisson process (Fano 1947)."""
    mean = counts.mean()
    return float(counts.var() / mean) if mean > 0 else 0.0


def over_dispersion(counts: Floats, expected: Floats) -> float:
    """Variance about a known rhythm beyond Poisson, per squared rate: negative binomial's 1/k.

    Moment estimate: sum((y - m)^2 - m) / sum(m^2), for counts y with means m (Cameron and
    Trivedi 1990). It does not depend on how busy a network is.
    """
    scale = float((expected**2).sum())
    return float((((counts - expected) ** 2) - expected).sum() / scale) if scale > 0 else 0.0


def autocorrelation(series: Floats, lag: int) -> float:
    """Pearson correlation of a series with itself `lag` steps on, over pairs known on both ends."""
    first, second = series[:-lag], series[lag:]
    known = ~(np.isnan(first) | np.isnan(second))
    first, second = first[known], second[known]
    if len(first) < _FEWEST or first.std() == 0 or second.std() == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def gini(counts: Floats) -> float:
    """Inequality of shares, 0 equal to 1 all in one: sum((2i - n - 1) x_i) / (n sum(x))."""
    ordered, count = np.sort(counts), len(counts)
    total = ordered.sum()
    weights = 2 * np.arange(1, count + 1) - count - 1
    return float(weights @ ordered / (count * total)) if total > 0 else 0.0


_FEWEST = 3
