"""Native feeds drawn from profiles: ports, powers, clock changes, files."""

# The numbers below describe what is drawn; a name for each would say no more than its place.
# ruff: noqa: PLR2004

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from project import NO_FORECASTS, Project

from ecocharge.cli import cli
from ecocharge.errors import EcoChargeError
from ecocharge.profiles.native import Network, network_of
from ecocharge.profiles.ports import USUAL_KW, free_ports, in_turn, rated_kw, utc_seconds
from ecocharge.profiles.storing import read_profile
from ecocharge.realism.frames import read_frame

_PROFILES = Path(__file__).resolve().parents[2] / "profiles"
# The night that is an hour short lies within.
_FIRST, _LAST = date(2025, 3, 1), date(2025, 4, 30)
_KINDS = {"dundee": "connector", "norway": "driver", "boulder": "slot"}


@pytest.fixture(scope="module", params=_KINDS)
def network(request: pytest.FixtureRequest) -> Network:
    profile = read_profile(_PROFILES / f"{request.param}.yml")
    assert profile.kind == _KINDS[request.param]
    return network_of(profile, _FIRST, _LAST, seed=1)


def test_no_two_sessions_share_a_port(network: Network) -> None:
    order = np.lexsort((network.end, network.start, network.port))
    port, start, end = (part[order] for part in (network.port, network.start, network.end))
    same = port[1:] == port[:-1]
    assert same.sum() > 200
    assert not (same & (start[1:] < end[:-1])).any()
    np.testing.assert_array_equal(network.station_of_port[network.port], network.station)


def test_no_driver_is_in_two_places(network: Network) -> None:
    known = np.flatnonzero(network.driver >= 0)
    order = known[np.lexsort((network.end[known], network.start[known], network.driver[known]))]
    same = network.driver[order][1:] == network.driver[order][:-1]
    assert not (same & (network.start[order][1:] < network.end[order][:-1])).any()
    assert len(known) == (len(network) if network.origin.source == "norway" else 0)


def test_no_energy_is_above_rated_power(network: Network) -> None:
    seconds = network.end - network.start
    assert (seconds >= 0).all()
    most = network.port_kw[network.port] * seconds / 3.6
    assert (network.energy_wh <= most + 1e-6).all()
    assert np.isin(network.port_kw, USUAL_KW).all()
    known = network.charged >= 0
    assert (network.charged[known] >= network.start[known]).all()
    assert (network.charged[known] <= network.end[known]).all()


def test_a_port_has_the_least_usual_power_that_holds() -> None:
    energy, seconds = np.array([3.7, 3.8, 22.0, 0.0]), np.array([3600, 3600, 3600, 0])
    found = rated_kw(np.array([0, 1, 2, 3]), energy, seconds)
    assert found.tolist() == [3.7, 7.4, 22.0, 3.7]


def test_the_wall_clock_keeps_its_order_over_clock_changes() -> None:
    spring = pd.Series(pd.to_datetime(["2025-03-30 01:59", "2025-03-30 02:30", "2025-03-30 03:00"]))
    assert np.diff(utc_seconds(spring, "Europe/Oslo")).tolist() == [60, 0]
    autumn = pd.Series(pd.to_datetime(["2025-10-26 01:59", "2025-10-26 02:30", "2025-10-26 03:00"]))
    assert np.diff(utc_seconds(autumn, "Europe/Oslo")).tolist() == [31 * 60, 90 * 60]


def test_a_port_that_is_not_free_yet_is_waited_for() -> None:
    moved = in_turn(np.array([0, 1, 0, 0]), np.array([0, 5, 8, 30]), np.array([10, 50, 4, 1]))
    assert moved.tolist() == [0, 5, 10, 30]


def test_a_driver_takes_the_usual_port_and_others_the_first_free_one() -> None:
    driver = np.array([7, 8, 8, -1, 7])
    start, end = np.array([0, 1, 20, 21, 40]), np.array([10, 10, 30, 30, 50])
    ports = free_ports(np.zeros(5, dtype=np.int64), driver, start, end)
    assert ports.tolist() == [0, 1, 1, 0, 0]


def test_a_profile_without_sessions_in_a_period_is_explained() -> None:
    profile = read_profile(_PROFILES / "workplace.yml")
    gone = profile.population.traits.copy()
    gone[:, -1] = -1
    nobody = replace(profile, population=replace(profile.population, traits=gone))
    with pytest.raises(EcoChargeError, match="no session"):
        network_of(nobody, date(2015, 7, 1), date(2015, 7, 2), seed=1)


def _draw(folder: Path, *options: str) -> Result:
    arguments = ["generate", "--profile", "workplace", "--out", str(folder), *options]
    return CliRunner().invoke(cli, arguments, catch_exceptions=True)


def _bytes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_equal_options_make_equal_files(tmp_path: Path) -> None:
    for name, seed in (("one", "4"), ("again", "4"), ("other", "5")):
        done = _draw(tmp_path / name, "--seed", seed, "--from", "2015-05-01")
        assert done.exit_code == 0, done.output
    one, again, other = (_bytes(tmp_path / name) for name in ("one", "again", "other"))
    assert len(one) == 5
    assert one == again
    assert one != other


def test_what_is_drawn_is_read_back(tmp_path: Path) -> None:
    assert _draw(tmp_path / "out").exit_code == 0
    frame = read_frame(str(tmp_path / "out"))
    origin = read_profile(_PROFILES / "workplace.yml").origin
    assert len(frame) == pytest.approx(origin.sessions, rel=0.15)
    assert frame["started_at"].min().date() >= origin.first
    assert frame["started_at"].max().date() <= origin.last
    assert frame["station_id"].nunique() <= origin.stations
    assert frame["driver_key"].str.fullmatch("[0-9a-f]{16}").all()
    assert 0.8 * origin.drivers < frame["driver_key"].nunique() <= origin.drivers
    with duckdb.connect() as connection:
        pattern = tmp_path / "out" / "native" / "native_sessions" / "*.parquet"
        ids = connection.execute(
            "select count(*), count(distinct session_id) from read_parquet(?)", [str(pattern)]
        ).fetchall()[0]
    assert ids[0] == ids[1] == len(frame)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--from", "2026-01-01", "--to", "2025-01-01"], "before it begins"),
        (["--profile", "nowhere"], "there is no profile 'nowhere'"),
        (["--stations", "3"], "--stations does not go with --profile"),
        (["--preset", "xs"], "--preset does not go with --profile"),
    ],
)
def test_what_cannot_be_drawn_is_explained(
    tmp_path: Path, options: list[str], message: str
) -> None:
    done = _draw(tmp_path / "out", *options)
    assert done.exit_code != 0
    assert message in done.output + str(done.exception)
    assert not (tmp_path / "out").exists()


@pytest.mark.prove
def test_a_drawn_network_builds_from_landing(tmp_path: Path) -> None:
    project = Project(tmp_path)
    done = project.run("ecocharge", "generate", "--profile", "norway")
    assert done.returncode == 0, done.stderr
    project.build(native_from="landing", exclude=NO_FORECASTS)
    with project.open() as connection:
        accepted, refused = connection.execute(
            "select (select count(*) from core.fct_charging_sessions), "
            "(select count(*) from quality.fct_quarantined_sessions)"
        ).fetchall()[0]
    print(f"{done.stdout.strip()}: {accepted} accepted, {refused} refused")
    assert refused == 0
    assert accepted > 25_000
