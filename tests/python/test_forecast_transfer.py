"""Trained on synthetic, tested on real: what is known when, and what the comparison tells."""

# The numbers below describe made-up feeds; a name for each would say no more than its place.
# ruff: noqa: PLR2004

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from ecocharge.cli import cli
from ecocharge.profiles.fitting import fit
from ecocharge.profiles.sampling import sample
from ecocharge.profiles.storing import as_stored
from ecocharge.realism.baselines.naive import naive
from ecocharge.realism.day_ahead import Rows, rows_of
from ecocharge.realism.demand import Demand
from ecocharge.realism.forecast_transfer import lesson, on_record, transfer, watched
from ecocharge.realism.sample import Sample

_EPOCH = date(1970, 1, 1)
_FIRST = datetime(2023, 1, 2)
_MOST_RATIO = 1.10


def _session(start: str, hours: float, kwh: float, charged: str | None = None) -> dict[str, object]:
    begin = pd.Timestamp(start)
    return {
        "station_id": "S1",
        "connector_id": "C1",
        "driver_key": None,
        "started_at": begin,
        "ended_at": begin + pd.Timedelta(hours=hours),
        "charging_ended_at": pd.Timestamp(charged) if charged else pd.NaT,
        "energy_kwh": kwh,
    }


def _feed(seed: int, days: int = 112, stations: int = 4) -> pd.DataFrame:
    """Stations with an early and a late rush on working days; each has its own level."""
    rng = np.random.default_rng(seed)
    rows = []
    for station in range(stations):
        for day in range(days):
            working = day % 7 < 5
            for _ in range(rng.poisson((1.5 + station) * (1 if working else 0.1))):
                hour = rng.normal(8 if rng.random() < 0.6 else 17, 0.5)
                begin = pd.Timestamp(_FIRST) + pd.Timedelta(days=day, minutes=round(60 * hour))
                made = _session(str(begin), rng.uniform(1, 3), rng.uniform(5, 20))
                rows.append({**made, "station_id": f"S{station}", "connector_id": f"C{station}"})
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def real() -> Sample:
    return Sample.of(_feed(1))


def test_energy_lies_evenly_between_plug_in_and_the_end_of_charging() -> None:
    rows = [
        _session("2023-01-02 22:30", 4, 6, "2023-01-03 01:30"),
        _session("2023-01-03 05:00", 0, 2),
        _session("2023-01-03 08:00", 1, 3),
    ]
    demand = Demand.of(Sample.of(pd.DataFrame(rows)))
    np.testing.assert_allclose(demand.kwh[0, 0, 22:], [1, 2])
    np.testing.assert_allclose(demand.kwh[0, 1, [0, 1, 2, 5, 8, 9]], [2, 1, 0, 2, 3, 0])
    assert demand.kwh.sum() == pytest.approx(11)


def test_a_session_is_unknown_until_the_car_has_gone() -> None:
    rows = [
        _session("2023-01-02 20:00", 2, 4),
        _session("2023-01-02 22:00", 50, 10, "2023-01-03 00:00"),
        _session("2023-01-06 10:00", 1, 1),
    ]
    demand = Demand.of(Sample.of(pd.DataFrame(rows)))
    monday = demand.known(1)[0, 1]
    np.testing.assert_allclose(monday[20:], [2, 2, 0, 0])
    np.testing.assert_allclose(demand.known(2)[0, 2, 20:], [2, 2, 0, 0])
    np.testing.assert_allclose(demand.known(3)[0, 3, 20:], [2, 2, 5, 5])
    np.testing.assert_allclose(demand.open_sessions[0], [0, 1, 1, 0, 0])


def test_nothing_that_happens_after_midnight_changes_what_is_known(real: Sample) -> None:
    day = int(real.days[80])
    before = rows_of(Demand.of(real))
    rng = np.random.default_rng(3)
    later = real.sessions["ended_at"] > pd.Timestamp(_EPOCH + timedelta(days=day))
    other = real.sessions.assign(
        energy_kwh=np.where(later, rng.uniform(1, 90, len(real)), real.energy)
    )
    after = rows_of(Demand.of(Sample.of(other)))
    for each in fields(Rows):
        if each.name != "actual":
            old, new = (
                getattr(rows, each.name)[rows.hour // 24 <= day] for rows in (before, after)
            )
            np.testing.assert_array_equal(old, new)
    target = before.hour // 24 == day
    assert target.any()
    assert not np.array_equal(before.actual[target], after.actual[after.hour // 24 == day])


def test_a_level_has_no_say_but_by_itself(real: Sample) -> None:
    """Series are anonymous: a network of twice the energy has the same features."""
    twice = Sample.of(real.sessions.assign(energy_kwh=2 * real.energy))
    one, two = rows_of(Demand.of(real)), rows_of(Demand.of(twice))
    np.testing.assert_allclose(two.features, one.features)
    np.testing.assert_allclose(two.scale, 2 * one.scale)


def test_a_twin_of_the_feed_teaches_as_well_and_uniform_sessions_do_not(real: Sample) -> None:
    twin = _feed(2)
    renamed = Sample.of(twin.assign(station_id="X" + twin["station_id"]))
    found = transfer(renamed, real)
    assert found.ratios[0] == pytest.approx(1, abs=0.1)
    assert found.forecasts[0].stations < min(naive.stations for naive in found.forecasts[2:])
    uniform = transfer(naive(real, real.days, 5), real)
    assert uniform.ratios[0] > 1.2
    assert uniform.forecasts[0].stations == found.forecasts[0].stations
    assert transfer(renamed, real).ratios == found.ratios


def test_the_past_is_what_was_on_record(real: Sample) -> None:
    first = int(real.days[60])
    found = transfer(real, real, first=first)
    past, synthetic = (each.lesson for each in found.forecasts[:2])
    assert past is not None
    assert synthetic is not None
    assert past.end.max() <= first * 86_400
    assert synthetic.sessions.equals(past.sessions)
    assert found.days[0] == first
    assert found.ratios == (1, 1)


def test_synthetic_days_elsewhere_in_time_are_cut_to_as_many(real: Sample) -> None:
    past = on_record(real, int(real.days[70]))
    shift = pd.Timedelta(days=3650)
    frame = _feed(2)
    moved = frame.assign(started_at=frame["started_at"] + shift, ended_at=frame["ended_at"] + shift)
    later = lesson(Sample.of(moved), past)
    assert len(later.days) == len(past.days)
    assert later.days[0] > past.days[-1]


def test_a_hole_in_the_feed_is_not_forecast() -> None:
    frame = _feed(1)
    hole = frame["started_at"].between("2023-03-20", "2023-04-09")
    sample_with_hole = watched(Sample.of(frame[~hole]))
    assert 18 <= 112 - len(sample_with_hole.days) <= 24
    rows = rows_of(Demand.of(sample_with_hole))
    assert np.isin(rows.hour // 24, sample_with_hole.days).all()


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (["--from", "2023-01-20"], "too few"),
        (["--from", "2023-04-22"], "too few"),
        (["--picture", "x.svg"], "goes with neither"),
    ],
)
def test_what_cannot_be_compared_is_explained(
    tmp_path: Path, real: Sample, extra: list[str], message: str
) -> None:
    file = str(tmp_path / "real.csv")
    real.sessions.to_csv(file, index=False)
    result = CliRunner().invoke(cli, ["realism", file, file, "--forecast", *extra])
    assert result.exit_code != 0
    assert message in result.output + str(result.exception)


def test_the_command_says_what_was_trained_on_what(tmp_path: Path, real: Sample) -> None:
    file = str(tmp_path / "real.csv")
    real.sessions.to_csv(file, index=False)
    result = CliRunner().invoke(cli, ["realism", file, file, "--forecast", "--from", "2023-03-20"])
    assert result.exit_code == 0, result.output
    assert "4 stations, 2023-01-02 to 2023-03-19" in result.output
    assert "1.00 times the error" in result.output


@pytest.mark.prove
@pytest.mark.parametrize("seed", [1, 2])
def test_a_profile_of_the_past_teaches_to_forecast_norway(real_data: Path, seed: int) -> None:
    """Fitted on the first seven tenths of the days, tested on the rest; prints its figures."""
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
    whole = watched(Sample.of(frame))
    first = int(whole.days[int(0.7 * len(whole.days))])
    past = on_record(whole, first)
    profile = as_stored(fit(past.sessions, source="norway", country="NO"))
    made = sample(profile, profile.origin.first, profile.origin.last, seed=seed)
    found = transfer(Sample.of(made), whole, first=first, baselines=True, seed=seed)
    print(f"seed {seed}: {found.hours} station-hours")
    for each in found.forecasts:
        print(f"  {each.name}: RAE {each.stations:.3f} by station, {each.network:.3f} network")
    assert found.ratios[0] <= _MOST_RATIO
    assert found.ratios[1] <= _MOST_RATIO
