"""`ecocharge init`: what it writes, what it leaves alone, and that it can be used."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ecocharge.cli.init import command
from ecocharge.cli.land import command as land
from ecocharge.errors import EcoChargeError
from ecocharge.landing.feeds import Feed, find_feed
from ecocharge.landing.personal import find_salt

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ECOCHARGE_HOME", str(tmp_path))
    for variable in ("SALT", "SALT_FILE", "FEEDS", "LANDING", "STATE"):
        monkeypatch.delenv(f"ECOCHARGE_{variable}", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def init(*arguments: str) -> Result:
    result = CliRunner().invoke(command, arguments)
    if result.exception is not None and not isinstance(
        result.exception, SystemExit | EcoChargeError
    ):
        raise result.exception
    return result


def files(project: Path) -> dict[str, bytes]:
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for path in project.rglob("*")
        if path.is_file()
    }


def test_it_writes_a_salt_a_feed_and_a_station_list(project: Path) -> None:
    result = init("my_network", "--adapter", "generic_csv", "--country-code", "NO")
    assert result.exit_code == 0, result.output
    assert set(files(project)) == {
        ".secrets/salt",
        "feeds/my_network.yml",
        "data/my_network/stations.csv",
    }
    assert stat.S_IMODE((project / ".secrets/salt").stat().st_mode) == 0o600  # noqa: PLR2004 - for the owner only
    assert stat.S_IMODE((project / ".secrets").stat().st_mode) == 0o700  # noqa: PLR2004 - for the owner only
    header = files(project)["data/my_network/stations.csv"].decode()
    assert header.startswith("station_id,charger_id,port_id,connector_id,station_name,")
    for step in ("check EXPORT", "land my_network EXPORT", "build --sources my_network"):
        assert f"ecocharge {step}" in result.output


def test_the_settings_are_read_back_as_given(project: Path) -> None:
    init(
        "my_network",
        *("--adapter", "generic_csv", "--time-zone", "Europe/Oslo", "--country-code", "NO"),
        *("--description", "Ville: 'une' \"autre\" #1", "--city", "Øst", "--currency", "NOK"),
    )
    path = project / "feeds" / "my_network.yml"
    assert find_feed(project / "feeds", "my_network") == Feed(
        "my_network",
        path,
        "Ville: 'une' \"autre\" #1",
        adapter="generic_csv",
        time_zone="Europe/Oslo",
        country_code="NO",
        city="Øst",
        currency="NOK",
    )
    plain = "\n".join(line.removeprefix("# ") for line in path.read_text().splitlines()[2:])
    assert "declared_lag_minutes: 15" in plain


def test_nothing_is_ever_overwritten(project: Path) -> None:
    init("my_network")
    for path in (project / "feeds/my_network.yml", project / "data/my_network/stations.csv"):
        path.write_text(path.read_text() + "\n")
    before = files(project)
    result = init("my_network", "--time-zone", "Europe/Oslo")
    assert files(project) == before
    assert result.output.count("left as it is") == len(before)
    init("another")
    assert files(project)[".secrets/salt"] == before[".secrets/salt"]


def test_two_projects_have_two_salts(project: Path) -> None:
    init()
    first = (project / ".secrets/salt").read_text()
    (project / ".secrets/salt").unlink()
    result = init()
    assert (project / ".secrets/salt").read_text() != first
    assert set(files(project)) == {".secrets/salt"}
    assert first.strip() not in result.output
    assert "ecocharge init my_network" in result.output
    assert find_salt(project, {})


def test_a_salt_that_is_set_is_the_salt(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECOCHARGE_SALT", "set and of enough characters")
    init("my_network")
    assert ".secrets/salt" not in files(project)


@pytest.mark.parametrize(
    "arguments",
    [
        ("My Network",),
        ("native",),
        ("../up",),
        ("net", "--time-zone", "Mars/Olympus"),
        ("net", "--adapter", "telepathy"),
    ],
)
def test_what_cannot_be_meant_writes_nothing(project: Path, arguments: tuple[str, ...]) -> None:
    result = init(*arguments)
    assert isinstance(result.exception, EcoChargeError)
    assert result.exception.remedy
    assert files(project) == {}


def test_what_it_writes_can_be_landed(project: Path) -> None:
    init("my_network", "--adapter", "generic_csv")
    stations = project / "data/my_network/stations.csv"
    stations.write_text(stations.read_text() + "s1,c1,p1,1,Town Hall" + "," * 14 + "\n")
    result = CliRunner().invoke(land, ["my_network", str(stations)])
    assert result.exit_code == 0, result.output
    assert "generic_csv_stations" in result.output


def test_git_does_not_see_the_salt() -> None:
    done = subprocess.run(
        ["git", "check-ignore", ".secrets/salt", "data/my_network/stations.csv"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        pytest.skip("this is not a git checkout")
    assert done.stdout.split() == [".secrets/salt", "data/my_network/stations.csv"]


def test_help_has_examples(project: Path) -> None:
    result = init("--help")
    assert (result.exit_code, "Examples:" in result.output) == (0, True)
    assert files(project) == {}
