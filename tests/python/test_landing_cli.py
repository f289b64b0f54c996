"""`ecocharge land` from the outside: what lands, what is said, and the exit code."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ecocharge.cli.land import command
from ecocharge.errors import EcoChargeError
from ecocharge.landing.inputs import collect
from ecocharge.landing.manifest import Load, loads
from ecocharge.state import open_state

HEADER = "Station Name,Transaction Date,Transaction Start Time,Charging Time (minutes),Energy (kWh)"
GOOD = HEADER + "\nA,01/01/2018,5:49 PM,123,6.504\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    monkeypatch.setenv("ECOCHARGE_HOME", str(root))
    for variable in ("FEEDS", "LANDING", "STATE"):
        monkeypatch.delenv(f"ECOCHARGE_{variable}", raising=False)
    monkeypatch.setenv("ECOCHARGE_SALT", "a salt of quite enough characters")
    monkeypatch.chdir(tmp_path)
    return root


def land(*arguments: str) -> Result:
    result = CliRunner().invoke(command, arguments)
    if result.exception is not None and not isinstance(
        result.exception, SystemExit | EcoChargeError
    ):
        raise result.exception
    return result


def known(project: Path) -> list[Load]:
    with open_state(project / "state" / "ecocharge_state.duckdb") as connection:
        return loads(connection)


def test_a_file_lands_and_lands_once(project: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(GOOD)
    first = land("boulder", "a.csv")
    assert (first.exit_code, "already" in first.output) == (0, False)
    for shown in ("a.csv", "sessions", "utf-8", "station_address"):
        assert shown in first.stdout
    again = land("boulder", "a.csv", "--exported-on", "2018-02-01")
    assert (again.exit_code, "already landed" in again.stdout) == (0, True)
    assert "landed before with export date unknown, which stays" in again.stdout
    assert [(load.source_file, load.rows_in) for load in known(project)] == [("a.csv", 1)]


def test_a_folder_lands_sorted_and_a_bad_file_does_not_stop_the_others(
    project: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in {
        "c.csv": GOOD + "B,,,,\n",
        "B.CSV": GOOD + "C,,,,\n",
        "a.csv": GOOD,
        "empty.csv": "",
        "headless.csv": "A,01/01/2018,5:49 PM,123,6.504\n",
        "short.csv": GOOD.replace(",Energy (kWh)", ""),
        "notes.txt": "not asked for",
        ".hidden.csv": "",
    }.items():
        (folder / name).write_text(text)
    result = land(
        "boulder", str(folder), "missing.csv", "none/*.csv", "--exported-on", "2018-02-01"
    )
    assert result.exit_code == 1
    assert [load.source_file for load in known(project)] == ["B.CSV", "a.csv", "c.csv"]
    assert {str(load.exported_on) for load in known(project)} == {"2018-02-01"}
    for message in (
        "missing.csv: there is no such file",
        "no file matches none/*.csv",
        "empty.csv: the file is empty",
        "headless.csv:1: the header was not recognised",
        "short.csv:1: required columns of chargepoint_csv_sessions are missing: energy_kwh",
    ):
        assert message in result.stderr
    problems = 5
    assert result.stderr.count("error: ") == result.stderr.count("what to do: ") == problems


def test_an_unknown_column_is_named_and_not_landed(project: Path, tmp_path: Path) -> None:
    body = HEADER + ",Driver Phone\nA,01/01/2018,5:49 PM,123,6.504,555-0100\n"
    (tmp_path / "a.csv").write_text(body)
    result = land("boulder", "a.csv")
    assert "unknown columns, not landed: Driver Phone; to land one" in result.stdout
    assert [load.columns_unknown for load in known(project)] == ["Driver Phone"]
    (landed,) = (project / "data" / "landing" / "boulder" / "chargepoint_csv_sessions").iterdir()
    assert b"555-0100" not in landed.read_bytes()


def test_unreadable_lines_are_named_by_reason(project: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(GOOD.encode() + b"x\n\0\ny\n")
    result = land("boulder", "a.csv")
    assert result.exit_code == 0
    assert "FIELD_COUNT 2 (first at line 3), NUL_BYTE 1 (first at line 4)" in result.stdout
    assert known(project)[0].unparsable_rows == len(["x", "nul", "y"])


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("No Where", "a.csv"), "cannot name a feed"),
        (("native", "a.csv"), "not landed from files"),
        (("boulder", "a.csv", "--adapter", "nothing"), "unknown adapter 'nothing'"),
        (("boulder", "a.csv", "--entity", "zones"), "has no entity 'zones'"),
    ],
)
def test_what_no_file_can_mend_stops_at_once(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    (tmp_path / "a.csv").write_text(GOOD)
    result = land(*arguments)
    assert isinstance(result.exception, EcoChargeError)
    assert message in str(result.exception)
    assert result.exception.remedy


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("arguments", [("boulder",), ("boulder", "a.csv", "--exported-on", "1/2")])
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    usage = 2
    assert land(*arguments).exit_code == usage


def test_the_salt_comes_from_the_environment(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "d.csv").write_text(
        "Charging event,User ID,CP ID,Start Date,Start Time,End Date,End Time,Total kWh\n"
        "1,663041,50914,06/09/2018,23:55,07/09/2018,07:03,22.287\n"
    )
    monkeypatch.delenv("ECOCHARGE_SALT")
    refused = land("dundee", "d.csv")
    assert isinstance(refused.exception, EcoChargeError)
    assert "no salt" in str(refused.exception)
    monkeypatch.setenv("ECOCHARGE_SALT", "a salt of quite enough characters")
    landed = land("dundee", "d.csv", "--keep")
    assert landed.exit_code == 0
    assert "quite enough" not in landed.output
    assert known(project)[0].salt_fingerprint
    assert len(list((project / "data" / "originals" / "dundee").iterdir())) == 1


@pytest.mark.usefixtures("project")
def test_help_has_examples() -> None:
    result = land("--help")
    assert (result.exit_code, "Examples:" in result.output) == (0, True)


def test_names_say_nothing_about_the_machine(tmp_path: Path) -> None:
    for name in ("in/x/a.csv", "in/y/b.csv", "in/odd[1].csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(GOOD)
    given = [f"{tmp_path}/in/**/*.csv", f"{tmp_path}/in/x", f"{tmp_path}/in/odd[1].csv"]
    found = collect(given)
    assert found.errors == []
    assert [item.source_file for item in found.files] == ["odd[1].csv", "x/a.csv", "y/b.csv"]
    (error,) = collect([f"{tmp_path}/in/**x/*.csv"]).errors
    assert "pattern" in error.message
