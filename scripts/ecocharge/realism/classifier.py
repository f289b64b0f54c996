"""The classifier two-sample test: can boosted trees tell one sample's sessions from another's?

The area under the ROC curve of a classifier that was cross-validated on rows of both is .5 for
samples alike and 1 for samples that give themselves away (Lopez-Paz and Oquab 2017).
"""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from threadpoolctl import threadpool_limits

from ecocharge.realism.sample import Floats, Ints, Sample

MOST_ROWS = 12_000
"""Rows of each sample that the classifier sees."""
_FOLDS = 3
_MINUTE = 1 / 60


def auc(first: Sample, second: Sample, *, history: bool, seed: int) -> float:
    """Cross-validated area under the curve, at least .5.

    Args:
        first, second: samples to tell apart; as many rows are drawn from each.
        history: also show each row the previous visits of its connector and its driver.
        seed: of the draw, the folds and the trees.
    """
    idle = first.knows_idle and second.knows_idle
    drivers = first.knows_drivers and second.knows_drivers
    tables = [
        _features(each, history=history, idle=idle, drivers=drivers) for each in (first, second)
    ]
    rng = np.random.default_rng([seed, int(history)])
    count = min(len(tables[0]), len(tables[1]), MOST_ROWS)
    drawn = [table[rng.choice(len(table), count, replace=False)] for table in tables]
    label = np.repeat([0, 1], count)
    trees = HistGradientBoostingClassifier(
        max_iter=100, learning_rate=0.1, early_stopping=False, random_state=seed
    )
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
    # On a busy machine the trees' threads wait for each other far longer than they work.
    with threadpool_limits(1):
        chance = cross_val_predict(trees, np.vstack(drawn), label, cv=folds, method="predict_proba")
    return max(0.5, float(roc_auc_score(label, chance[:, 1])))


def _features(sample: Sample, *, history: bool, idle: bool, drivers: bool) -> Floats:
    """One row per session, no identities: a synthetic network has its own names."""
    own = [
        sample.hour_of_day,
        sample.weekday.astype(float),
        np.log(np.maximum(sample.energy, 0.0) + 0.01),
        np.log(sample.hours + _MINUTE),
        np.log(np.maximum(sample.energy, 0.0) / np.maximum(sample.hours, _MINUTE) + 0.01),
    ]
    if idle:
        own.append(sample.idle_share)
    columns = list(own)
    if history:
        columns += _previous(sample, sample.codes("connector_id"), own)
        if drivers:
            columns += _previous(sample, sample.codes("driver_key"), own)
            columns.append(_same_connector(sample))
    return np.column_stack(columns)


def _previous(sample: Sample, unit: Ints, own: list[Floats]) -> list[Floats]:
    """The unit's last visit: time since it, what it was like, and the change in hour of day."""
    before = _visit_before(sample, unit)
    known = before >= 0
    past = [np.where(known, values[before], np.nan) for values in own]
    since = np.where(known, sample.start - sample.end[before], np.nan) / 3600.0
    gap = np.sign(since) * np.log1p(np.abs(since))
    shift = np.abs(sample.hour_of_day - past[0])
    return [gap, np.minimum(shift, 24.0 - shift), *past[2:]]


def _visit_before(sample: Sample, unit: Ints) -> Ints:
    """Place of the unit's previous session in the same stretch of days, -1 where none."""
    order = np.lexsort((sample.start, unit))
    before = np.full(len(unit), -1, dtype=np.int64)
    first, second = order[:-1], order[1:]
    follows = (
        (unit[first] == unit[second])
        & (unit[second] >= 0)
        & (sample.stretch[first] == sample.stretch[second])
    )
    before[second[follows]] = first[follows]
    return before


def _same_connector(sample: Sample) -> Floats:
    before = _visit_before(sample, sample.codes("driver_key"))
    connector = sample.codes("connector_id")
    same = (connector == connector[before]).astype(float)
    return np.where(before >= 0, same, np.nan)
