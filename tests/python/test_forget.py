"""`ecocharge forget`: one driver out of everything kept, everybody else left alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from ecocharge.cli.forget import command
from ecocharge.cli.land import command as land_command
from ecocharge.errors import EcoChargeError
from ecocharge.landing import forget as forgetting
from ecocharge.landing.forgotten import Forgotten, key_hash
from ecocharge.landing.manifest import Load, loads
from ecocharge.landing.parquet import landed_parquet
from ecocharge.landing.personal import Salt
from ecocharge.landing.schema import landed_schema
from ecocharge.state import open_state

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a salt of quite enough characters"
SALT = Salt(SECRET)
HEADER = "Charging event,User ID,CP ID,Start Date,Start Time,End Date,End Time,Total kWh\n"
ANNA, BERT = "663041", "04:A2:B1:9C"


def sessions(first: int, *drivers: str) -> str:
    return HEADER + "".join(
        f"{number},{driver},50914,06/09/2018,23:55,07/09/2018,07:03,22.287\n"
        for number, driver in enumerate(drivers, start=first)
    )


class House:
    """A project with landed files of two feeds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.landing = folder / "landing"

    def run(self, *arguments: str, given: str | None = None) -> Result:
        result = CliRunner().invoke(command, arguments, input=given)
        if result.exception is not None and not isinstance(
            result.exception, SystemExit | EcoChargeError
        ):
            raise result.exception
        return result

    def land(self, source: str, name: str, text: str) -> Result:
        (self.folder / name).write_text(text)
        result = CliRunner().invoke(land_command, [source, name])
        assert result.exit_code == 0, result.output
        return result

    def rows(self, source: str = "*") -> list[dict[str, object]]:
        paths = sorted(self.landing.glob(f"{source}/*/*.parquet"))
        return [row for path in paths for row in pq.read_table(path).to_pylist()]

    def drivers(self, source: str = "*") -> list[object]:
        return sorted((str(row["driver_key"]) for row in self.rows(source)), reverse=True)

    def loads(self) -> list[Load]:
        with open_state(self.folder / "state.duckdb") as connection:
            return loads(connection)

    def holding(self, text: str) -> list[Path]:
        return [
            path
            for path in self.folder.rglob("*")
            if path.is_file() and text.encode() in path.read_bytes()
        ]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    for variable, value in {
        "HOME": str(tmp_path),
        "FEEDS": str(ROOT / "feeds"),
        "LANDING": "landing",
        "STATE": "state.duckdb",
        "PUBLISHED": "published",
        "SALT": SECRET,
    }.items():
        monkeypatch.setenv(f"ECOCHARGE_{variable}", value)
    monkeypatch.delenv("ECOCHARGE_SALT_FILE", raising=False)
    monkeypatch.chdir(tmp_path)
    made = House(tmp_path)
    made.land("dundee", "a.csv", sessions(1, ANNA, BERT, ANNA, ""))
    made.land("dundee", "b.csv", sessions(11, BERT))
    made.land("other", "c.csv", sessions(21, ANNA))
    for name in ("a.csv", "b.csv", "c.csv"):
        (tmp_path / name).unlink()
    return made


def test_the_driver_goes_and_the_sessions_stay(house: House) -> None:
    before = {row["charging_event"]: row for row in house.rows()}
    untouched = house.loads()
    result = house.run(ANNA)
    assert result.exit_code == 0, result.output
    assert "landed files: 2 of 3 held the key, in 3 values" in result.output
    after = {row["charging_event"]: row for row in house.rows()}
    for number, row in after.items():
        expected = before[number] | ({"driver_key": None} if number in ("1", "3", "21") else {})
        assert row == expected
    assert house.drivers() == ["None"] * 4 + [SALT.key(BERT)] * 2
    assert house.loads() == untouched
    assert house.holding(SALT.key(ANNA)) == []
    assert (ANNA in result.output, SALT.key(ANNA) in result.output) == (False, False)


def test_landing_again_neither_repeats_nor_brings_back(house: House) -> None:
    house.run(ANNA)
    assert (
        "already landed" in house.land("dundee", "a.csv", sessions(1, ANNA, BERT, ANNA, "")).output
    )
    house.land("dundee", "d.csv", sessions(31, ANNA, BERT))
    house.land("third", "e.csv", sessions(41, ANNA))
    assert SALT.key(ANNA) not in house.drivers()
    for path in landed_parquet(house.landing):
        path.unlink()
    house.land("dundee", "a.csv", sessions(1, ANNA, BERT, ANNA, ""))
    assert house.drivers() == ["None"] * 3 + [SALT.key(BERT)]


def test_a_second_time_does_no_harm(house: House) -> None:
    house.run(ANNA)
    before = {path: path.read_bytes() for path in landed_parquet(house.landing)}
    result = house.run(ANNA)
    assert (result.exit_code, "0 of 3 held the key" in result.output) == (0, True)
    assert {path: path.read_bytes() for path in landed_parquet(house.landing)} == before
    with open_state(house.folder / "state.duckdb") as connection:
        (kept,) = connection.execute("select key_hash from landing.forgotten").fetchall()
    assert kept == (key_hash(SALT.key(ANNA)),)


def test_one_feed_only(house: House) -> None:
    assert "1 of 2 held the key" in house.run(ANNA, "--source", "dundee").output
    assert SALT.key(ANNA) not in house.drivers("dundee")
    house.land("other", "f.csv", sessions(51, ANNA))
    assert house.drivers("other") == [SALT.key(ANNA)] * 2
    house.land("dundee", "g.csv", sessions(61, ANNA))
    assert SALT.key(ANNA) not in house.drivers("dundee")


@pytest.mark.parametrize(
    ("arguments", "given"),
    [((SALT.key(ANNA), "--key"), None), (("-",), f"{ANNA}\n"), ((f" {ANNA} ",), None)],
)
def test_other_ways_to_name_a_driver(
    house: House, arguments: tuple[str, ...], given: str | None
) -> None:
    assert "2 of 3 held the key" in house.run(*arguments, given=given).output


@pytest.mark.parametrize("arguments", [("663041", "--key"), ("",), ("  ",)])
def test_what_cannot_be_a_driver_changes_nothing(house: House, arguments: tuple[str, ...]) -> None:
    before = house.rows()
    result = house.run(*arguments)
    assert isinstance(result.exception, EcoChargeError)
    assert result.exception.remedy
    assert house.rows() == before


def test_a_driver_nobody_knows_is_said_to_be_so(house: House) -> None:
    result = house.run("nobody")
    assert (result.exit_code, "check the spelling" in result.output) == (0, True)


def test_another_salt_is_said_to_find_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECOCHARGE_SALT", "another salt, quite long enough")
    result = house.run(ANNA)
    assert "not searched: dundee, other, landed under another salt" in result.output


def test_the_key_goes_from_inside_json_too() -> None:
    anna, bert = SALT.key(ANNA), SALT.key(BERT)
    forgotten = Forgotten([key_hash(anna)])
    texts = [
        json.dumps({"idTag": anna, "parent": bert}),
        json.dumps([{"token": {"uid": bert}}, {"token": {"uid": anna}}]),
        f"{anna} plugged in",
        f"{anna}0 is another",
        anna,
        bert,
        None,
        "",
    ]
    cleaned, changed = forgotten.without_keys(pa.array(texts))
    assert cleaned.to_pylist() == [
        json.dumps({"idTag": None, "parent": bert}),
        json.dumps([{"token": {"uid": bert}}, {"token": {"uid": None}}]),
        " plugged in",
        f"{anna}0 is another",
        None,
        bert,
        None,
        "",
    ]
    assert changed == len([0, 1, 2, 4])


def test_the_generator_s_own_files_are_searched(house: House) -> None:
    path = house.landing / "native" / "sessions" / "part-00000.parquet"
    path.parent.mkdir(parents=True)
    schema = landed_schema(["native_session_id", "driver_key"])
    rows = [dict.fromkeys(schema.names) | {"driver_key": SALT.key(ANNA), "source_line": 2}]
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    house.run(ANNA)
    assert pq.read_table(path).to_pylist() == [rows[0] | {"driver_key": None}]


def test_tables_of_the_state_are_searched(house: House) -> None:
    anna = SALT.key(ANNA)
    with open_state(house.folder / "state.duckdb") as connection:
        connection.execute(
            "create schema extra; create table extra.log (who text, what text not null)"
        )
        connection.execute("insert into extra.log values (?, ?), ('x', 'y')", [anna, f"by {anna}"])
    assert "the key is out of 2 values" in house.run(ANNA).output
    with open_state(house.folder / "state.duckdb") as connection:
        found = connection.execute("select * from extra.log order by what").fetchall()
    assert found == [(None, "by "), ("x", "y")]


def generation(house: House, number: int, key: str) -> str:
    name = f"20261122T12000000000{number}Z-0123abcd"
    folder = house.folder / "generations" / name / "parquet"
    table = pa.table({"session_id": ["1"], "driver_key": [key], "energy_kwh": [1]})
    month = folder / "fct_charging_sessions.parquet" / "month=2026-11"
    month.mkdir(parents=True)
    pq.write_table(table, month / "data.parquet")
    return name


def test_published_generations_are_told_and_removed_when_asked(house: House) -> None:
    old, without, live = (
        generation(house, number, key)
        for number, key in enumerate([SALT.key(ANNA), SALT.key(BERT), SALT.key(ANNA)])
    )
    (house.folder / "published").symlink_to(Path("generations") / live)
    told = house.run(ANNA).output
    assert f"still hold it: {old}, {live}; once a new one is published" in told
    assert "next: `ecocharge build`, then `ecocharge publish`" in told
    removed = house.run(ANNA, "--published").output
    assert f"published generations removed: {old}\n" in removed
    left = {path.name for path in (house.folder / "generations").iterdir()} - {".lock"}
    assert left == {without, live}


def test_originals_that_were_kept_are_pointed_out(house: House) -> None:
    (house.folder / "originals" / "dundee").mkdir(parents=True)
    assert "originals that --keep copied" in house.run(ANNA).output


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_a_kill_leaves_each_file_old_or_new(house: House, moment: str) -> None:
    script = f"""
import os
from pathlib import Path
from ecocharge.cli.forget import command
calls = []
def die(*arguments, **_):
    calls.append(arguments)
    os._exit(9)
if {moment!r} == "fsync":
    os.fsync = die
else:
    Path.replace = die
command([{ANNA!r}])
"""
    before = house.rows()
    done = subprocess.run([sys.executable, "-c", script], env=dict(os.environ), check=False)
    assert done.returncode == 9  # noqa: PLR2004 - the code just above
    assert house.rows() == before
    house.land("dundee", "d.csv", sessions(31, ANNA))
    assert house.drivers().count(SALT.key(ANNA)) == len(["1", "3", "21"])
    assert "2 of 4 held the key" in house.run(ANNA).output
    assert house.holding(SALT.key(ANNA)) == []
    assert list(house.landing.rglob(".*")) == []


def test_a_damaged_file_is_named(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    path = landed_parquet(house.landing)[0]
    path.write_bytes(b"PAR1 not any more")
    result = house.run(ANNA)
    assert isinstance(result.exception, EcoChargeError)
    assert str(result.exception.file) == str(path)
    path.unlink()
    monkeypatch.setattr(forgetting, "sync_folder", _full)
    failed = house.run(ANNA)
    assert isinstance(failed.exception, EcoChargeError)
    assert "No space left" in failed.exception.message


def _full(_: Path) -> None:
    raise OSError(28, "No space left on device")


def test_help_has_examples(house: House) -> None:
    result = house.run("--help")
    assert (result.exit_code, "Examples:" in result.output) == (0, True)
    assert house.drivers().count(SALT.key(ANNA)) == len(["1", "3", "21"])
