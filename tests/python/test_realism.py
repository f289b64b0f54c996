"""Realism: the ends of the scale hold, and each group notices what it is there for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecocharge.errors import EcoChargeError
from ecocharge.realism import measures
from ecocharge.realism.baselines.bootstrap import row_bootstrap
from ecocharge.realism.baselines.naive import naive
from ecocharge.realism.classifier import auc
from ecocharge.realism.distances import distances
from ecocharge.realism.frames import read_frame
from ecocharge.realism.picture import draw
from ecocharge.realism.portrait import portrait
from ecocharge.realism.sample import BLOCK_DAYS, Sample, halves, matched
from ecocharge.realism.scoring import Scale

_DAYS = 112
_SEED = 5
_WORKING_DAYS = 5
_NEAR_NAIVE = 15
_SPOILED = 0.8
_WELL_BELOW_REAL = 90


def _network(days: int = _DAYS, seed: int = _SEED) -> pd.DataFrame:
    """A workplace: habits of sixteen drivers at eight connectors, long stays on working days."""
    rng = np.random.default_rng(seed)
    rows = []
    for driver in range(16):
        usual, power = rng.normal(8.5, 1), rng.choice([3.7, 7.4, 11.0])
        for day in range(days):
            if rng.random() > (0.6 if day % 7 < _WORKING_DAYS else 0.05):
                continue
            hours = float(np.clip(rng.normal(6, 2), 0.3, 12))
            start = pd.Timestamp("2023-01-02") + pd.Timedelta(
                days=day, minutes=round(60 * rng.normal(usual, 0.4))
            )
            rows.append(
                {
                    "station_id": f"S{driver % 8 // 3}",
                    "connector_id": f"C{driver % 8}",
                    "driver_key": f"D{driver}",
                    "started_at": start,
                    "ended_at": start + pd.Timedelta(minutes=round(60 * hours)),
                    "charging_ended_at": pd.NaT,
                    "energy_kwh": round(min(hours, rng.gamma(4, 0.5)) * power, 3),
                }
            )
    return pd.DataFrame(rows)


SEEDS = ("sessions", "connectors", "stations")


@pytest.fixture(scope="module")
def whole() -> Sample:
    return Sample.of(_network())


@pytest.fixture(scope="module")
def scale(whole: Sample) -> Scale:
    return Scale(*halves(whole))


def test_halves_are_alternating_whole_weeks_that_share_no_day(whole: Sample) -> None:
    first, second = halves(whole)
    assert len(np.intersect1d(first.days, second.days)) == 0
    assert len(first) + len(second) == len(whole)
    assert (first.days[:BLOCK_DAYS] == whole.days[:BLOCK_DAYS]).all()
    with pytest.raises(EcoChargeError, match="too few to halve"):
        halves(whole.on(whole.days[:55]))


def test_the_other_half_is_the_top_and_naive_sessions_the_bottom(
    whole: Sample, scale: Scale
) -> None:
    half_a, half_b = halves(whole)
    assert scale.score(half_a).total == pytest.approx(100)
    assert scale.score(naive(half_a, half_b.days, 99)).total < _NEAR_NAIVE
    bootstrap = scale.score(row_bootstrap(half_a, half_b.days, 99))
    assert _NEAR_NAIVE < bootstrap.total < _WELL_BELOW_REAL
    assert bootstrap.groups["dependence"] > bootstrap.groups["classifier"]
    assert bootstrap.auc["with history"] > bootstrap.auc["per session"]


def test_a_score_is_the_same_twice_and_for_rows_in_any_order(whole: Sample, scale: Scale) -> None:
    half_a, half_b = halves(whole)
    synthetic = row_bootstrap(half_a, half_b.days, 3)
    shuffled = Sample.of(synthetic.sessions.sample(frac=1, random_state=1), synthetic.days)
    # Text, because an unknown trait is NaN and no NaN equals another.
    assert repr(scale.score(shuffled)) == repr(scale.score(synthetic))


@pytest.mark.parametrize(
    ("trait", "spoil"),
    [
        ("hour", {"started_at": pd.Timedelta(hours=5), "ended_at": pd.Timedelta(hours=5)}),
        ("duration", {"ended_at": pd.Timedelta(hours=4)}),
    ],
)
def test_what_is_spoiled_shows_in_its_own_trait(
    whole: Sample, scale: Scale, trait: str, spoil: dict[str, pd.Timedelta]
) -> None:
    half_a, _ = halves(whole)
    sessions = half_a.sessions
    moved = sessions.assign(**{name: sessions[name] + by for name, by in spoil.items()})
    worth = {one.name: one.subscore for one in scale.score(Sample.of(moved, half_a.days)).traits}
    assert worth[trait] is not None
    assert worth[trait] < _SPOILED
    assert worth["energy"] == pytest.approx(1)


def test_a_feed_without_drivers_or_idle_time_is_scored_without_them(whole: Sample) -> None:
    anonymous = Sample.of(whole.sessions.assign(driver_key=None))
    half_a, half_b = halves(anonymous)
    assert not anonymous.knows_drivers
    assert np.isnan(distances(portrait(half_a), portrait(half_b))["idle"])
    uniform = naive(half_a, half_b.days, 9)
    assert auc(uniform, half_b, history=True, seed=1) > _SPOILED
    assert auc(half_a, half_b, history=True, seed=1) < auc(uniform, half_b, history=True, seed=1)


def test_a_synthetic_network_elsewhere_in_time_is_cut_to_as_many_days_and_stations(
    whole: Sample,
) -> None:
    _, half_b = halves(whole)
    later = whole.sessions.assign(
        started_at=whole.sessions["started_at"] + pd.Timedelta(days=3650),
        ended_at=whole.sessions["ended_at"] + pd.Timedelta(days=3650),
    )
    more = pd.concat([later, later.assign(station_id=later["station_id"] + "x")])
    found = matched(Sample.of(more), half_b, 1)
    assert len(found.days) == len(half_b.days)
    assert found.sessions["station_id"].nunique() == half_b.sessions["station_id"].nunique()


def test_measures_give_the_values_of_worked_examples() -> None:
    assert measures.gini(np.array([1.0, 1.0, 1.0])) == pytest.approx(0)
    assert measures.gini(np.array([0.0, 0.0, 3.0])) == pytest.approx(2 / 3)
    assert measures.fano(np.array([2.0, 4.0])) == pytest.approx(1 / 3)
    assert measures.js(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == pytest.approx(1)
    groups = np.array([0, 0, 1, 1])
    assert measures.intraclass_correlation(np.array([1.0, 1, 5, 5]), groups) == pytest.approx(1)
    assert measures.intraclass_correlation(np.array([1.0, 5, 1, 5]), groups) == pytest.approx(-1)
    wave = np.tile([0.0, 1.0], 20)
    assert measures.autocorrelation(wave, 1) == pytest.approx(-1)
    assert measures.autocorrelation(wave, 2) == pytest.approx(1)
    poisson = np.random.default_rng(1).poisson(5.0, 200_000).astype(float)
    assert measures.over_dispersion(poisson, np.full(200_000, 5.0)) == pytest.approx(0, abs=0.01)


def test_gaps_and_correlations_do_not_reach_over_days_not_observed(whole: Sample) -> None:
    half_a, _ = halves(whole)
    assert np.exp(portrait(half_a).log_gap).max() < BLOCK_DAYS * 24


def test_a_file_is_read_back_and_a_wrong_one_is_explained(tmp_path: Path, whole: Sample) -> None:
    file = tmp_path / "sessions.csv"
    whole.sessions.to_csv(file, index=False)
    assert len(Sample.of(read_frame(str(file)))) == len(whole)
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(EcoChargeError, match="no column station_id"):
        read_frame(str(file))
    with pytest.raises(EcoChargeError, match="nothing at"):
        read_frame(str(tmp_path / "missing.parquet"))


def test_the_generated_seeds_are_read_on_the_wall_clock_of_each_station() -> None:
    frame = read_frame("seeds/native")
    seeds = {name: pd.read_csv(f"seeds/native/native_{name}.csv") for name in SEEDS}
    rows = seeds["sessions"].merge(seeds["connectors"], on="connector_id")
    rows = rows.merge(seeds["stations"], on="station_id")
    ended = rows[rows["ended_at_utc"].notna()]
    started = [
        pd.Timestamp(at).tz_convert(zone).tz_localize(None)
        for at, zone in zip(ended["started_at_utc"], ended["time_zone"], strict=True)
    ]
    assert set(frame["station_id"]) == set(ended["station_id"])
    assert sorted(frame["started_at"]) == sorted(started)


def test_the_picture_is_drawn(tmp_path: Path, whole: Sample) -> None:
    half_a, half_b = halves(whole)
    draw(half_b, half_a, tmp_path / "page.svg", "A against B")
    assert "hour of day" in (tmp_path / "page.svg").read_text(encoding="utf-8")
