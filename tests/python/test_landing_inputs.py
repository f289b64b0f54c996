"""What the user names leads to files: folders, patterns, links, odd names, and what is no data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ecocharge.landing.inputs import DATA_SUFFIXES, JSON_SUFFIXES, Found, collect


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in (
        "in/b.csv",
        "in/A.CSV",
        "in/späce and more.csv",
        "in/c.tsv",
        "in/d.ndjson",
        "in/e.json",
        "in/f.zip",
        "in/g.csv.gz",
        "in/SOURCE.txt",
        "in/book.xlsx",
        "in/.hidden.csv",
        "in/x/b.csv",
        "in/x/y/z.csv",
        "in/.git/b.csv",
        "export",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def names(found: Found) -> list[str]:
    return [item.source_file for item in found.files]


def test_a_folder_gives_its_data_and_names_the_rest(tree: Path) -> None:
    found = collect([str(tree / "in")])
    assert names(found) == [
        "A.CSV",
        "b.csv",
        "c.tsv",
        "d.ndjson",
        "e.json",
        "f.zip",
        "g.csv.gz",
        "späce and more.csv",
    ]
    assert (found.errors, found.passed_over) == ([], ["SOURCE.txt", "book.xlsx"])


def test_json_is_passed_over_where_no_adapter_reads_it(tree: Path) -> None:
    found = collect([str(tree / "in")], suffixes=DATA_SUFFIXES - JSON_SUFFIXES)
    assert {"d.ndjson", "e.json"} <= set(found.passed_over)
    assert not {"d.ndjson", "e.json"} & set(names(found))


def test_deeper_folders_only_when_asked_for(tree: Path) -> None:
    found = collect([str(tree / "in")], recursive=True)
    assert {"x/b.csv", "x/y/z.csv"} <= set(names(found))
    assert not any(".git" in name for name in names(found))
    (tree / "outer").mkdir()
    (tree / "in").rename(tree / "outer" / "in")
    (error,) = collect([str(tree / "outer")]).errors
    assert "no data file" in error.message
    assert "--recursive" in (error.remedy or "")


def test_named_files_may_be_called_anything(tree: Path) -> None:
    given = [
        str(tree / "export"),
        str(tree / "in" / "SOURCE.txt"),
        str(tree / "in" / ".hidden.csv"),
    ]
    assert names(collect(given)) == ["export", "SOURCE.txt", ".hidden.csv"]


def test_patterns_take_what_they_match(tree: Path) -> None:
    assert names(collect([str(tree / "in" / "*.txt")])) == ["SOURCE.txt"]
    assert names(collect([str(tree / "in" / "**" / "[bz].csv")])) == [
        "b.csv",
        "x/b.csv",
        "x/y/z.csv",
    ]


def test_no_file_counts_twice_however_it_is_reached(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "in" / "again.csv").symlink_to(tree / "in" / "b.csv")
    monkeypatch.chdir(tree)
    found = collect(["in/b.csv", str(tree / "in" / "b.csv"), "in", "in/*.csv", "in/again.csv"])
    real = [item.path.resolve() for item in found.files]
    assert len(real) == len(set(real))
    assert found.errors == []


def test_links_in_circles_end(tree: Path) -> None:
    (tree / "in" / "x" / "up").symlink_to(tree / "in")
    (tree / "in" / "one.csv").symlink_to(tree / "in" / "two.csv")
    (tree / "in" / "two.csv").symlink_to(tree / "in" / "one.csv")
    found = collect([str(tree / "in")], recursive=True)
    assert names(found).count("x/b.csv") == 1
    assert not any("up" in name or "one" in name for name in names(found))
    (error,) = collect([str(tree / "in" / "one.csv")]).errors
    assert "no such file" in error.message


def test_each_thing_that_is_no_file_gets_its_message(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "empty").mkdir()
    os.mkfifo(tree / "pipe")
    given = ["missing.csv", "none/*.csv", str(tree / "empty"), str(tree / "pipe"), "in/**x/*.csv"]
    found = collect([*given, str(tree / "export")])
    assert names(found) == ["export"]
    assert [error.message.split(str(tree))[0].strip() for error in found.errors] == [
        "there is no such file or folder",
        "no file matches none/*.csv",
        "no data file in the folder",
        "this is not a plain file",
        "this pattern cannot be used",
    ]
    assert all(error.remedy for error in found.errors)

    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    (error,) = collect([str(tree / "in")]).errors
    assert "the folder cannot be read (Permission denied)" in error.message
