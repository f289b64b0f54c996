"""A thousand planted ids go in by every format; none is found in anything the project writes."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from every_format import FORMATS, MARKS, Person
from project import SALT, Project

from ecocharge.landing.personal import Salt

PEOPLE_PER_FORMAT = 30
PLANTED = 1_000
SEEN_ON_PURPOSE = "Hamilton Ave"


def people(place: int) -> list[Person]:
    return [Person(place * 100 + number) for number in range(1, PEOPLE_PER_FORMAT + 1)]


def marks_in(content: bytes) -> list[str]:
    lowered = content.lower()
    return [mark for mark in MARKS if mark.encode() in lowered]


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file of each format, its last line torn; one more format in an archive."""
    folder = tmp_path_factory.mktemp("deliveries")
    for place, form in enumerate(FORMATS):
        own = people(place)
        (folder / form.name).write_bytes(form.write(own) + form.torn(own[0]))
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        form = FORMATS[0]
        archive.writestr(form.name, form.write(people(len(FORMATS))))
        archive.writestr(people(0)[0].card + ".txt", people(0)[0].mail)
    (folder / "headless.csv").write_bytes(FORMATS[0].torn(people(0)[1]))
    return folder


class _Told:
    """What commands printed."""

    def __init__(self) -> None:
        self.text = ""

    def add(self, done: subprocess.CompletedProcess[str], *, fails: bool = False) -> None:
        self.text += done.stdout + done.stderr
        assert (done.returncode != 0) == fails, self.text[-4_000:]


@pytest.fixture(scope="module")
def told() -> _Told:
    return _Told()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, deliveries: Path, told: _Told) -> Project:
    """Everything landed, built, published, and one driver forgotten."""
    made = Project(tmp_path_factory.mktemp("project"))
    for form in FORMATS:
        told.add(made.run("ecocharge", "land", form.feed, str(deliveries / form.name)))
    told.add(made.run("ecocharge", "land", "dundee", str(deliveries / "more.zip")))
    refused = made.run("ecocharge", "land", "dundee", str(deliveries / "headless.csv"))
    told.add(refused, fails=True)
    feeds = sorted({form.feed for form in FORMATS})
    made.build(sources=feeds)
    told.add(made.run("ecocharge", "publish"))
    told.add(made.run("ecocharge", "report"))
    told.add(made.run("ecocharge", "forget", people(0)[2].account))
    return made


def test_enough_was_planted(deliveries: Path) -> None:
    contents = [path.read_bytes() for path in deliveries.iterdir() if path.suffix != ".zip"]
    planted = {
        text
        for place in range(len(FORMATS))
        for person in people(place)
        for text in person.ids
        if any(text.encode() in content for content in contents)
    }
    assert len(planted) >= PLANTED
    assert all(marks_in(text.encode()) for text in planted)
    print(f"\n{len(planted):,} ids planted in {len(contents)} files")


def parquet_texts(path: Path) -> Iterator[str]:
    for column in pq.read_table(path).columns:
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            yield from (value for value in column.to_pylist() if value)


def table_texts(path: Path) -> Iterator[str]:
    """Every value of every column of a database, views included, as text."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as searched (read_only)")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'searched'"
        ).fetchall()
        for schema, table in tables:
            rows = connection.execute(
                f'select cast(t as varchar) from searched."{schema}"."{table}" as t'
            )
            while batch := rows.fetchmany(10_000):
                yield from (text for (text,) in batch if text)


def all_texts(project: Project) -> Iterator[str]:
    for path in project.folder.rglob("*.parquet"):
        yield from parquet_texts(path)
    for path in project.folder.rglob("*.duckdb"):
        yield from table_texts(path)


def test_no_value_anywhere_holds_an_id(project: Project) -> None:
    seen = False
    found: list[str] = []
    for text in all_texts(project):
        seen = seen or SEEN_ON_PURPOSE in text
        if marks_in(text.encode()):
            found.append(text[:200])
    assert found == []
    # The search does find what is there.
    assert seen


def test_no_byte_on_disk_holds_an_id(project: Project) -> None:
    files = [path for path in project.folder.rglob("*") if path.is_file()]
    folders = {path.relative_to(project.folder).parts[0] for path in files}
    assert {"landing", "logs", "target", "generations", "state.duckdb"} <= folders
    assert {
        path.name: marks_in(path.read_bytes()) for path in files if marks_in(path.read_bytes())
    } == {}


def test_no_name_on_disk_holds_an_id(project: Project) -> None:
    assert [path for path in project.folder.rglob("*") if marks_in(path.name.encode())] == []


@pytest.mark.usefixtures("project")
def test_nothing_printed_holds_an_id(told: _Told) -> None:
    shown = told.text.replace(people(0)[0].card + ".txt", "")
    assert marks_in(shown.encode()) == []
    assert "unknown columns, not landed: Card Holder, Phone" in shown


def _name_of(place: int) -> str:
    return FORMATS[place].name


@pytest.mark.parametrize(
    "place", [place for place, form in enumerate(FORMATS) if form.has_keys], ids=_name_of
)
def test_drivers_are_told_apart_by_keys_all_the_same(project: Project, place: int) -> None:
    salt = Salt(SALT)
    landed = (project.landing / FORMATS[place].feed).rglob("*.parquet")
    texts = "\n".join(text for path in landed for text in parquet_texts(path))
    kept = [
        person
        for person in people(place)
        if any(salt.key(text) in texts for text in (person.card, person.account, person.contract))
    ]
    forgotten = 1 if place == 0 else 0
    assert len(kept) == PEOPLE_PER_FORMAT - forgotten
