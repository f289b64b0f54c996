"""Profiles: fitted on sessions made here, written, read, and sampled."""

# The numbers below describe the made-up feed; a name for each would say no more than its place.
# ruff: noqa: PLR2004

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from ecocharge.cli import cli
from ecocharge.errors import EcoChargeError
from ecocharge.profiles.draws import uniforms
from ecocharge.profiles.fitting import fit
from ecocharge.profiles.likeness import likeness
from ecocharge.profiles.luck import day_luck_of
from ecocharge.profiles.pace import Calendar, weekdays
from ecocharge.profiles.pooling import LEAST_DRIVERS, merged, pooled, pools
from ecocharge.profiles.profile import Luck, Profile
from ecocharge.profiles.sampling import day_luck, sample
from ecocharge.profiles.storing import as_stored, read_profile, write_profile
from ecocharge.profiles.trees import QUANTILES, grow
from ecocharge.profiles.visits import DAY, Visits, as_visits

_FIRST, _LAST = date(2024, 1, 1), date(2024, 4, 28)
_PROFILES = Path(__file__).resolve().parents[2] / "profiles"
_MOST_KILOBYTES = 100


def _frame(drivers: bool, seed: int = 5) -> pd.DataFrame:
    """Twelve connectors at three stations, or twelve drivers; every other one stays long."""
    rng = np.random.default_rng(seed)
    rows = []
    for unit in range(12):
        long = unit % 2 == 0
        end = np.datetime64("2024-01-01T00:00:00")
        while True:
            day = end.astype("datetime64[D]") + 1
            weekend = (day.astype(int) + 3) % 7 >= 5
            if day > np.datetime64(_LAST):
                break
            end = day.astype("datetime64[s]")
            if weekend and rng.random() < 0.8:
                continue
            start = end + np.timedelta64(int(60 * rng.normal(480 if long else 720, 40)), "s")
            minutes = rng.normal(420, 60) if long else rng.lognormal(4.0, 0.4)
            end = start + np.timedelta64(int(minutes * 60), "s")
            power = 3.6 if unit < 6 else 11.0
            energy = 0.0 if rng.random() < 0.05 else min(power * minutes / 60, rng.normal(18, 3))
            rows.append((f"st{unit % 3}", f"c{unit}", f"d{unit}", start, end, round(energy, 2)))
    names = ["station_id", "connector_id", "driver_key", "started_at", "ended_at", "energy_kwh"]
    frame = pd.DataFrame(rows, columns=names)
    frame["charging_ended_at"] = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[s]")
    if drivers:
        return frame.assign(connector_id=frame["station_id"])
    return frame.assign(driver_key=None)


@pytest.fixture(scope="module", params=[True, False], ids=["drivers", "connectors"])
def fitted(request: pytest.FixtureRequest) -> tuple[pd.DataFrame, Profile]:
    frame = _frame(request.param)
    return frame, as_stored(fit(frame, source="here", country="US", licence="CC0"))


def test_a_sample_resembles_what_was_fitted(fitted: tuple[pd.DataFrame, Profile]) -> None:
    frame, profile = fitted
    made = sample(profile, _FIRST, _LAST, seed=3)
    assert len(made) == pytest.approx(len(frame), rel=0.12)
    for rows in (frame, made):
        rows["minutes"] = (rows["ended_at"] - rows["started_at"]).dt.total_seconds() / 60
        rows["hour"] = rows["started_at"].dt.hour
    quantiles = [0.1, 0.25, 0.75, 0.9]
    np.testing.assert_allclose(
        made["minutes"].quantile(quantiles), frame["minutes"].quantile(quantiles), rtol=0.15
    )
    np.testing.assert_allclose(
        made["energy_kwh"].quantile(quantiles), frame["energy_kwh"].quantile(quantiles), rtol=0.25
    )
    weekend = [(rows["started_at"].dt.dayofweek >= 5).mean() for rows in (frame, made)]
    assert weekend[1] == pytest.approx(weekend[0], abs=0.04)
    # Those who stay long come in the morning: the dependence survives.
    long = [rows[rows["minutes"] > 240]["hour"].mean() for rows in (frame, made)]
    assert long[1] == pytest.approx(long[0], abs=0.7)
    zero = [(rows["energy_kwh"] == 0).mean() for rows in (frame, made)]
    assert zero[1] == pytest.approx(zero[0], abs=0.03)


def test_habits_stay_with_a_unit(fitted: tuple[pd.DataFrame, Profile]) -> None:
    frame, profile = fitted
    unit = "driver_key" if profile.kind == "driver" else "connector_id"
    shares = []
    for rows in (frame, sample(profile, _FIRST, _LAST, seed=4)):
        minutes = np.log((rows["ended_at"] - rows["started_at"]).dt.total_seconds() / 60 + 1)
        means = minutes.groupby(rows[unit]).transform("mean")
        shares.append(means.var() / minutes.var())
    assert shares[1] == pytest.approx(shares[0], abs=0.12)


def test_a_unit_never_overlaps_itself(fitted: tuple[pd.DataFrame, Profile]) -> None:
    _, profile = fitted
    made = sample(profile, _FIRST, date(2025, 2, 1), seed=5)
    unit = "driver_key" if profile.kind == "driver" else "connector_id"
    ordered = made.sort_values([unit, "started_at", "ended_at"])
    before = ordered.groupby(unit)["ended_at"].shift()
    assert not (ordered["started_at"] < before).any()
    assert made["started_at"].min() >= pd.Timestamp(_FIRST)
    assert made["started_at"].max() < pd.Timestamp("2025-02-02")
    assert made["started_at"].max() > pd.Timestamp("2025-01-25")


def test_equal_seeds_make_equal_samples(fitted: tuple[pd.DataFrame, Profile]) -> None:
    _, profile = fitted
    first = sample(profile, _FIRST, _LAST, seed=6)
    pd.testing.assert_frame_equal(first, sample(profile, _FIRST, _LAST, seed=6))
    assert not first.equals(sample(profile, _FIRST, _LAST, seed=7))


def test_a_profile_comes_back_from_its_file(
    fitted: tuple[pd.DataFrame, Profile], tmp_path: Path
) -> None:
    frame, profile = fitted
    path = tmp_path / "one.yml"
    write_profile(profile, path)
    again = read_profile(path)
    pd.testing.assert_frame_equal(
        sample(profile, _FIRST, _LAST, seed=1), sample(again, _FIRST, _LAST, seed=1)
    )
    write_profile(again, tmp_path / "two.yml")
    assert (tmp_path / "two.yml").read_bytes() == path.read_bytes()
    text = path.read_text()
    names = {*frame["station_id"], *frame["connector_id"], *frame["driver_key"].dropna()}
    assert names
    assert not [name for name in names if f"{name}," in text or f"'{name}'" in text]


def test_a_broken_profile_is_explained(tmp_path: Path) -> None:
    with pytest.raises(EcoChargeError, match="no such profile"):
        read_profile(tmp_path / "none.yml")
    broken = tmp_path / "broken.yml"
    for text in ("ecocharge_profile: 99\n", "a: [1\n", "- 1\n", "ecocharge_profile: 1\n"):
        broken.write_text(text)
        with pytest.raises(EcoChargeError, match="no profile that can be read"):
            read_profile(broken)


def test_too_few_sessions_are_refused() -> None:
    with pytest.raises(EcoChargeError, match="at least 500"):
        fit(_frame(drivers=True).head(40), source="small")


def test_a_sample_holds_no_fitted_row(fitted: tuple[pd.DataFrame, Profile]) -> None:
    frame, profile = fitted
    unseen = _frame(profile.kind == "driver", seed=6)
    found = likeness(frame, unseen, sample(profile, _FIRST, _LAST, seed=8))
    assert found.synthetic > 0.7 * found.real
    assert found.synthetic_copies <= found.real_copies + 0.01
    bootstrap = frame.sample(len(frame), replace=True, random_state=1)
    caught = likeness(frame, unseen, bootstrap)
    assert caught.synthetic < 0.1 * caught.real
    assert caught.synthetic_copies > 0.9


def test_pools_hold_at_least_three() -> None:
    values = np.array([5.0, 1.0, 3.0, 2.0, 4.0, 9.0, 7.0])
    assert np.bincount(pools(values)).min() >= LEAST_DRIVERS
    np.testing.assert_allclose(pooled(values), [6.25, 2.0, 2.0, 2.0, 6.25, 6.25, 6.25])


def test_drivers_of_a_profile_are_pooled(fitted: tuple[pd.DataFrame, Profile]) -> None:
    _, profile = fitted
    counts = pd.Series(profile.population.trait("length")).value_counts()
    assert (counts.min() >= LEAST_DRIVERS) == (profile.kind == "driver")


def test_a_small_group_joins_its_nearest() -> None:
    place = np.array([[0.0], [0.2], [0.1], [1.0], [9.0], [9.5], [9.2]])
    found = merged(np.array([0, 0, 0, 1, 2, 2, 2]), place, np.ones(7), 3)
    assert found.tolist() == [0, 0, 0, 0, 2, 2, 2]
    alone = merged(np.array([0, 1, 2, 3]), place[:4], np.ones(4), 3)
    assert len(set(alone.tolist())) == 1


def test_a_tree_tells_situations_apart() -> None:
    rng = np.random.default_rng(1)
    kind = rng.integers(2, size=4000).astype(float)
    value = rng.normal(np.where(kind > 0, 3.0, 0.0), np.where(kind > 0, 0.2, 1.0))
    nothing = (kind == 0) & (rng.random(4000) < 0.3)
    tree = grow({"kind": kind}, value, nothing=nothing, leaf_size=100, max_leaves=8)
    count = 20_000
    asked = np.repeat([[0.0], [1.0]], count, axis=0)
    drawn, special = tree.draw(asked, rng.random(2 * count), rng.random(2 * count))
    assert not special.any()
    low, high = drawn[:count], drawn[count:]
    assert np.isneginf(low).mean() == pytest.approx(0.3, abs=0.03)
    assert not np.isneginf(high).any()
    usual = low[np.isfinite(low)]
    assert (usual.mean(), usual.std()) == pytest.approx((0.0, 1.0), abs=0.08)
    assert (high.mean(), high.std()) == pytest.approx((3.0, 0.2), abs=0.03)
    assert np.all(np.diff(QUANTILES) > 0)


def test_draws_depend_on_their_name_alone() -> None:
    unit = np.arange(1000)
    step = np.full(1000, 7)
    drawn = uniforms(1, 2, unit, step)
    np.testing.assert_array_equal(drawn[::-1], uniforms(1, 2, unit[::-1], step))
    assert drawn.mean() == pytest.approx(0.5, abs=0.04)
    for other in (uniforms(2, 2, unit, step), uniforms(1, 3, unit, step)):
        assert abs(np.corrcoef(drawn, other)[0, 1]) < 0.1


def test_units_are_what_takes_turns() -> None:
    connectors = _frame(drivers=False)
    assert as_visits(connectors).kind == "connector"
    assert as_visits(_frame(drivers=True)).kind == "driver"
    visits = as_visits(connectors.assign(connector_id=connectors["station_id"]))
    assert visits.kind == "slot"
    same = visits.unit[1:] == visits.unit[:-1]
    assert not (same & (visits.start[1:] < visits.end[:-1])).any()
    assert len(visits.unit) > 0.98 * len(connectors)


def test_a_hole_in_the_data_is_no_silence() -> None:
    frame = _frame(drivers=True)
    hole = frame["started_at"].between("2024-02-01", "2024-02-28")
    visits = as_visits(frame[~hole])
    assert 24 <= (~visits.observed).sum() <= 30
    began = visits.start // DAY - visits.first_day
    after = np.flatnonzero((began[1:] > 55) & (began[:-1] < 33) & (np.diff(visits.unit) == 0)) + 1
    assert len(after) > 0
    assert not visits.follows[after].any()


def test_luck_is_found_again() -> None:
    luck = Luck(0.3, 0.6)
    calendar = Calendar.of(19_000, 3000, date(2022, 1, 8))
    factors = day_luck(luck, calendar, seed=1)
    assert factors.mean() == pytest.approx(1.0, abs=0.05)
    counts = np.random.default_rng(1).poisson(100 * factors)
    start = np.repeat(np.arange(19_000, 22_000), counts) * DAY
    blank = np.zeros(len(start), dtype=np.int64)
    visits = Visits(
        kind="connector",
        unit=blank,
        station=blank,
        start=start,
        end=start,
        energy=np.zeros(len(start)),
        idle=np.zeros(len(start)),
        driver=blank,
        follows=np.zeros(len(start), dtype=np.bool_),
        home=np.zeros(1, dtype=np.int64),
        first_day=19_000,
        observed=np.ones(3000, dtype=np.bool_),
    )
    found = day_luck_of(visits, np.full(3000, 100.0))
    assert found.sigma == pytest.approx(luck.sigma, abs=0.04)
    assert found.persistence == pytest.approx(luck.persistence, abs=0.1)
    assert day_luck_of(visits, np.bincount(start // DAY - 19_000, minlength=3000) + 0.0).sigma == 0


def test_a_holiday_is_a_sunday() -> None:
    christmas = (date(2024, 12, 25) - date(1970, 1, 1)).days
    assert weekdays(christmas, 1, "", "").tolist() == [2]
    assert weekdays(christmas, 1, "US", "CO").tolist() == [6]
    assert weekdays(christmas, 1, "US", "").tolist() == [6]


@pytest.mark.parametrize("path", sorted(_PROFILES.glob("*.yml")), ids=lambda path: path.stem)
def test_a_shipped_profile_says_where_it_comes_from(path: Path) -> None:
    assert path.stat().st_size <= _MOST_KILOBYTES * 1000
    profile = read_profile(path)
    origin = profile.origin
    assert any(terms in origin.licence for terms in ("CC0", "CC BY 4.0", "Open Government"))
    assert origin.site_type in {"public", "residential", "workplace"}
    assert origin.sessions > 1000
    if profile.kind == "driver":
        assert np.bincount(profile.population.shape).min() >= LEAST_DRIVERS
    fortnight = sample(replace(profile, luck=Luck(0.0, 0.0)), date(2026, 3, 2), date(2026, 3, 15))
    assert len(fortnight) > 20


def test_fit_without_a_build_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECOCHARGE_WAREHOUSE", str(tmp_path / "none.duckdb"))
    result = CliRunner().invoke(cli, ["fit", "norway", "--out", str(tmp_path / "p.yml")])
    assert isinstance(result.exception, EcoChargeError)
    assert "no warehouse yet" in str(result.exception)


def test_fit_before_a_day_sees_what_was_on_record_by_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = tmp_path / "built.duckdb"
    monkeypatch.setenv("ECOCHARGE_WAREHOUSE", str(warehouse))
    frame = _frame(drivers=False)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema core")
        connection.execute(
            "create table core.fct_charging_sessions as select 'norway' as source_system, "
            "row_number() over () as session_id, station_id, connector_id, null as port_id, "
            "null::varchar as driver_key, started_at as started_at_utc, ended_at as ended_at_utc, "
            "charging_ended_at as charging_ended_at_utc, energy_kwh from frame"
        )
        connection.execute(
            "create table core.dim_stations as select distinct 'norway' as source_system, "
            "station_id, 'UTC' as time_zone, 'NO' as country_code, null::varchar as region "
            "from frame"
        )
    target = tmp_path / "past.yml"
    result = CliRunner().invoke(
        cli, ["fit", "norway", "--before", "2024-04-01", "--out", str(target)]
    )
    assert result.exit_code == 0, result.output
    origin = read_profile(target).origin
    assert origin.sessions == (frame["ended_at"] <= pd.Timestamp("2024-04-01")).sum() < len(frame)
    assert origin.last <= date(2024, 3, 31)
    assert (origin.time_zone, origin.country, origin.region) == ("UTC", "NO", "")


@pytest.mark.prove
@pytest.mark.parametrize("seed", [1, 2])
def test_half_of_norway_looks_like_the_other(real_data: Path, seed: int) -> None:
    """Fitted on half A, scored on half B; the figures are printed with their seed."""
    scoring = pytest.importorskip("ecocharge.realism.scoring")
    halving = pytest.importorskip("ecocharge.realism.sample")
    raw = pd.read_csv(real_data / "norway" / "Dataset1_charging_reports.csv", sep=";", decimal=",")
    frame = pd.DataFrame(
        {
            "station_id": raw["location"],
            "connector_id": raw["location"],
            "driver_key": raw["user_id"],
            "started_at": pd.to_datetime(raw["plugin_time"]).astype("datetime64[s]"),
            "ended_at": pd.to_datetime(raw["plugout_time"]).astype("datetime64[s]"),
            "charging_ended_at": np.datetime64("NaT", "s"),
            "energy_kwh": raw["energy_session"],
        }
    )
    day = frame["started_at"].to_numpy("datetime64[D]").astype(int)
    days = np.arange(day.min(), day.max() + 1)
    half_a, half_b = halving.halves(halving.Sample.of(frame, days))
    profile = as_stored(fit(half_a.sessions, source="norway", country="NO"))
    made = sample(profile, *np.array(days[[0, -1]], "datetime64[D]").tolist(), seed=seed)
    found = scoring.score(half_a, half_b, halving.Sample.of(made, days))
    near = likeness(half_a.sessions, half_b.sessions, made)
    print(f"seed {seed}: {len(made)} sessions, score {found.total:.1f}, {found.auc}, {near}")
    assert found.total >= 90
    assert found.auc["per session"] <= 0.60
    assert found.auc["with history"] <= 0.66
    assert near.synthetic >= 0.9 * near.real
