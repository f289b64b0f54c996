"""Below the model: what is forecast where there is none, and what is not learned from."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from forecast_sql import QUICK, features, issue, tiny_sessions
from rendered_sql import ROOT

from ecocharge.forecasting.design import FEATURES, feature_matrix, series_scale
from ecocharge.forecasting.drivers import drivers
from ecocharge.forecasting.estimators import ClippedRidge
from ecocharge.forecasting.fitting import training_set
from ecocharge.forecasting.known import UnknownEnergy
from ecocharge.forecasting.ladder import SHORT_HISTORY, best_naives, learn, stopgap
from ecocharge.forecasting.schema import SCHEMA
from ecocharge.forecasting.settings import Settings

NOTHING_ISSUED = SCHEMA.empty_table().to_pandas()
OPENING = "2025-04-11"
OPENS_AT = pd.Timestamp("2025-04-10 23:00:00")
SILENCE = ("2025-04-15", "2025-04-19")

Frames = tuple[pd.DataFrame, pd.DataFrame]


def with_a_newcomer(
    sessions: pd.DataFrame, leak: Callable[[str, str], str] = lambda model, sql: sql
) -> Frames:
    """London opens late, and Pune falls silent for four days."""
    return features(sessions, leak=leak, opened={"t:a": OPENING}, silent={"t:c": SILENCE})


def sessions_of_a_newcomer() -> pd.DataFrame:
    sessions = tiny_sessions()
    early = (sessions["station_id"] == "t:a") & (sessions["started_at_utc"] < OPENS_AT)
    return sessions[~early].reset_index(drop=True)


@pytest.fixture(scope="module")
def late() -> Frames:
    return with_a_newcomer(sessions_of_a_newcomer())


@pytest.fixture(scope="module")
def issued(late: Frames) -> pd.DataFrame:
    found: pd.DataFrame = issue(*late, NOTHING_ISSUED, QUICK)
    return found


def served(forecasts: pd.DataFrame) -> pd.DataFrame:
    by_model = (forecasts["algorithm"] == "hist_gradient_boosting") & forecasts["promoted"].eq(True)
    return forecasts[by_model | (forecasts["algorithm"] == "fallback")]


def test_every_station_in_service_is_forecast_once_from_every_midnight(
    late: Frames, issued: pd.DataFrame
) -> None:
    key = ["series_id", "origin_ts_utc", "target_hour_utc"]
    # Of a network's first day nothing is known at its midnight.
    is_later = late[0]["origin_ts_utc"] >= late[0]["origin_ts_utc"].min() + pd.Timedelta(days=2)
    stations = late[0][is_later & (late[0]["level"] == "station")]
    given = served(issued)
    assert not given.duplicated(key).any()
    missing = stations[key].merge(given[key], how="left", on=key, indicator=True)
    assert (missing["_merge"] == "both").all()


def test_a_newcomer_climbs_the_ladder(issued: pd.DataFrame) -> None:
    own = issued.query("series_id == 't:a' and algorithm == 'fallback' and days_ahead == 0")
    rungs = own.groupby("origin_ts_utc")["rung"].unique().map(list)
    assert rungs.index[0] == OPENS_AT
    assert rungs.iloc[0] == ["new"]
    assert rungs.iloc[1] == ["short_history"]
    model = issued.query("series_id == 't:a' and algorithm == 'ridge'")
    # The settings of the test ask for a fifth of 28 days.
    assert model["origin_ts_utc"].min() - OPENS_AT == pd.Timedelta(days=6)
    assert (own["mean_kwh"] > 0).any()
    assert (own["data_cutoff_ts_utc"] <= own["origin_ts_utc"]).all()


def test_a_silent_station_is_forecast_from_what_was_last_known(
    late: Frames, issued: pd.DataFrame
) -> None:
    own = issued.query("series_id == 't:c' and rung == 'silent'")
    origins = own["origin_ts_utc"].unique()
    assert min(origins) == pd.Timestamp("2025-04-16 19:00:00")
    assert max(origins) == pd.Timestamp("2025-04-18 19:00:00")
    day_ahead = own[own["days_ahead"] == 0]
    known = day_ahead.merge(
        late[0], on=["series_id", "origin_ts_utc", "target_hour_utc", "days_ahead"]
    ).query("hour_day_type_mean_28d_kwh > 0.5")
    factor = known["mean_kwh"] / known["bias_factor"] / known["hour_day_type_mean_28d_kwh"]
    # One factor for all hours of an origin, from what the same rule made of the others.
    by_origin = factor.groupby(known["origin_ts_utc"]).agg(["min", "max", "size"])
    assert len(by_origin) == len(origins)
    assert by_origin["min"].to_numpy() == pytest.approx(by_origin["max"].to_numpy(), rel=1e-4)
    by_others = issued.query("series_id == 't:c' and algorithm == 'ridge'")["origin_ts_utc"]
    assert not set(origins) & set(by_others)


def at_london_midnight(rows: pd.DataFrame) -> pd.DataFrame:
    unknown = ["energy_kwh", "is_future", "is_outage", "is_flat_line"]
    origin = OPENS_AT + pd.Timedelta(days=2)
    return rows[rows["origin_ts_utc"] <= origin].drop(columns=unknown).reset_index(drop=True)


def later_energies(sessions: pd.DataFrame) -> pd.DataFrame:
    changed = sessions.copy()
    later = changed["started_at_utc"] >= OPENS_AT + pd.Timedelta(days=2)
    changed.loc[later, "energy_kwh"] = changed.loc[later, "energy_kwh"] * 3 + 1
    return changed


def asks_peers_of_tomorrow(model: str, sql: str) -> str:
    if model != "int_forecasting__peers":
        return sql
    leaky = sql.replace(
        "instants.origin_ts_utc >= reporting.origin_ts_utc",
        "instants.origin_ts_utc + interval '2 days' >= reporting.origin_ts_utc",
    )
    assert leaky != sql
    return leaky


def test_peers_are_those_of_the_origin(late: Frames) -> None:
    """Other energies from an origin on leave its profile and its peers as they are."""
    after = with_a_newcomer(later_energies(sessions_of_a_newcomer()))
    before = at_london_midnight(late[0])
    assert before["network_profile"].notna().any()
    pd.testing.assert_frame_equal(before, at_london_midnight(after[0]), check_exact=True)


def test_peers_of_tomorrow_are_noticed() -> None:
    sessions = sessions_of_a_newcomer()
    before, after = (
        at_london_midnight(with_a_newcomer(given, asks_peers_of_tomorrow)[0])
        for given in (sessions, later_energies(sessions))
    )
    with pytest.raises(AssertionError):
        pd.testing.assert_frame_equal(before, after, check_exact=True)


def test_forecasts_on_every_rung_look_back_only(issued: pd.DataFrame) -> None:
    after = issue(*with_a_newcomer(later_energies(sessions_of_a_newcomer())), NOTHING_ISSUED, QUICK)
    told = [name for name in SCHEMA.names if name != "run_kind"]
    origin = OPENS_AT + pd.Timedelta(days=2)
    before, after = (
        table.loc[table["origin_ts_utc"] <= origin, told].reset_index(drop=True)
        for table in (issued, after)
    )
    assert {"new", "short_history", "naive"} <= set(before["rung"])
    pd.testing.assert_frame_equal(before, after, check_exact=True)


def rows_of(**columns: object) -> pd.DataFrame:
    base = {
        "level": "station",
        "network_profile": 2.0,
        "peer_level_kwh": 3.0,
        "mean_168h_kwh": 5.0,
        "mean_672h_kwh": 5.0,
        "hour_mean_7d_kwh": 4.0,
        "history_hours": 48.0,
        "lag_1d_kwh": 1.0,
        "weekday_lag_1w_kwh": np.nan,
        "last_value_kwh": 7.0,
        "hour_day_type_mean_28d_kwh": np.nan,
        "hour_mean_28d_kwh": 6.0,
    }
    return pd.DataFrame([base | columns])


@pytest.mark.parametrize(
    ("rung", "columns", "mean", "found"),
    [
        # Two days of its own weigh as much as the others' profile: (4 + 5 x 2) / 2.
        ("short_history", {}, 7.0, "short_history"),
        ("short_history", {"hour_mean_7d_kwh": np.nan}, 10.0, "short_history"),
        ("new", {}, 6.0, "new"),
        ("silent", {}, 6.0, "silent"),
        ("silent", {"hour_mean_28d_kwh": np.nan}, 10.0, "silent"),
        # Nobody to ask: the best naive, here the mean of the same hour.
        ("new", {"peer_level_kwh": np.nan}, 4.0, "naive"),
        ("new", {"network_profile": np.nan, "hour_mean_7d_kwh": np.nan}, 1.0, "naive"),
    ],
)
def test_each_rung_by_hand(rung: str, columns: dict[str, object], mean: float, found: str) -> None:
    given = stopgap(
        rows_of(**columns),
        np.array([rung], dtype=object),
        learn(rows_of().iloc[:0], np.empty(0), 1.5),
    )
    assert (given.mean.tolist(), given.rung.tolist()) == ([mean], [found])
    assert given.p50.tolist() == [mean]
    assert np.isnan(given.offsets).all()


def test_intervals_and_level_come_from_what_the_rule_made_of_others() -> None:
    """The rule says 7 of each of 96 hours; half of them were 7, half 10.5."""
    lessons = pd.concat([rows_of()] * 96, ignore_index=True)
    label = np.tile([7.0, 10.5], 48)
    rung = np.array([SHORT_HISTORY], dtype=object)
    given = stopgap(
        rows_of(mean_168h_kwh=10.0, hour_mean_7d_kwh=8.0), rung, learn(lessons, label, 1.5)
    )
    assert given.p50.tolist() == [pytest.approx(14 + 3.5 / 2 * 2)]
    assert given.mean.tolist() == [pytest.approx(14 * 1.25)]
    assert (given.p50[0] + given.offsets[0, [0, 3]]).tolist() == pytest.approx([14.0, 21.0])


def test_zero_is_never_served_as_the_best_naive() -> None:
    lessons = pd.concat([rows_of(weekday_lag_1w_kwh=9.0)] * 3, ignore_index=True)
    order = best_naives(lessons, np.zeros(3))
    assert order[0] == "naive_day"
    assert "naive_zero" not in order


def hours_of(energy: list[float], flat: list[bool], out: list[bool]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "series_id": "s",
            "target_hour_utc": pd.date_range("2025-01-01", periods=len(energy), freq="h"),
            "energy_kwh": energy,
            "is_flat_line": flat,
            "is_outage": out,
        }
    )


def test_flat_lines_and_outages_are_not_learned_from_once_they_are_known() -> None:
    rows = hours_of([5.0] * 30 + [0.0, 7.0], [False] * 23 + [True] * 7 + [False] * 2, [False] * 32)
    rows.loc[30, "is_outage"] = True
    fitted_at = pd.Timestamp("2025-01-03")
    hour = int(fitted_at.timestamp()) // 3600
    columns = ["series_id", "origin_ts_utc", "hour_start_utc", "energy_kwh"]
    nothing = UnknownEnergy(pd.DataFrame(columns=columns).astype({"energy_kwh": float}))
    learned = training_set(rows, nothing, hour)
    assert len(learned.label) == 23 + 1
    assert learned.label.tolist()[-1:] == [7.0]
    # Half of the run's last hour was not on record: nobody could tell that it was flat.
    hidden = pd.DataFrame(
        [("s", fitted_at, rows["target_hour_utc"].iloc[29], 2.5)], columns=columns
    )
    learned = training_set(rows, UnknownEnergy(hidden), hour)
    assert len(learned.label) == 23 + 1 + 1


def test_faulted_hours_are_outages_and_silent_ones_are_not_zero() -> None:
    day = ("2025-04-15", "2025-04-16")
    rows, _ = features(tiny_sessions(), silent={"t:c": day}, faulted={"t:a": day})
    on_the_day = rows["target_hour_utc"].between(*map(pd.Timestamp, day), inclusive="left")
    by_series = dict(list(rows[on_the_day & (rows["days_ahead"] == 0)].groupby("series_id")))
    assert by_series["t:a"]["is_outage"].all()
    assert by_series["t:a"]["energy_kwh"].notna().all()
    assert by_series["t:c"]["is_outage"].all()
    assert by_series["t:c"]["energy_kwh"].isna().all()
    # The network's sum is unknown with it; who is neither faulted nor silent is neither.
    assert by_series["t:network"]["is_outage"].all()
    assert not by_series["t:b"]["is_outage"].any()


def perfect(issued: pd.DataFrame, rows: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """What was issued up to an origin, as if the model in charge had known the future."""
    actual = rows[["series_id", "target_hour_utc", "energy_kwh"]].drop_duplicates()
    past = issued[issued["origin_ts_utc"] < until].merge(
        actual, on=["series_id", "target_hour_utc"]
    )
    is_model = past["algorithm"] == "hist_gradient_boosting"
    told = past["p50_kwh"].where(~is_model, past["energy_kwh"].astype(float))
    return past.assign(p50_kwh=told).drop(columns="energy_kwh")


@pytest.fixture(scope="module")
def whole() -> tuple[Frames, pd.DataFrame]:
    given = features(tiny_sessions())
    return given, issue(*given, NOTHING_ISSUED, QUICK)


def test_a_fit_worse_than_the_model_in_charge_leaves_no_gap(
    whole: tuple[Frames, pd.DataFrame],
) -> None:
    given, issued = whole
    stations = issued[issued["scope"] == "stations"]
    second = sorted(stations["trained_at"].dropna().unique())[1]
    past = perfect(issued, given[0], second).assign(
        promoted=lambda frame: frame["promoted"].where(frame["promoted"].isna(), other=True)
    )
    after = issue(*given, past, QUICK)
    period = after[
        (after["origin_ts_utc"] < second + pd.Timedelta(days=7)) & (after["level"] == "station")
    ]
    fit = period[period["trained_at"] == second].query("algorithm == 'hist_gradient_boosting'")
    assert not fit["promoted"].any()
    assert (fit["gate_abs_error_kwh"] > fit["current_abs_error_kwh"]).all()
    instead = period[period["rung"] == "current_model"]
    assert set(instead["model_id"]) == set(fit["current_model_id"])
    key = ["series_id", "origin_ts_utc", "target_hour_utc"]
    assert set(instead[key].itertuples(index=False)) == set(fit[key].itertuples(index=False))
    # The model in charge was made again: it says what it has learned, not what the test put in.
    assert not np.allclose(instead["p50_kwh"], 0)
    assert instead["p10_kwh"].notna().all()


def test_without_a_model_in_charge_the_best_naive_serves(
    whole: tuple[Frames, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    (rows, unknown), _ = whole
    monkeypatch.setattr("ecocharge.forecasting.gate.Gate.judge", lambda *_: False)
    stations = rows[rows["level"] == "station"]
    after = issue(stations, unknown, NOTHING_ISSUED, QUICK)
    fitted = after[after["algorithm"] == "hist_gradient_boosting"]
    instead = after[after["rung"] == "naive"].merge(
        fitted, on=["series_id", "origin_ts_utc", "target_hour_utc"]
    )
    assert len(instead) == len(fitted) > 0


def test_a_feature_that_is_all_there_is_costs_all_there_is() -> None:
    rng = np.random.default_rng(5)
    count = 600
    rows = pd.DataFrame({name: np.zeros(count) for name in FEATURES})
    rows = rows.assign(
        **{f"lag_{days}d_kwh": rng.uniform(0, 20, count) for days in range(1, 8)},
        hour_of_day=np.arange(count) % 24,
        day_type="weekday",
        rated_kw=100.0,
        mean_672h_kwh=10.0,
        network_mean_24h_kwh=1.0,
        network_mean_672h_kwh=1.0,
    )
    settings = Settings(ridge_alpha=1e-6)
    scale = series_scale(rows, settings)
    label = rows["lag_1d_kwh"].to_numpy() * 0.5
    model = ClippedRidge(settings).fit(feature_matrix(rows, scale), label / scale, scale)
    found = {each["feature"]: each for each in json.loads(drivers(model, rows, label, settings))}
    assert list(found) == list(FEATURES)
    assert found["lag_1d_kwh"]["rae_lost"] > 1.0
    assert found["lag_2d_kwh"]["rae_lost"] == pytest.approx(0.0, abs=1e-3)
    assert found["lag_1d_kwh"]["kwh_per_unit"] == pytest.approx(0.5, abs=1e-3)
    # One standard deviation of a uniform label between 0 and 10 kWh.
    assert found["lag_1d_kwh"]["kwh_per_deviation"] == pytest.approx(10 / 12**0.5, rel=0.05)
    assert drivers(model, rows, label, settings) == json.dumps(list(found.values()))


def test_every_feature_has_words() -> None:
    with (ROOT / "seeds/reference/forecast_features.csv").open() as file:
        assert [row["feature"] for row in csv.DictReader(file)] == list(FEATURES)
