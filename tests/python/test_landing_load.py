"""A load is there whole or not at all, once, and the manifest knows it."""

from __future__ import annotations

import hashlib
import hmac
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from ecocharge.errors import EcoChargeError
from ecocharge.landing import manifest, parquet
from ecocharge.landing.adapters import ADAPTERS
from ecocharge.landing.feeds import Feed
from ecocharge.landing.formats import Column
from ecocharge.landing.inputs import InputFile
from ecocharge.landing.load import Lander, Options, Outcome
from ecocharge.landing.manifest import Load, loads, next_arrival_seq, register_load
from ecocharge.landing.parquet import landed_path
from ecocharge.landing.personal import Salt
from ecocharge.state import open_state

SECRET = "a salt of quite enough characters"
HEADER = (
    "Charging event,User ID,CP ID,Connector,Start Date,Start Time,End Date,End Time,Total kWh,"
    "Cost,Site,Group,Model\n"
)


def row(event: int, user: str = "", site: str = "Some Street") -> str:
    return f'{event},{user},50914,1,06/09/2018,23:55,07/09/2018,07:03, 22.287 ,0,"{site}",,M\n'


class Place:
    """A landing folder and a state file, opened anew for each landing as the command does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.landing = folder / "landing"
        self.state = folder / "state" / "state.duckdb"
        self.feed = Feed("dundee", adapter="chargeplace_scotland")

    def file(self, text: str | bytes, name: str = "some.csv") -> Path:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def land(self, path: Path, salt: str = SECRET, options: Options | None = None) -> Outcome:
        with open_state(self.state) as connection:
            lander = Lander(
                connection,
                self.landing,
                self.feed,
                Salt(salt),
                options or Options(),
            )
            return lander.land(InputFile(path, path.name))

    def loads(self) -> list[Load]:
        with open_state(self.state) as connection:
            return loads(connection)

    def parquet(self, load: Load) -> Path:
        return landed_path(self.landing, load.source_system, load.entity, load.load_id)

    def rows(self, load: Load) -> list[dict[str, object]]:
        return list(pq.read_table(self.parquet(load)).to_pylist())


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_rows_are_verbatim_text_with_lineage(place: Place) -> None:
    body = HEADER + row(1, "663041") + "\n" + row(2) + "bad line\n" + row(3, site="a\nb")
    path = place.file(body)
    load = place.land(path, options=Options(exported_on=date(2018, 9, 7))).load
    sha = hashlib.sha256(body.encode()).hexdigest()
    assert load.load_id == sha[:16]
    assert (load.rows_in, load.blank_lines, load.unparsable_rows) == (4, 1, 1)
    assert (load.encoding, load.delimiter) == ("utf-8", ",")
    assert (load.columns_missing, load.columns_unknown) == ("vehicle", "")
    rows = place.rows(load)
    key = hmac.new(SECRET.encode(), b"663041", "sha256").hexdigest()[:16]
    assert [r["driver_key"] for r in rows] == [key, None, None, None]
    assert [r["source_line"] for r in rows] == [2, 4, 5, 6]
    assert [r["parse_error"] for r in rows] == [None, None, "FIELD_COUNT", None]
    assert (rows[0]["total_kwh"], rows[0]["group_name"]) == ("22.287", None)
    assert rows[3]["site"] == "a\nb"
    assert {r["exported_on"] for r in rows} == {"2018-09-07"}
    assert {(r["source_file"], r["load_id"], r["arrival_seq"]) for r in rows} == {
        ("some.csv", load.load_id, 1)
    }
    broken = rows[2]
    raw_hash = hmac.new(SECRET.encode(), b"bad line", "sha256").hexdigest()
    assert (broken["raw_bytes"], broken["raw_hash"]) == (8, raw_hash)
    declared = ADAPTERS["chargeplace_scotland"].entity("sessions").column_names
    assert {broken[name] for name in declared} == {None}
    assert tuple(rows[0])[: len(declared)] == declared


def test_the_manifest_row_says_the_same(place: Place) -> None:
    outcome = place.land(place.file(HEADER + row(1)))
    assert place.loads() == [outcome.load]
    with open_state(place.state) as connection:
        types = dict(
            connection.execute(
                "select column_name, data_type from information_schema.columns "
                "where table_schema = 'landing' and table_name = 'manifest'"
            ).fetchall()
        )
    assert (types["rows_in"], types["exported_on"]) == ("BIGINT", "DATE")
    assert types["landed_at_utc"] == "TIMESTAMP"


def test_the_same_content_is_one_load(place: Place) -> None:
    first = place.land(place.file(HEADER + row(1)))
    again = place.land(place.file(HEADER + row(1), "renamed.csv"))
    assert (first.is_new, again.is_new) == (True, False)
    assert place.loads() == [first.load] == [again.load]
    other = place.land(place.file(HEADER + row(2)))
    assert (other.load.arrival_seq, len(place.loads())) == (2, 2)


def test_a_lost_parquet_is_landed_again_under_its_number(place: Place) -> None:
    first = place.land(place.file(HEADER + row(1))).load
    place.land(place.file(HEADER + row(2)))
    place.parquet(first).unlink()
    again = place.land(place.file(HEADER + row(1)))
    assert (again.is_new, again.load.arrival_seq) == (True, 1)
    assert len(place.rows(first)) == 1
    assert [load.arrival_seq for load in place.loads()] == [1, 2]


def test_a_column_declared_later_is_landed_from_the_same_file(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = place.file(HEADER.replace("\n", ",Phase\n") + row(1).replace("\n", ",L1\n"))
    assert place.land(path).load.columns_unknown == "Phase"
    adapter = ADAPTERS["chargeplace_scotland"]
    sessions = adapter.entity("sessions")
    richer = replace(sessions, columns=(*sessions.columns, Column("phase")))
    later = {adapter.name: replace(adapter, entities=(richer,))}
    monkeypatch.setattr("ecocharge.landing.adapters.ADAPTERS", later)
    again = place.land(path)
    assert (again.is_new, again.load.columns_unknown, again.load.arrival_seq) == (True, "", 1)
    assert [r["phase"] for r in place.rows(again.load)] == ["L1"]
    assert (place.land(path).is_new, len(place.loads())) == (False, 1)


def test_another_export_date_does_not_make_another_load(place: Place) -> None:
    path = place.file(HEADER + row(1))
    place.land(path, options=Options(exported_on=date(2018, 9, 7)))
    same = place.land(path, options=Options(exported_on=date(2018, 9, 7)))
    assert same.ignored_export_date is None
    other = place.land(path, options=Options(exported_on=date(2018, 9, 8)))
    assert other.ignored_export_date == date(2018, 9, 8)
    assert [load.exported_on for load in place.loads()] == [date(2018, 9, 7)]
    place.parquet(other.load).unlink()
    place.land(path, options=Options(exported_on=date(2018, 9, 8)))
    assert [load.exported_on for load in place.loads()] == [date(2018, 9, 8)]


def test_a_damaged_parquet_is_landed_again(place: Place) -> None:
    first = place.land(place.file(HEADER + row(1))).load
    place.parquet(first).write_bytes(b"PAR1 not any more")
    assert place.land(place.file(HEADER + row(1))).is_new
    assert len(place.rows(first)) == 1


def test_a_lost_manifest_is_rebuilt_from_the_landed_files(place: Place) -> None:
    made = [place.land(place.file(HEADER + row(i))).load for i in range(3)]
    place.state.unlink()
    assert not place.land(place.file(HEADER + row(1))).is_new
    assert place.loads() == made


class _KilledError(BaseException):
    """Stands for the process ending."""


@pytest.fixture
def kill(monkeypatch: pytest.MonkeyPatch) -> Callable[[object, str], None]:
    def at(target: object, name: str) -> None:
        def die(*_: object) -> None:
            raise _KilledError

        monkeypatch.setattr(target, name, die)

    return at


def test_a_kill_between_parquet_and_manifest_heals(
    place: Place, kill: Callable[[object, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = place.file(HEADER + row(1))
    kill(manifest, "register_load")
    with pytest.raises(_KilledError):
        place.land(path)
    monkeypatch.undo()
    assert len(list(place.landing.glob("*/*/*.parquet"))) == 1
    assert place.loads() == []
    other = place.land(place.file(HEADER + row(2), "other.csv"))
    assert [load.arrival_seq for load in place.loads()] == [1, 2]
    assert other.load.arrival_seq == len(place.loads())
    assert not place.land(path).is_new


@pytest.mark.parametrize("name", ["write", "commit"])
def test_a_kill_before_the_name_leaves_nothing(
    place: Place, kill: Callable[[object, str], None], name: str
) -> None:
    kill(parquet.LandedFile, name)
    with pytest.raises(_KilledError):
        place.land(place.file(HEADER + row(1)))
    assert [p for p in place.landing.rglob("*") if p.is_file()] == []
    assert place.loads() == []


def test_a_real_kill_leaves_only_a_hidden_file_that_goes_next_time(place: Place) -> None:
    path = place.file(HEADER + row(1))
    script = f"""
import os, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from ecocharge.landing import parquet
from test_landing_load import Place
parquet.LandedFile.commit = lambda self, load: os._exit(9)
place = Place(__import__("pathlib").Path({str(place.folder)!r}))
place.land(place.folder / {path.name!r})
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9  # noqa: PLR2004 - the code just above
    left = [p.name for p in place.landing.rglob("*") if p.is_file()]
    assert len(left) == 1
    assert left[0].startswith(".")
    place.land(place.file(HEADER + row(2), "other.csv"))
    assert list(place.landing.rglob(".*")) == []


def test_a_full_disk_is_an_error_that_leaves_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parquet.os, "fsync", full)
    monkeypatch.setattr(parquet, "_make_folder", lambda folder: folder.mkdir(parents=True))
    with pytest.raises(EcoChargeError, match="No space left"):
        place.land(place.file(HEADER + row(1)))
    assert [p for p in place.landing.rglob("*") if p.is_file()] == []


def test_personal_values_are_nowhere(place: Place) -> None:
    users = [f"card{i:06d}" for i in range(300)]
    body = HEADER.replace("Model", "Model,Card Holder") + "".join(
        row(i, user).replace(",M\n", f",M,holder{user}\n") for i, user in enumerate(users)
    )
    body += f"torn {users[0]}\n"
    load = place.land(place.file(body)).load
    assert load.columns_unknown == "Card Holder"
    assert len({r["driver_key"] for r in place.rows(load)}) == len(users) + 1
    values = {str(value) for r in place.rows(load) for value in r.values()}
    assert not any("card" in value or "holder" in value for value in values)
    for path in [place.parquet(load), *place.state.parent.iterdir()]:
        stored = path.read_bytes()
        assert not [user for user in users if user.encode() in stored]
        assert SECRET.encode() not in stored


def test_another_salt_is_refused_while_loads_of_the_first_are_there(place: Place) -> None:
    first = place.land(place.file(HEADER + row(1, "663041"))).load
    expected = hmac.new(SECRET.encode(), b"ecocharge-salt-check", "sha256").hexdigest()[:8]
    assert first.salt_fingerprint == expected
    with pytest.raises(EcoChargeError, match=expected):
        place.land(place.file(HEADER + row(2, "663041")), salt="another salt, long enough")
    place.parquet(first).unlink()
    assert place.land(place.file(HEADER + row(2)), salt="another salt, long enough").is_new


def test_values_in_unnamed_columns_are_reported(place: Place) -> None:
    body = HEADER.replace("\n", ",,\n") + row(1).replace("\n", ",,\n")
    assert place.land(place.file(body)).load.columns_unknown == ""
    body += row(2).replace("\n", ",,x\n")
    assert place.land(place.file(body)).load.columns_unknown == "unnamed column 15"


def test_the_original_is_kept_for_its_owner_only(place: Place) -> None:
    path = place.file(HEADER + row(1))
    options = Options(originals=place.folder / "originals")
    load = place.land(path, options=options).load
    place.land(path, options=options)
    (kept,) = (place.folder / "originals" / "dundee").iterdir()
    assert kept.name == f"some.{load.load_id}.csv"
    assert kept.read_bytes() == path.read_bytes()
    assert oct(kept.stat().st_mode)[-3:] == "600"


def test_a_file_with_only_a_header_lands_empty(place: Place) -> None:
    load = place.land(place.file(HEADER)).load
    assert (load.rows_in, place.rows(load)) == (0, [])


def test_batches_do_not_show_in_the_rows(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    body = HEADER + "".join(row(i, f"user{i}") if i % 7 else "torn\n" for i in range(100))
    whole = place.rows(place.land(place.file(body)).load)
    monkeypatch.setattr("ecocharge.landing.rows._BATCH_ROWS", 9)
    parts = Place(place.folder / "parts")
    parts.folder.mkdir()
    load = parts.land(parts.file(body)).load
    assert parts.rows(load) == whole
    assert [r["source_line"] for r in whole] == list(range(2, 102))


def test_others_can_register_their_own_files(place: Place) -> None:
    with open_state(place.state) as connection:
        made = Load(
            source_system="native",
            entity="sessions",
            source_file="native/sessions/part-00000.parquet",
            load_id="part-0",
            sha256="0" * 64,
            size_bytes=1,
            rows_in=10,
            blank_lines=0,
            unparsable_rows=0,
            arrival_seq=next_arrival_seq(connection),
        )
        register_load(connection, made)
        register_load(connection, made)
        (kept,) = loads(connection)
    assert (kept.load_id, kept.rows_in, kept.arrival_seq) == ("part-0", 10, 1)
    assert kept.landed_at_utc is not None


def test_a_state_file_in_use_is_a_clear_error(place: Place) -> None:
    place.land(place.file(HEADER + row(1)))
    script = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); "
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(place.state)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(EcoChargeError, match="in use by another process"):
            place.loads()
        holder.communicate()
    assert len(place.loads()) == 1


def test_a_damaged_state_file_is_a_clear_error(place: Place) -> None:
    place.state.parent.mkdir()
    place.state.write_bytes(b"not a database" * 1000)
    with pytest.raises(EcoChargeError, match="cannot be opened"):
        place.loads()


@pytest.fixture
def many(place: Place) -> Iterator[Path]:
    path = place.folder / "many.csv"
    with path.open("w") as file:
        file.write(HEADER)
        for part in range(30):
            file.writelines(
                row(part * 10_000 + i, str(i % 500), "A, B" if i % 2 else "C")
                for i in range(10_000)
            )
    yield path
    path.unlink()


def test_a_large_file_lands_in_bounded_memory_and_time(place: Place, many: Path) -> None:
    limit_seconds, limit_mib, expected = 30.0, 400, 300_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    load = place.land(many).load
    assert time.process_time() - began < limit_seconds
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < limit_mib
    assert load.rows_in == expected
    counted = (
        duckdb.connect()
        .execute(
            f"select count(*), count(distinct driver_key), max(source_line) "
            f"from '{place.parquet(load)}'"
        )
        .fetchall()
    )
    assert counted == [(expected, 500, expected + 1)]
