"""The forecast: scores by hand, nothing from the future, nothing rewritten."""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from forecast_sql import QUICK, features, issue, tables, tiny_readings, tiny_sessions
from forecast_sql import Frames as FrameSource
from rendered_sql import ROOT
from rich.console import Console

from ecocharge.errors import EcoChargeError
from ecocharge.forecasting import calibration, scoring, stored
from ecocharge.forecasting.calibration import Errors
from ecocharge.forecasting.estimators import Boosting, ClippedRidge
from ecocharge.forecasting.issue import issue_forecasts
from ecocharge.forecasting.known import UnknownEnergy
from ecocharge.forecasting.naives import NAIVES
from ecocharge.forecasting.report import ALGORITHMS, comparison, print_comparison
from ecocharge.forecasting.schema import SCHEMA
from ecocharge.forecasting.settings import Settings

LONDON_MIDNIGHT = pd.Timestamp("2025-04-09 23:00:00")
NOT_A_FEATURE = ["energy_kwh", "is_future", "is_outage", "is_flat_line"]
NOTHING_ISSUED = SCHEMA.empty_table().to_pandas()

Frames = tuple[pd.DataFrame, pd.DataFrame]


@pytest.fixture(scope="module")
def tiny() -> Frames:
    return features(tiny_sessions())


@pytest.fixture(scope="module")
def forecasts(tiny: Frames) -> pd.DataFrame:
    issued: pd.DataFrame = issue(*tiny, NOTHING_ISSUED, QUICK)
    return issued


def known_at(rows: pd.DataFrame, origin: pd.Timestamp) -> pd.DataFrame:
    kept = rows[rows["origin_ts_utc"] <= origin].drop(columns=NOT_A_FEATURE)
    return kept.reset_index(drop=True)


def with_another_future(sessions: pd.DataFrame) -> pd.DataFrame:
    """Other energies and ends for all that begins at or after the origin."""
    changed = sessions.copy()
    later = changed["started_at_utc"] >= LONDON_MIDNIGHT
    changed.loc[later, "energy_kwh"] = changed.loc[later, "energy_kwh"] * 3 + 1
    changed.loc[later, "ended_at_utc"] += pd.Timedelta(hours=2)
    changed.loc[later, "known_at_utc"] += pd.Timedelta(hours=5)
    return changed


def with_other_endings(sessions: pd.DataFrame) -> pd.DataFrame:
    """Other energies and ends for all that is still open at the origin."""
    changed = sessions.copy()
    still_open = (changed["started_at_utc"] < LONDON_MIDNIGHT) & (
        changed["known_at_utc"] >= LONDON_MIDNIGHT
    )
    assert still_open.any()
    changed.loc[still_open, "energy_kwh"] = changed.loc[still_open, "energy_kwh"] * 3 + 1
    changed.loc[still_open, "ended_at_utc"] += pd.Timedelta(hours=7)
    changed.loc[still_open, "known_at_utc"] += pd.Timedelta(hours=7)
    return changed


def counts_open_sessions(model: str, sql: str) -> str:
    leaky = sql.replace(">= instants.origin_ts_utc", ">= timestamp '9999-12-31'")
    assert model != "int_forecasting__unknown_sessions" or leaky != sql
    return leaky


def looks_at_the_target_hour(model: str, sql: str) -> str:
    if model != "int_forecasting__origin_levels":
        return sql
    leaky = sql.replace(
        "rows between 3 preceding and 1 preceding", "rows between 3 preceding and 12 following"
    )
    assert leaky != sql
    return leaky


@pytest.mark.parametrize("mutate", [with_another_future, with_other_endings])
def test_features_do_not_know_the_future(
    tiny: Frames, mutate: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    before = known_at(tiny[0], LONDON_MIDNIGHT)
    after = known_at(features(mutate(tiny_sessions()))[0], LONDON_MIDNIGHT)
    pd.testing.assert_frame_equal(before, after, check_exact=True)


@pytest.mark.parametrize(
    ("mutate", "leak"),
    [
        (with_other_endings, counts_open_sessions),
        (with_another_future, looks_at_the_target_hour),
    ],
)
def test_a_leak_put_in_on_purpose_is_noticed(
    mutate: Callable[[pd.DataFrame], pd.DataFrame], leak: Callable[[str, str], str]
) -> None:
    before = known_at(features(tiny_sessions(), leak=leak)[0], LONDON_MIDNIGHT)
    after = known_at(features(mutate(tiny_sessions()), leak=leak)[0], LONDON_MIDNIGHT)
    with pytest.raises(AssertionError):
        pd.testing.assert_frame_equal(before, after, check_exact=True)


def test_an_open_session_counts_by_its_start_alone(tiny: Frames) -> None:
    sessions = tiny_sessions()
    at_station = sessions["station_id"] == "t:a"
    begun = at_station & (sessions["started_at_utc"] < LONDON_MIDNIGHT)
    still_open = begun & (sessions["known_at_utc"] >= LONDON_MIDNIGHT)
    row = tiny[0].query("series_id == 't:a' and origin_ts_utc == @LONDON_MIDNIGHT").iloc[0]
    hours = (LONDON_MIDNIGHT - sessions.loc[still_open, "started_at_utc"]).dt.total_seconds() / 3600
    assert row["open_sessions"] == still_open.sum() > 0
    assert row["open_session_hours"] == pytest.approx(hours.sum())


def with_other_readings_to_come(readings: pd.DataFrame) -> pd.DataFrame:
    """Other meter values from the origin on."""
    changed = readings.copy()
    to_come = changed["read_at_utc"] >= LONDON_MIDNIGHT
    assert to_come.any()
    changed.loc[to_come, "energy_since_start_kwh"] += 50
    return changed


def reads_meters_to_come(model: str, sql: str) -> str:
    if model != "int_forecasting__unrecorded_energy":
        return sql
    leaky = sql.replace("named.origin_ts_utc > readings.read_at_utc", "true")
    assert leaky != sql
    return leaky


def test_meter_values_to_come_are_not_known() -> None:
    sessions = tiny_sessions()
    readings = tiny_readings(sessions)
    given = (readings, with_other_readings_to_come(readings))
    before, after = (
        known_at(features(sessions, readings=table)[0], LONDON_MIDNIGHT) for table in given
    )
    pd.testing.assert_frame_equal(before, after, check_exact=True)
    before, after = (
        known_at(features(sessions, readings=table, leak=reads_meters_to_come)[0], LONDON_MIDNIGHT)
        for table in given
    )
    with pytest.raises(AssertionError):
        pd.testing.assert_frame_equal(before, after, check_exact=True)


def test_meter_values_tell_more_than_the_start(tiny: Frames) -> None:
    """With readings each half hour, nearly all of the last day is known where a third was not."""
    sessions = tiny_sessions()
    metered = features(sessions, readings=tiny_readings(sessions))[1]
    metered, bare = (
        table.loc[table["series_id"] == "t:network", "energy_kwh"].sum()
        for table in (metered, tiny[1])
    )
    assert 0.6 * bare < metered < 0.8 * bare


def test_levels_are_those_of_the_sessions_on_record(tiny: Frames) -> None:
    """The day before the origin, counted from nothing but sessions already recorded."""
    sessions = tiny_sessions()
    on_record = sessions[sessions["known_at_utc"] < LONDON_MIDNIGHT]
    by_hand = features(on_record)[0].query(
        "series_id == 't:a' and target_hour_utc == @LONDON_MIDNIGHT"
    )
    row = tiny[0].query("series_id == 't:a' and target_hour_utc == @LONDON_MIDNIGHT")
    for name in ("mean_24h_kwh", "mean_3h_kwh", "lag_1d_kwh", "hour_mean_28d_kwh"):
        assert row[name].iloc[0] == pytest.approx(by_hand[name].iloc[0])


def test_clock_change_days_have_23_hours_and_half_hour_zones_whole_ones(tiny: Frames) -> None:
    rows = tiny[0].query("days_ahead == 0")
    hours = rows.groupby(["series_id", "date_local"]).size()
    found = [
        hours["t:a", pd.Timestamp("2025-03-30")],
        hours["t:b", pd.Timestamp("2025-03-09")],
        hours["t:a", pd.Timestamp("2025-04-02")],
    ]
    assert found == [23, 23, 24]
    india = rows[rows["series_id"] == "t:c"]
    assert set(india["origin_ts_utc"].dt.hour) == {19}
    assert set(india["horizon_hours"]) == set(range(1, 25))


def test_mondays_and_the_newest_origin_look_a_week_ahead(tiny: Frames) -> None:
    rows = tiny[0].query("series_id == 't:a'")
    local = rows["origin_ts_utc"].dt.tz_localize("UTC").dt.tz_convert("Europe/London")
    horizons = rows.groupby(local.dt.date)["days_ahead"].max()
    looks_far = set(horizons.index[horizons > 0])
    newest = max(horizons.index)
    assert all(day.weekday() == 0 or day == newest for day in looks_far)
    assert newest in looks_far
    assert set(horizons) == {0, 6}
    spring = rows[rows["date_local"] == "2025-03-30"]
    assert sorted(spring["days_ahead"].unique()) == [0, 6]
    # The clock of the Sunday lacks an hour; from a Sunday nothing but that day is forecast.
    assert spring.groupby("days_ahead").size().tolist() == [23, 23]


def test_scores_by_hand() -> None:
    actual, forecast = np.array([1.0, 3.0, 0.0, 4.0]), np.array([2.0, 3.0, 1.0, 2.0])
    assert scoring.wape(actual, forecast) == 4 / 8
    assert scoring.rae(actual, forecast) == 4 / (1 + 1 + 2 + 2)
    assert scoring.rmse(actual, forecast) == math.sqrt(6 / 4)
    assert scoring.bias(actual, forecast) == 0.0
    assert scoring.bias(actual, forecast + 1) == pytest.approx(0.5)
    lower, upper = np.array([0.0, 0.0, 0.5, np.nan]), np.array([1.0, 9.0, 2.0, np.nan])
    assert scoring.coverage(actual, lower, upper) == 2 / 3
    assert math.isnan(scoring.wape(np.zeros(2), np.ones(2)))
    assert math.isnan(scoring.rae(np.ones(2), np.zeros(2)))
    assert math.isnan(scoring.coverage(actual, actual * np.nan, actual))


def test_forecasts_are_whole_ordered_and_the_same_again(
    tiny: Frames, forecasts: pd.DataFrame
) -> None:
    key = ["series_id", "origin_ts_utc", "target_hour_utc", "algorithm"]
    assert not forecasts.duplicated(key).any()
    assert set(forecasts["algorithm"]) == {*ALGORITHMS, "fallback"}
    own = forecasts[forecasts["algorithm"].isin(["hist_gradient_boosting", "ridge"])]
    ladder = own[["p2_5_kwh", "p10_kwh", "p50_kwh", "p90_kwh", "p97_5_kwh"]].to_numpy()
    assert (np.diff(ladder, axis=1) >= 0).all()
    assert (ladder >= 0).all()
    assert (own["train_end"] <= own["origin_ts_utc"]).all()
    assert (own["trained_at"] <= own["origin_ts_utc"]).all()
    shuffled = tiny[0].sample(frac=1, random_state=5), tiny[1].sample(frac=1, random_state=5)
    again = issue(*shuffled, NOTHING_ISSUED, QUICK)
    pd.testing.assert_frame_equal(again, forecasts, check_exact=True)


def test_only_the_hours_after_the_feed_are_live(tiny: Frames, forecasts: pd.DataFrame) -> None:
    live = forecasts[forecasts["run_kind"] == "live"]
    assert set(live["series_id"]) == set(forecasts["series_id"])
    assert (live["target_hour_utc"] >= pd.Timestamp("2025-04-22 00:00:00")).all()
    assert (live["data_cutoff_ts_utc"] <= live["origin_ts_utc"]).all()


def test_forecasts_do_not_know_the_future(tiny: Frames, forecasts: pd.DataFrame) -> None:
    """The whole chain: labels, calibration and bias control look back only."""
    sessions = with_other_endings(with_another_future(tiny_sessions()))
    after = issue(*features(sessions), NOTHING_ISSUED, QUICK)
    told = [name for name in SCHEMA.names if name != "run_kind"]

    def until(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.loc[frame["origin_ts_utc"] <= LONDON_MIDNIGHT, told].reset_index(drop=True)

    assert not until(forecasts).empty
    pd.testing.assert_frame_equal(until(after), until(forecasts), check_exact=True)


def test_issued_origins_are_left_alone_and_the_rest_comes_out_the_same(
    tiny: Frames, forecasts: pd.DataFrame
) -> None:
    cut = pd.Timestamp("2025-04-14 12:00:00")
    first = forecasts[forecasts["origin_ts_utc"] <= cut]
    rest = issue(*tiny, first, QUICK)
    assert len(first)
    assert len(rest)
    assert rest["origin_ts_utc"].min() > cut
    order = ["algorithm", "series_id", "target_hour_utc"]
    whole = forecasts[forecasts["origin_ts_utc"] > cut]
    # The first row of a fit carries its drivers, and the fit began before the cut.
    rest, whole = (
        table.drop(columns="drivers").sort_values(order).reset_index(drop=True)
        for table in (rest, whole)
    )
    pd.testing.assert_frame_equal(
        rest,
        whole,
        check_exact=False,
        rtol=0,
        atol=2e-6,
    )
    assert issue(*tiny, forecasts, QUICK).empty


def test_short_history_and_empty_inputs_give_tables_of_the_right_types(tiny: Frames) -> None:
    rows, unknown = tiny
    short = rows[rows["day_number"] < rows["day_number"].min() + 12]
    young, nothing = (
        issue(given, unknown, NOTHING_ISSUED, QUICK) for given in (short, rows.iloc[:0])
    )
    assert set(young["algorithm"]) == {"fallback"}
    assert nothing.empty


def test_a_gap_in_the_feed_is_neither_learned_nor_scored_as_zero(tiny: Frames) -> None:
    rows, unknown = tiny
    rows = rows[rows["level"] == "station"]
    gap = rows["date_local"].between(pd.Timestamp("2025-04-01"), pd.Timestamp("2025-04-03"))
    holed = rows.assign(energy_kwh=rows["energy_kwh"].mask(gap))
    issued = issue(holed, unknown, NOTHING_ISSUED, QUICK)
    own = issued[issued["algorithm"] == "hist_gradient_boosting"]
    assert not own[["p50_kwh", "mean_kwh", "p90_kwh"]].isna().any().any()


def test_registry_says_what_a_fit_learned_from(tiny: Frames, forecasts: pd.DataFrame) -> None:
    columns = ["model_id", "trained_at", "n_rows", "parameters", "validation", "promoted", "scope"]
    gate = ["current_model_id", "gate_hours", "gate_abs_error_kwh", "current_abs_error_kwh"]
    fits = forecasts.dropna(subset="trained_at")[[*columns, *gate]].drop_duplicates()
    assert fits["model_id"].is_unique
    assert json.loads(fits["parameters"].iloc[0])["seed"] == QUICK.seed
    for fit in fits.itertuples():
        errors = json.loads(fit.validation)
        model = errors.pop("model")
        is_worse = fit.gate_abs_error_kwh > fit.current_abs_error_kwh
        assert fit.promoted == (model < min(errors.values()) and not is_worse)
    assert fits["gate_hours"].notna().any()
    assert set(fits["current_model_id"].dropna()) < set(fits["model_id"])
    network = tiny[0][tiny[0]["level"] != "station"]
    other = issue(network, tiny[1], NOTHING_ISSUED, replace(QUICK, trees=9))
    assert not set(other["model_id"]) & set(fits["model_id"])


def test_known_energy_leaves_out_what_was_not_on_record() -> None:
    at = pd.Timestamp("2025-01-02")
    unknown = UnknownEnergy(
        pd.DataFrame(
            {
                "series_id": ["a", "a", "b"],
                "origin_ts_utc": [at] * 3,
                "hour_start_utc": [at - pd.Timedelta(hours=h) for h in (1, 3, 1)],
                "energy_kwh": [2.0, 5.0, 9.0],
            }
        )
    )
    origin = int(at.timestamp()) // 3600
    hours = np.array([origin - 3, origin - 2, origin - 1])
    final = np.array([5.0, 4.0, 3.0])
    assert unknown.known("a", origin, hours, final).tolist() == [0.0, 4.0, 1.0]
    assert unknown.known("a", origin + 24, hours, final).tolist() == final.tolist()


def errors(count: int, actual: float, p50: float) -> Errors:
    hours = np.arange(1000 - count, 1000)
    return Errors(
        hours,
        np.full(count, p50),
        np.full(count, p50),
        np.full(count, actual),
        np.ones(count, dtype=bool),
    )


def test_bias_factor_follows_the_errors_and_is_bounded() -> None:
    settings = Settings()
    assert calibration.bias_factor(errors(672, 2.0, 2.0), 1000, 2.0, settings) == 1.0
    high = calibration.bias_factor(errors(672, 3.0, 2.0), 1000, 2.0, settings)
    assert 1.0 < high < settings.bias_limit
    assert (
        calibration.bias_factor(errors(672, 90.0, 1.0), 1000, 0.1, settings) == settings.bias_limit
    )
    assert calibration.bias_factor(calibration.NO_ERRORS, 1000, 2.0, settings) == 1.0


def test_intervals_come_from_residuals_or_say_that_they_do_not() -> None:
    settings = Settings()
    level = np.array([1.0, 1.0])
    assert calibration.residual_quantiles(errors(47, 2.0, 1.0), 1000, level, settings) is None
    found = calibration.residual_quantiles(errors(96, 2.0, 1.0), 1000, level, settings)
    assert found is not None
    offsets, source = found
    assert source == calibration.ISSUED
    # The median itself is never left outside.
    assert offsets.tolist() == [[0.0, 0.0, 1.0, 1.0]] * 2
    interval = calibration.ordered_interval(np.array([0.5]), np.array([[-2.0, 0.2, -0.1, 1.0]]))
    assert interval.tolist() == [[0.0, 0.5, 0.5, 1.5]]


def held(past: Errors, settings: Settings) -> tuple[float, float]:
    """Shares of these errors' own hours below and above the 80 % interval they lead to."""
    found = calibration.residual_quantiles(past, 1000, past.mean, settings)
    assert found is not None
    ends = calibration.ordered_interval(past.p50, found[0])
    return float(np.mean(past.actual < ends[:, 1])), float(np.mean(past.actual > ends[:, 2]))


def around(p50: np.ndarray, actual: np.ndarray) -> Errors:
    known = np.ones(len(p50), dtype=bool)
    return Errors(np.arange(1000 - len(p50), 1000), p50, p50, actual, known)


def test_an_interval_misses_half_below_and_half_above_where_both_can_be_missed() -> None:
    settings = replace(Settings(), tail_ratio=1.0)
    rng = np.random.default_rng(5)
    p50 = rng.uniform(50, 60, 960)
    below, above = held(around(p50, p50 + rng.normal(0, 5, 960)), settings)
    assert below == pytest.approx(0.1, abs=0.01)
    assert above == pytest.approx(0.1, abs=0.01)


def test_an_interval_that_begins_at_nothing_may_miss_the_more_above() -> None:
    settings = replace(Settings(), tail_ratio=1.0)
    rng = np.random.default_rng(5)
    actual = rng.exponential(10.0, 960) * rng.integers(0, 2, 960)
    below, above = held(around(np.full(960, 3.0), actual), settings)
    assert below == 0.0
    assert above == pytest.approx(0.2, abs=0.01)


def test_quiet_hours_leave_more_to_be_missed_to_the_others_but_not_without_end() -> None:
    settings = replace(Settings(), tail_ratio=1.0)
    rng = np.random.default_rng(5)
    quiet, busy = np.zeros(480), rng.uniform(50, 60, 480)
    actual = np.concatenate([quiet, busy + rng.normal(0, 5, 480)])
    missed = sum(held(around(np.concatenate([quiet, busy]), actual), settings))
    assert missed == pytest.approx(settings.tail_limit * 0.2 / 2, abs=0.01)
    none_to_spare = replace(settings, tail_limit=1.0)
    missed = sum(held(around(np.concatenate([quiet, busy]), actual), none_to_spare))
    assert missed == pytest.approx(0.2 / 2, abs=0.01)


def test_the_median_leaves_zero_where_half_the_hours_do() -> None:
    """Plain absolute error stays at zero for ever when most labels are exactly zero."""
    rng = np.random.default_rng(3)
    hour = np.tile(np.arange(24), 60)
    busy = np.isin(hour, range(8, 14))
    matrix = np.zeros((len(hour), 31))
    matrix[:, 23] = hour
    label = np.where(busy, rng.uniform(2, 4, len(hour)), 0.0)
    model = Boosting(Settings(trees=30)).fit(matrix, label, np.ones(len(hour)))
    p50 = model.predict(matrix).p50
    assert p50[busy].mean() == pytest.approx(3.0, abs=0.4)
    assert p50[~busy].max() == 0.0


def test_ridge_stays_within_what_was_seen() -> None:
    matrix = np.zeros((480, 31))
    matrix[:, 0] = np.linspace(0, 1, 480)
    model = ClippedRidge(Settings()).fit(matrix, matrix[:, 0] * 2, np.ones(480))
    wild = matrix.copy()
    wild[:, 0] = 1e6
    assert model.predict(wild).mean.max() == pytest.approx(3.0)
    assert model.predict(-wild).mean.min() == 0.0


def scored_warehouse(path: Path, forecasts: pd.DataFrame, rows: pd.DataFrame) -> None:
    demand = rows[["series_id", "target_hour_utc", "energy_kwh"]].drop_duplicates()
    demand = demand.rename(columns={"target_hour_utc": "hour_start_utc"})
    tables = {
        "forecasting.fct_demand_forecast": forecasts,
        "intermediate.int_forecasting__hourly_demand": demand,
    }
    with duckdb.connect(str(path)) as connection:
        for name, frame in tables.items():
            connection.register("given", frame)
            connection.execute(f"create schema {name.split('.')[0]}")
            connection.execute(f"create table {name} as select * from given")


def test_stored_forecasts_are_those_of_the_series_of_this_build(
    tmp_path: Path, tiny: Frames, forecasts: pd.DataFrame
) -> None:
    network = forecasts[forecasts["series_id"] == "t:network"]
    begin = forecasts["origin_ts_utc"].min()
    with duckdb.connect() as connection:
        connection.execute(f"attach '{tmp_path / 's.duckdb'}' as state")
        first_build = stored.issued(connection, ["t:network"], begin)
        assert first_build.empty
        assert stored.fits(connection, "t").empty

        connection.register("given", forecasts)
        connection.execute("create schema state.forecasting")
        connection.execute(
            "create table state.forecasting.int_forecasting__issued as select * from given"
        )
        connection.execute(
            "create table state.forecasting.int_forecasting__fits as"
            " select distinct on (model_id) * from given where trained_at is not null"
        )
        found = stored.issued(connection, ["t:network", "t:new"], begin)
        assert stored.issued(connection, [], begin).empty
        later = stored.issued(connection, ["t:network"], LONDON_MIDNIGHT)
        assert len(later) == (network["origin_ts_utc"] >= LONDON_MIDNIGHT).sum() > 0
        fits = stored.fits(connection, "t")
        assert set(fits["model_id"]) == set(forecasts.dropna(subset="trained_at")["model_id"])
        assert stored.fits(connection, "other").empty
        connection.execute("alter table state.forecasting.int_forecasting__issued drop column rung")
        assert set(stored.issued(connection, ["t:network"], begin)["rung"]) == {"model"}
    assert list(found.columns) == list(first_build.columns)
    key = ["origin_ts_utc", "target_hour_utc", "algorithm"]
    read, written = (
        frame[found.columns].sort_values(key, ignore_index=True).astype(object)
        for frame in (found, network)
    )
    pd.testing.assert_frame_equal(
        read.where(read.notna(), None), written.where(written.notna(), None), check_dtype=False
    )
    left = issue(*tiny, network, QUICK)
    assert set(left["series_id"]) == set(forecasts["series_id"]) - {"t:network"}


def test_a_warehouse_gives_what_its_frames_give(
    tmp_path: Path, tiny: Frames, forecasts: pd.DataFrame
) -> None:
    """The tables of a build and its state, read a few series at a time, while it is written."""
    midnight = pd.Timestamp("2025-04-14 12:00:00")
    past = forecasts[forecasts["origin_ts_utc"] <= midnight]
    with duckdb.connect() as connection:
        built = tables(connection, tiny_sessions())
        connection.execute(f"attach '{tmp_path / 's.duckdb'}' as state")
        frames = FrameSource(*tiny, past[:0])
        pd.testing.assert_frame_equal(built.days(QUICK), frames.days(QUICK), check_dtype=False)
        pd.testing.assert_frame_equal(built.series(QUICK), frames.series(QUICK), check_dtype=False)
        connection.register("given", past)
        connection.execute("create schema state.forecasting")
        connection.execute(
            "create table state.forecasting.int_forecasting__issued as select * from given"
        )
        connection.execute(
            "create table state.forecasting.int_forecasting__fits as"
            " select distinct on (model_id) * from given where trained_at is not null"
        )
        frames = FrameSource(*tiny, past)
        pd.testing.assert_frame_equal(built.days(QUICK), frames.days(QUICK), check_dtype=False)
        pd.testing.assert_frame_equal(built.series(QUICK), frames.series(QUICK), check_dtype=False)
        writer = connection.cursor()
        writer.register("batches", issue_forecasts(built, QUICK))
        writer.execute("create table predictions as select * from batches")
        written = writer.execute("select * from predictions").df()
    expected = issue(*tiny, past, QUICK)
    assert len(written)
    pd.testing.assert_frame_equal(
        written.astype(object).where(written.notna(), None),
        expected.astype(object).where(expected.notna(), None),
        check_dtype=False,
    )


def test_what_is_forecast_does_not_depend_on_the_batches(
    tiny: Frames, forecasts: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecocharge.forecasting.lots.SERIES_AT_ONCE", 2)
    order = ["algorithm", "series_id", "origin_ts_utc", "target_hour_utc"]
    other, same = (
        table.drop(columns="drivers").sort_values(order).reset_index(drop=True)
        for table in (issue(*tiny, NOTHING_ISSUED, QUICK), forecasts)
    )
    pd.testing.assert_frame_equal(other, same, check_exact=False, rtol=0, atol=2e-6)


def test_a_fit_learns_from_so_many_series_and_serves_all(tiny: Frames) -> None:
    stations = tiny[0][tiny[0]["level"] == "station"]
    settings = replace(QUICK, lesson_series=1)
    few = issue(stations, tiny[1], NOTHING_ISSUED, settings)
    fitted = few[few["algorithm"] == "hist_gradient_boosting"]
    assert set(fitted["series_id"]) == set(stations["series_id"])
    # A series that nothing was learned from brings its own errors of the validation days along.
    assert (fitted["quality"] != "pooled_residuals").all()
    teaches = stations["series_id"] == taught(stations)
    changed = stations.assign(energy_kwh=stations["energy_kwh"] * np.where(teaches, 1, 3))
    same = issue(changed, tiny[1], NOTHING_ISSUED, settings)
    assert set(same["model_id"]) == set(few["model_id"])
    changed = stations.assign(energy_kwh=stations["energy_kwh"] * np.where(teaches, 3, 1))
    other = issue(changed, tiny[1], NOTHING_ISSUED, settings)
    assert set(other["model_id"]) & set(few["model_id"]) == {"fallback", *NAIVES}


def taught(stations: pd.DataFrame) -> str:
    """The series that comes first by its hash."""
    return min(
        stations["series_id"].unique(), key=lambda name: hashlib.sha256(name.encode()).digest()
    )


def test_report_compares_on_common_hours(
    tmp_path: Path, tiny: Frames, forecasts: pd.DataFrame
) -> None:
    scored_warehouse(tmp_path / "w.duckdb", forecasts, tiny[0])
    with duckdb.connect(str(tmp_path / "w.duckdb"), read_only=True) as connection:
        table = comparison(connection)
        console = Console(record=True, width=120)
        print_comparison(connection, console)
    assert set(table["level"]) == {"station", "city", "network"}
    assert set(table["horizon"]) == {"day-ahead", "week-ahead"}
    assert table.groupby(["level", "horizon"])["hours"].nunique().max() == 1
    zero = table[table["algorithm"] == "naive_zero"]
    assert (zero["wape"] == 1.0).all()
    assert (zero["bias"] == -1.0).all()
    text = console.export_text()
    assert "t, network: day-ahead" in text
    assert text.index("t, station") < text.index("t, network")


def test_report_without_a_build_says_what_to_do() -> None:
    with duckdb.connect() as connection, pytest.raises(EcoChargeError, match="ecocharge build"):
        comparison(connection)


def dbt(project: Path, *arguments: str) -> None:
    environment = os.environ | {"DBT_PROFILES_DIR": str(project), "DBT_TARGET_PATH": "target"}
    command = [str(Path(sys.executable).with_name("dbt")), "build", *arguments]
    done = subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def tiny_project(folder: Path) -> Path:
    """A dbt project of one source of forecasts and the two models that store them."""
    models = folder / "models"
    models.mkdir()
    for name in ("int_forecasting__issued", "int_forecasting__fits"):
        shutil.copy(ROOT / "models/intermediate/forecasting" / f"{name}.sql", models)
    (models / "int_forecasting__predictions.sql").write_text(
        "select * from read_parquet('predictions.parquet')"
    )
    (folder / "macros").mkdir()
    for macro in ("generate_schema_name", "engine/types"):
        shutil.copy(ROOT / "macros" / f"{macro}.sql", folder / "macros")
    (folder / "dbt_project.yml").write_text("name: tiny\nversion: 0.1.0\nprofile: tiny\n")
    (folder / "profiles.yml").write_text(
        "tiny:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n"
        "      path: w.duckdb\n      attach: [{path: s.duckdb, alias: state}]\n"
    )
    return folder


def test_the_state_keeps_what_was_issued_through_a_full_refresh(
    tmp_path: Path, forecasts: pd.DataFrame
) -> None:
    project = tiny_project(tmp_path)
    origins = sorted(forecasts["origin_ts_utc"].unique())
    query = "select * exclude issued_at from forecasting.int_forecasting__issued order by all"

    def build(rows: pd.DataFrame, *arguments: str) -> pd.DataFrame:
        rows.to_parquet(project / "predictions.parquet")
        dbt(project, *arguments)
        with duckdb.connect(str(project / "s.duckdb"), read_only=True) as connection:
            return connection.execute(query).df()

    old = forecasts[forecasts["origin_ts_utc"] <= origins[5]]
    first = build(old)
    another = 99.0
    changed = forecasts[forecasts["origin_ts_utc"] <= origins[6]].assign(
        p50_kwh=another, mean_kwh=another, run_kind="live", model_id="another"
    )
    second = build(changed, "--full-refresh")
    was_there = second["origin_ts_utc"] <= origins[5]
    pd.testing.assert_frame_equal(second[was_there].reset_index(drop=True), first)
    assert len(second) > len(first) == len(old)
    assert (second.loc[~was_there, "p50_kwh"] == another).all()
