"""Damaged files of every format: nothing crashes, and every line of every file is accounted for."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest
from every_format import FORMATS, Person
from mutations import damaged_file
from project import NO_FORECASTS, ROOT, SALT, Project

from ecocharge.errors import EcoChargeError
from ecocharge.landing.adapters import adapters_for
from ecocharge.landing.decoding import content, examine
from ecocharge.landing.feeds import Feed, find_feed, register_feed
from ecocharge.landing.inputs import InputFile
from ecocharge.landing.json_table import JsonTable
from ecocharge.landing.lines import physical_lines
from ecocharge.landing.load import Lander, Options
from ecocharge.landing.manifest import Load
from ecocharge.landing.parquet import landed_path
from ecocharge.landing.personal import Salt
from ecocharge.landing.records import RecordReader
from ecocharge.state import open_state

SEED = int(os.environ.get("ECOCHARGE_PROVE_SEED", "20261122"))
LINES_PER_FILE = 250
LINES = 100_000
FEEDS = ROOT / "feeds"
DATA = ROOT / os.environ.get("ECOCHARGE_DATA", "../shared/data")


@dataclass
class Fuzzed:
    """What came of a number of damaged files."""

    lines: int = 0
    rows: int = 0
    unreadable: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    loads: list[Load] = field(default_factory=list)


@dataclass(frozen=True)
class Base:
    """A good file to damage."""

    feed: str
    name: str
    content: bytes


def made_up() -> list[Base]:
    """One file of each format."""
    people = [Person(number) for number in range(1, 100)]
    found = []
    for form in FORMATS:
        good = form.write(people)
        whole = one_object_a_line(good) if form.name.endswith(".json") else good
        found.append(Base(form.feed, form.name, whole))
    return found


def real(folder: Path) -> list[Base]:
    """The beginnings of real files, where they are there."""
    found = []
    for path in sorted(folder.glob("*/*.csv")):
        if (FEEDS / f"{path.parent.name}.yml").is_file():
            with path.open("rb") as file:
                found.append(Base(path.parent.name, path.name, file.read(400_000)))
    return found


def damaged_files(folder: Path, bases: list[Base], count: int) -> Iterator[tuple[Base, Path]]:
    """`count` files of each, each in a folder of its own: some formats read their own name."""
    chance = Random(SEED)
    for base in bases:
        for number in range(count):
            path = folder / f"{base.feed}-{number}" / base.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(damaged_file(base.content, LINES_PER_FILE, chance))
            yield base, path


def one_object_a_line(page: bytes) -> bytes:
    """A page in which a damaged line costs one object, as in the other formats."""
    value = json.loads(page)
    key, objects = ("", value) if isinstance(value, list) else next(iter(value.items()))
    opening, closing = (f'{{"{key}": [', "]}") if key else ("[", "]")
    lines = ",\n".join(map(json.dumps, objects))
    return f"{opening}\n{lines}\n{closing}\n".encode()


def fuzz(project: Project, folder: Path, bases: list[Base], count: int) -> Fuzzed:
    """Land damaged files and check each against its own lines."""
    project.folder.mkdir()
    found = Fuzzed()
    salt = Salt(SALT)
    without_remedy = 0
    with open_state(project.state) as connection:
        for base, path in damaged_files(folder, bases, count):
            feed = find_feed(FEEDS, base.feed)
            register_feed(connection, feed)
            lander = Lander(connection, project.landing, feed, salt, Options())
            found.lines += LINES_PER_FILE
            try:
                load = lander.land(InputFile(path, f"{path.parent.name}/{path.name}")).load
            except EcoChargeError as error:
                found.refused[base.name] += 1
                without_remedy += not error.remedy
                continue
            assert accounted(path, feed, load) == lines_in(path, load), path
            check_rows(project.landing, load, found)
            found.loads.append(load)
    assert without_remedy == 0
    return found


def lines_in(path: Path, load: Load) -> int:
    if load.delimiter:
        return sum(1 for _ in physical_lines(content(path, examine(path))))
    text = path.read_bytes().decode(load.encoding or "utf-8", "replace").removeprefix("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.count("\n") + (not text.endswith("\n"))


def accounted(path: Path, feed: Feed, load: Load) -> int:
    """The physical lines that records, blank lines and header or frame of a file add up to."""
    facts = examine(path)
    if load.delimiter:
        reader = RecordReader(physical_lines(content(path, facts)), facts.line_encoding)
        delimiter = "\t" if load.delimiter == "tab" else load.delimiter
        reader.headers([delimiter])
        records = list(reader.records(delimiter))
        other = reader.header_lines
        blank = reader.blank_lines
    else:
        groups = [[e for a in group for e in a.entities] for group in adapters_for(feed, None)]
        table = JsonTable(path, facts, content(path, facts), groups)
        records = list(table.records())
        other = table._reader.frame_lines
        blank = table.blank_lines
    assert (len(records), blank) == (load.rows_in, load.blank_lines)
    return other + blank + sum(record.lines for record in records)


def check_rows(landing: Path, load: Load, found: Fuzzed) -> None:
    path = landed_path(landing, load.source_system, load.entity, load.load_id)
    rows = pq.read_table(path, columns=["source_line", "parse_error"]).to_pydict()
    errors = [error for error in rows["parse_error"] if error]
    assert len(rows["source_line"]) == load.rows_in
    assert rows["source_line"] == sorted(set(rows["source_line"]))
    assert len(errors) == load.unparsable_rows
    found.rows += load.rows_in
    found.unreadable.update(errors)


def reconciled(project: Project, loads: list[Load]) -> None:
    """Every landed row is explained, in rows and energy, and refused ones have their reasons."""
    with project.open() as connection:
        rows_in, unexplained, energy = connection.execute(
            """
            select
                sum(rows_in),
                sum(abs(rows_in - accepted - quarantined - exact_duplicates - natural_duplicates
                    - superseded - credited - not_final - supporting_records)),
                sum(abs(energy_in_kwh - energy_accepted_kwh - energy_quarantined_kwh
                    - energy_duplicate_kwh - energy_credited_kwh - energy_not_final_kwh))
            from quality.rpt_reconciliation
            """
        ).fetchall()[0]
        without_reason = connection.execute(
            "select count(*) from quality.fct_quarantined_sessions"
            " where reasons is null or source_file is null or source_line is null"
        ).fetchall()[0][0]
    assert (unexplained, energy, without_reason) == (0, 0, 0)
    assert rows_in == sum(load.rows_in for load in loads)


def tell(found: Fuzzed) -> None:
    print(f"\n{found.lines:,} damaged lines, seed {SEED}: {found.rows:,} rows landed")
    print(f"  not readable: {dict(sorted(found.unreadable.items()))}")
    print(f"  files: {len(found.loads)} landed, refused {dict(sorted(found.refused.items()))}")


def feeds(found: Fuzzed) -> list[str]:
    return sorted({load.source_system for load in found.loads})


def test_damaged_files_of_every_format(tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    found = fuzz(project, tmp_path / "files", made_up(), 1)
    tell(found)
    assert len(found.loads) > len(FORMATS) / 2
    done = project.run(
        "dbt",
        *("--quiet", "--no-use-colors", "--warn-error", "build", "--exclude-resource-type"),
        *("unit_test", "test", "--vars", json.dumps({"ecocharge_sources": feeds(found)})),
        *("--select", "+rpt_reconciliation", "+fct_quarantined_sessions"),
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4_000:]
    reconciled(project, found.loads)


@pytest.mark.prove
def test_a_hundred_thousand_damaged_lines(tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    bases = made_up() + real(DATA)
    found = fuzz(project, tmp_path / "files", bases, -(-LINES // (LINES_PER_FILE * len(bases))))
    tell(found)
    assert found.lines >= LINES
    project.build(sources=feeds(found), exclude=NO_FORECASTS)
    reconciled(project, found.loads)
