"""Landing as operators deliver: archives, folders, changed columns; and what is said of it."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from ecocharge.cli.land import command
from ecocharge.errors import EcoChargeError
from ecocharge.landing.manifest import Load, loads
from ecocharge.state import open_state

ROOT = Path(__file__).resolve().parents[2]
HEADER = "Station Name,Transaction Date,Transaction Start Time,Charging Time (minutes),Energy (kWh)"


def body(number: int, header: str = HEADER) -> bytes:
    return f"{header}\nSTATION {number},01/01/2018,5:49 PM,123,6.504\n".encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


class Operator:
    """Somebody with a folder of deliveries and the command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, content: bytes) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return name

    def land(self, *arguments: str, source: str = "boulder") -> Result:
        result = CliRunner().invoke(command, [source, *arguments])
        if result.exception is not None and not isinstance(
            result.exception, SystemExit | EcoChargeError
        ):
            raise result.exception
        return result

    def loads(self) -> list[Load]:
        with open_state(self.folder / "state.duckdb") as connection:
            return loads(connection)

    def landed(self) -> list[Path]:
        return sorted((self.folder / "landing").rglob("*.parquet"))

    def leftovers(self) -> list[Path]:
        return [
            path
            for path in self.folder.rglob("*")
            if ".landing.unpacked" in path.parts and path.is_file()
        ]


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operator:
    for variable, value in {
        "HOME": str(tmp_path),
        "FEEDS": str(ROOT / "feeds"),
        "LANDING": "landing",
        "STATE": "state.duckdb",
        "SALT": "a salt of quite enough characters",
    }.items():
        monkeypatch.setenv(f"ECOCHARGE_{variable}", value)
    monkeypatch.delenv("ECOCHARGE_SALT_FILE", raising=False)
    monkeypatch.chdir(tmp_path)
    return Operator(tmp_path)


def test_an_archive_lands_under_the_names_of_its_members(operator: Operator) -> None:
    operator.write("in.zip", zipped({"2018/a.csv": body(1), "b.csv": body(2), "notes.txt": b"x"}))
    result = operator.land("in.zip")
    assert result.exit_code == 0, result.output
    assert [load.source_file for load in operator.loads()] == ["in.zip/2018/a.csv", "in.zip/b.csv"]
    assert "passed over, no data by their names: in.zip/notes.txt (no data by its name)" in (
        result.output
    )
    rows = [row for path in operator.landed() for row in pq.read_table(path).to_pylist()]
    assert sorted((row["source_file"], row["source_line"]) for row in rows) == [
        ("in.zip/2018/a.csv", 2),
        ("in.zip/b.csv", 2),
    ]
    assert operator.leftovers() == []


def test_the_same_content_is_one_load_however_packed(operator: Operator) -> None:
    operator.land(operator.write("a.csv", body(1)))
    operator.write(
        "in.zip", zipped({"other name.csv": body(1), "inner.zip": zipped({"c.csv": body(1)})})
    )
    for packed in ("in.zip", operator.write("a.csv.gz", gzip.compress(body(1)))):
        result = operator.land(packed)
        assert (result.exit_code, "already landed" in result.output) == (0, True)
    (load,) = operator.loads()
    assert (load.source_file, len(operator.landed())) == ("a.csv", 1)


def test_a_bad_member_does_not_stop_the_others_and_is_named(operator: Operator) -> None:
    operator.write("in.zip", zipped({"empty.csv": b"", "a.csv": body(1), "odd.csv": b"x,y\n1,2\n"}))
    result = operator.land("in.zip")
    assert result.exit_code == 1
    assert [load.source_file for load in operator.loads()] == ["in.zip/a.csv"]
    assert "in.zip/empty.csv: the file is empty" in result.stderr
    assert "in.zip/odd.csv:1: the header was not recognised" in result.stderr
    assert "unpacked" not in result.output


def test_a_bad_archive_does_not_stop_the_other_files(operator: Operator) -> None:
    operator.write("in/a.csv", body(1))
    operator.write("in/b.zip", zipped({"b.csv": body(2)})[:60])
    operator.write("in/c.zip", zipped({"readme.md": b"nothing"}))
    operator.write("in/d.zip", zipped({"../d.csv": body(3)}))
    result = operator.land("in")
    assert result.exit_code == 1
    assert [load.source_file for load in operator.loads()] == ["a.csv"]
    for message in ("b.zip: the archive is damaged", "c.zip: the archive holds no data file"):
        assert message in result.stderr
    assert "d.zip: the name of a member leads outside: ../d.csv" in result.stderr
    assert result.stderr.count("what to do: ") == len(["b", "c", "d"])
    assert operator.leftovers() == []


def test_how_much_an_archive_may_hold_is_the_user_s_choice(operator: Operator) -> None:
    operator.write("in.zip", zipped({"a.csv": body(1) + b"x" * 2000}))
    refused = operator.land("in.zip", "--max-unpacked", "0.000001")
    assert "it holds more than 1,000 bytes" in refused.stderr
    assert "--max-unpacked" in refused.stderr
    assert operator.land("in.zip").exit_code == 0


def test_what_a_kill_left_unpacked_is_removed(operator: Operator) -> None:
    operator.write(".landing.unpacked/tmp1/000001.csv", body(1))
    operator.land(operator.write("a.csv", body(1)))
    assert operator.leftovers() == []


def test_originals_of_an_archive_are_kept_under_their_own_names(operator: Operator) -> None:
    operator.write("in.zip", zipped({"deep/a.csv": body(1)}))
    operator.land("in.zip", "--keep")
    (load,) = operator.loads()
    (kept,) = (operator.folder / "originals" / "boulder").iterdir()
    assert (kept.name, kept.read_bytes()) == (f"a.{load.load_id}.csv", body(1))


def test_folders_below_a_folder(operator: Operator) -> None:
    operator.write("in/a.csv", body(1))
    operator.write("in/2018/b.csv", body(2))
    operator.write("in/stats.json", b"{}")
    result = operator.land("in", "--recursive")
    assert (
        result.exit_code,
        "passed over, no data by their names: stats.json" in result.output,
    ) == (
        0,
        True,
    )
    assert [load.source_file for load in operator.loads()] == ["2018/b.csv", "a.csv"]


def test_changed_columns_are_reported_and_remembered(operator: Operator) -> None:
    operator.land(operator.write("a.csv", body(1, HEADER + ",Port Type")))
    later = HEADER.replace("Station Name,Transaction Date", "Transaction Date,Station Name")
    result = operator.land(operator.write("b.csv", body(2, later + ",Ports,Phase")))
    assert "b.csv: columns in another order than in a.csv" in result.output
    assert "columns new since a.csv: Ports, Phase" in result.output
    assert "columns missing since a.csv: Port Type" in result.output
    first, second = operator.loads()
    assert first.drift == ""
    assert second.drift == "new: Ports, Phase; missing: Port Type; reordered"
    assert json.loads(second.header)[:2] == ["Transaction Date", "Station Name"]


def test_a_header_is_compared_with_the_load_before_it(operator: Operator) -> None:
    for number, header in enumerate([HEADER, HEADER + ",Phase", HEADER + ",Phase"]):
        operator.land(operator.write(f"{number}.csv", body(number, header)))
    assert [load.drift for load in operator.loads()] == ["", "new: Phase", ""]


def test_drift_survives_the_loss_of_the_manifest(operator: Operator) -> None:
    for number, header in enumerate([HEADER, HEADER + ",Phase"]):
        operator.land(operator.write(f"{number}.csv", body(number, header)))
    before = operator.loads()
    (operator.folder / "state.duckdb").unlink()
    operator.land("0.csv")
    assert operator.loads() == before


def test_a_shapefile_s_names_are_recognised(operator: Operator) -> None:
    cut = "Station_Na,Transactio,Transact_1,Charging_T,Energy__kW"
    assert operator.land(operator.write("a.csv", body(1, cut))).exit_code == 1
    cut = cut.replace("Transactio", "trans_date").replace("Transact_1", "trans_time")
    assert "required columns" in operator.land(operator.write("a.csv", body(1, cut))).stderr
    charge_points = b"Latitude,Longitude,Location,CP_ID,Address,locationSh,Times\n1,2,L,3,A,S,T\n"
    result = operator.land(operator.write("c.csv", charge_points), source="dundee")
    assert result.exit_code == 0, result.output
    assert "recognised: locationSh for location_short_description" in result.output


def test_without_a_salt_nothing_lands(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ECOCHARGE_SALT")
    result = operator.land(operator.write("a.csv", body(1)))
    assert isinstance(result.exception, EcoChargeError)
    assert "there is no salt" in result.exception.message
    assert "--demo-salt" in (result.exception.remedy or "")
    assert (operator.landed(), operator.leftovers()) == ([], [])


def test_the_demo_salt_says_what_it_is(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ECOCHARGE_SALT")
    result = operator.land(operator.write("a.csv", body(1)), "--demo-salt")
    assert (result.exit_code, "the demo salt is public" in result.output) == (0, True)
    monkeypatch.setenv("ECOCHARGE_SALT", "a salt of quite enough characters")
    mixed = operator.land(operator.write("b.csv", body(2)))
    assert isinstance(mixed.exception, EcoChargeError)
    assert "another salt" in mixed.exception.message
