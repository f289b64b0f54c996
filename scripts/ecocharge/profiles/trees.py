"""Conditional distributions as a tree: a leaf for each situation, in it a table of quantiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.tree import DecisionTreeClassifier

from ecocharge.profiles.draws import Bools, Floats, Ints

QUANTILES = np.array(
    [0.004, 0.015, 0.035, 0.065, *np.arange(0.1, 0.91, 0.05), 0.935, 0.965, 0.985, 0.996]
)
"""Where the tables are read; the outermost values stand for what lies beyond them."""

_BINS = 12
_LEAF = -1


@dataclass(frozen=True)
class QuantileTree:
    """A tree over named features, with one distribution in each leaf.

    A leaf has three parts: with probability `nothing` the value is -inf, the logarithm of nothing;
    with probability `special` it comes from `special_table`, else from `table`. Inner nodes
    send a row left where its feature is at most the threshold.

    Attributes:
        features: their names, in the order of the columns given to `leaves`.
        feature: shape (nodes,), -1 at a leaf.
        threshold, left, right: shape (nodes,).
        leaf: number of the leaf, shape (nodes,), -1 at inner nodes.
        nothing, special: shape (leaves,).
        table, special_table: shape (leaves, quantiles).
    """

    features: tuple[str, ...]
    feature: Ints
    threshold: Floats
    left: Ints
    right: Ints
    leaf: Ints
    nothing: Floats
    special: Floats
    table: Floats
    special_table: Floats

    def leaves(self, columns: Floats) -> Ints:
        """The leaf of each row of `columns`, shape (rows, features)."""
        node = np.zeros(len(columns), dtype=np.int64)
        rows = np.arange(len(columns))
        while True:
            feature = self.feature[node]
            inner = feature != _LEAF
            if not inner.any():
                return self.leaf[node]
            low = columns[rows, np.maximum(feature, 0)] <= self.threshold[node]
            node = np.where(inner, np.where(low, self.left[node], self.right[node]), node)

    def draw(self, columns: Floats, choose: Floats, position: Floats) -> tuple[Floats, Bools]:
        """Values and whether each is special, from two uniform numbers a row."""
        leaf = self.leaves(columns)
        nothing = choose < self.nothing[leaf]
        special = ~nothing & (choose < self.nothing[leaf] + self.special[leaf])
        value = np.where(
            special,
            _read(self.special_table, leaf, position),
            _read(self.table, leaf, position),
        )
        return np.where(nothing, -np.inf, value), special


def _read(table: Floats, leaf: Ints, position: Floats) -> Floats:
    above = np.clip(np.searchsorted(QUANTILES, position), 1, len(QUANTILES) - 1)
    low, high = QUANTILES[above - 1], QUANTILES[above]
    share = np.clip((position - low) / (high - low), 0.0, 1.0)
    value: Floats = table[leaf, above - 1] * (1 - share) + table[leaf, above] * share
    return value


def grow(
    columns: dict[str, Floats],
    value: Floats,
    *,
    nothing: Bools | None = None,
    special: Bools | None = None,
    leaf_size: int,
    max_leaves: int,
) -> QuantileTree:
    """Grow a tree whose leaves differ in the whole distribution of `value`, not in its mean alone.

    The target is the value's bin among the usual rows, or that it is special or nothing; splits
    lower the entropy of the bins.

    Args:
        columns: the features, arrays of shape (rows,).
        value: shape (rows,), a logarithm.
        nothing, special: rows of the leaves' other parts, shape (rows,).
        leaf_size: the least number of rows behind a leaf.
    """
    matrix = np.column_stack(list(columns.values()))
    none = np.zeros(len(value), dtype=np.bool_)
    nothing = none if nothing is None else nothing
    special = none if special is None else special & ~nothing
    usual = ~nothing & ~special
    inner_bins = np.arange(1, _BINS) / _BINS
    edges = np.unique(np.quantile(value[usual], inner_bins)) if usual.any() else np.zeros(1)
    target = np.searchsorted(edges, value, side="right")
    target = np.where(special, -1, np.where(nothing, -2, target))
    tree = DecisionTreeClassifier(
        criterion="entropy", min_samples_leaf=leaf_size, max_leaf_nodes=max_leaves, random_state=0
    ).fit(matrix, target)
    inner = tree.tree_
    is_leaf = inner.children_left == _LEAF
    number = np.where(is_leaf, np.cumsum(is_leaf) - 1, -1)
    leaf_of_row = number[tree.apply(matrix)]
    tables, special_tables = [], []
    count = int(is_leaf.sum())
    rows_in = np.bincount(leaf_of_row, minlength=count)
    for leaf in range(count):
        rows = leaf_of_row == leaf
        tables.append(_table(value[rows & usual], value[usual]))
        special_tables.append(_table(value[rows & special], value[special]))
    return QuantileTree(
        features=tuple(columns),
        feature=np.where(is_leaf, _LEAF, inner.feature).astype(np.int64),
        threshold=np.where(is_leaf, 0.0, inner.threshold),
        left=inner.children_left.astype(np.int64),
        right=inner.children_right.astype(np.int64),
        leaf=number.astype(np.int64),
        nothing=np.bincount(leaf_of_row, weights=nothing, minlength=count) / rows_in,
        special=np.bincount(leaf_of_row, weights=special, minlength=count) / rows_in,
        table=np.array(tables),
        special_table=np.array(special_tables),
    )


_ENOUGH = 20


def _table(values: Floats, fallback: Floats) -> Floats:
    chosen = values if len(values) >= _ENOUGH else fallback
    if len(chosen) < _ENOUGH:
        return np.full(len(QUANTILES), float(np.median(chosen)) if len(chosen) else 0.0)
    table: Floats = np.quantile(chosen, QUANTILES)
    return table
