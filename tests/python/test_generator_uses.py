"""How places are used: files that come back as they were, tables that are read right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ecocharge.errors import EcoChargeError
from ecocharge.generator.arrays import Tree
from ecocharge.generator.habits import habits_of, use_of
from ecocharge.generator.site_types import SITE_TYPES
from ecocharge.generator.trees import (
    FEATURES,
    FILL,
    FIRST_TRAIT,
    LEVELS,
    MINUTES,
    NOTHING,
    SECOND,
    SPECIAL,
    STAY,
    TABLE,
    leaf_of,
    read_at,
    seen_by,
)
from ecocharge.generator.uses import FITTED, read_use, write_use


def test_a_file_read_and_written_again_is_the_same(tmp_path: Path) -> None:
    for file in sorted(FITTED.glob("*.yml")):
        again = tmp_path / file.name
        write_use(read_use(file), again)
        assert again.read_text() == file.read_text()


def test_a_spoilt_file_names_the_command_that_makes_it(tmp_path: Path) -> None:
    spoilt = tmp_path / "public.yml"
    spoilt.write_text((FITTED / "public.yml").read_text().replace("leaves:", "twigs:"))
    with pytest.raises(EcoChargeError) as caught:
        read_use(spoilt)
    assert "ecocharge fit" in str(caught.value.remedy)


@pytest.mark.parametrize("name", sorted(SITE_TYPES))
def test_every_kind_of_place_has_tables_that_rise(name: str) -> None:
    use = use_of(SITE_TYPES[name])
    assert use.week.sum() == pytest.approx(7, abs=0.1)
    for tree in (use.stay, use.fill):
        rows = np.asarray(tree.table).reshape(-1, len(LEVELS))
        assert (np.diff(rows, axis=1) >= 0).all()


def test_a_depot_keeps_its_vans_until_the_morning() -> None:
    woods = habits_of(SITE_TYPES["depot"]).woods
    for hour in (12.5, 17.5, 20.5):
        leaf = leaf_of(woods, 0, STAY, [hour, *[0.0] * 9])
        left = np.exp(read_at(woods.leaves, leaf + TABLE, 0.0)) / 60.0
        assert (hour + left) % 24 == pytest.approx(6.4, abs=0.1)


def _leaf_of_all(tree: Tree, features: list[float]) -> int:
    node = 0
    while tree.feature[node] >= 0:
        node = tree.low[node] + (features[tree.feature[node]] > tree.threshold[node])
    return int(tree.low[node])


@pytest.mark.parametrize("name", ["public", "residential", "workplace"])
def test_what_a_unit_sees_of_a_tree_leads_to_the_same_numbers(name: str) -> None:
    use = use_of(SITE_TYPES[name])
    woods = seen_by((use.stay, use.fill, use.fill), use.traits)
    rng = np.random.default_rng(1)
    for kind, tree in ((STAY, use.stay), (FILL, use.fill)):
        found = set()
        for unit, own in enumerate(use.traits.tolist()):
            for _ in range(50):
                features = [rng.uniform(0, 24), rng.integers(7), *own, rng.uniform(0, 8), 0.0]
                unknown = [*features[:FIRST_TRAIT], *[np.nan] * len(own), *features[MINUTES:]]
                unknown[MINUTES] = np.exp(unknown[MINUTES])
                mine = leaf_of(woods, unit, kind, unknown)
                leaf = _leaf_of_all(tree, features)
                assert woods.leaves[mine + NOTHING] == tree.nothing[leaf]
                assert woods.leaves[mine + SPECIAL] == tree.special[leaf]
                for begin, table in ((TABLE, tree.table), (SECOND, tree.second)):
                    numbers = woods.leaves[mine + begin : mine + begin + len(LEVELS)]
                    assert (numbers == table.reshape(-1, len(LEVELS))[leaf]).all()
                found.add(leaf)
        assert len(found) > len(tree.nothing) // 2
    assert {FEATURES[n] for n in woods.feature if n >= 0} <= {"hour", "weekday", "minutes"}
