"""Publishing: green builds only, whole generations only, readers never disturbed."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner
from generations import assert_whole, kill_publishes
from tiny_network import change_warehouse, make_project

from ecocharge.cli.publish import command
from ecocharge.errors import EcoChargeError
from ecocharge.paths import Paths
from ecocharge.publishing import publish as publish_module
from ecocharge.publishing.publish import publish
from ecocharge.publishing.store import Store

ENERGY = "select sum(energy_kwh) from core.fct_charging_sessions"
DOUBLE = "update core.fct_charging_sessions set energy_kwh = energy_kwh * 2"


OLD_STORAGE = 64  # what DuckDB 0.9 to 1.1 wrote, and every later client reads
USAGE_ERROR = 2


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("project")).root


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Paths:
    root = tmp_path / "project"
    shutil.copytree(template, root)
    return Paths(root)


def _ask(file: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def _edit(file: Path, change: Callable[[dict[str, Any]], None]) -> None:
    content = json.loads(file.read_text())
    change(content)
    file.write_text(json.dumps(content))


def test_a_green_build_is_published_whole(project: Paths) -> None:
    result = publish(project)
    file = project.published / "ecocharge.duckdb"
    assert_whole(project)
    assert _ask(file, ENERGY) == _ask(project.warehouse, ENERGY)
    assert project.published.readlink() == Path("generations") / result.id
    tables = _ask(file, "select schema_name || '.' || table_name from duckdb_tables()")
    assert ("core.dim_stations",) in tables
    assert not [name for (name,) in tables if name.startswith("staging")]


def test_types_survive(project: Paths) -> None:
    publish(project)
    types = "select column_name, data_type from duckdb_columns() where table_name = 'dim_stations'"
    assert _ask(project.published / "ecocharge.duckdb", types) == _ask(project.warehouse, types)


def test_the_docs_travel_as_comments(project: Paths) -> None:
    publish(project)
    file = project.published / "ecocharge.duckdb"
    table = "select comment from duckdb_tables() where table_name = 'dim_stations'"
    assert _ask(file, table) == [("What dim_stations says; it's described.",)]
    column = (
        "select comment from duckdb_columns()"
        " where table_name = 'dim_stations' and column_name = 'station_id'"
    )
    assert _ask(file, column) == [("The station's key.",)]


def test_the_file_is_in_the_old_storage(project: Paths) -> None:
    publish(project)
    header = (project.published / "ecocharge.duckdb").read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") == OLD_STORAGE


def test_the_description_names_inputs_and_build(project: Paths) -> None:
    publish(project)
    said = json.loads((project.published / "generation.json").read_text())
    assert said["inputs"] == [
        {"source": "demo", "file": "sessions_0.csv", "load_id": "0123456789abcdef"}
    ]
    assert said["dbt_invocation_id"] == "first-run"
    assert said["code_version"].startswith("0.")


def test_no_state_file_means_no_inputs(project: Paths) -> None:
    project.state.unlink()
    publish(project)
    assert json.loads((project.published / "generation.json").read_text())["inputs"] == []


def test_published_files_are_read_only(project: Paths) -> None:
    folder = publish(project).folder
    modes = {stat.S_IMODE(file.stat().st_mode) for file in folder.rglob("*") if file.is_file()}
    assert modes == {0o444}


def test_a_reader_keeps_its_file_and_the_next_sees_the_new_one(project: Paths) -> None:
    publish(project)
    before = _ask(project.warehouse, ENERGY)
    # A process of its own: one process shares an open DuckDB file between its connections.
    reader = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys\n"
            "con = duckdb.connect(sys.argv[1], read_only=True)\n"
            "print('open', flush=True); sys.stdin.readline()\n"
            f"print(con.execute('{ENERGY}').fetchone()[0])",
            str(project.published / "ecocharge.duckdb"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "open\n"
    change_warehouse(project, DOUBLE, "second-run")
    publish(project, keep=1)
    kept, _ = reader.communicate("go\n", timeout=30)
    assert reader.returncode == 0
    assert kept.strip() == str(before[0][0])
    assert _ask(project.published / "ecocharge.duckdb", ENERGY) == [(before[0][0] * 2,)]


def test_the_last_n_stay_and_ids_sort_as_made(project: Paths) -> None:
    made = [publish(project, keep=3).id for _ in range(5)]
    assert made == sorted(made)
    assert Store(project.generations, project.published).ids() == made[-3:]
    assert project.published.resolve().name == made[-1]


def test_a_rolled_back_generation_is_live_until_the_next_publish(project: Paths) -> None:
    first, second = publish(project).id, publish(project).id
    store = Store(project.generations, project.published)
    store.swap(first)
    assert store.prune(1) == []
    assert store.live() == first
    assert_whole(project)
    assert publish(project, keep=2).id > second


@pytest.mark.parametrize("step", ["write_marts", "landed_files", "write_description", "seal"])
def test_a_failure_halfway_changes_nothing(
    project: Paths, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    live = publish(project).id
    change_warehouse(project, DOUBLE, "second-run")
    real = getattr(publish_module, step)

    def fail(*args: object, **kwargs: object) -> None:
        real(*args, **kwargs)
        raise RuntimeError("the power went")

    monkeypatch.setattr(publish_module, step, fail)
    with pytest.raises(RuntimeError, match="power"):
        publish(project)
    assert project.published.resolve().name == live
    assert [each.name for each in project.generations.iterdir() if each.is_dir()] == [live]
    assert_whole(project)


def test_a_failure_before_the_swap_leaves_the_old_one_live(
    project: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = publish(project).id

    def fail(*_: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "swap", fail)
        with pytest.raises(RuntimeError, match="power"):
            publish(project)
    assert project.published.resolve().name == live
    assert publish(project).id > live


def test_a_full_disk_is_told_plainly(project: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Path) -> None:
        raise OSError(28, "No space left on device", "somewhere")

    monkeypatch.setattr(publish_module, "seal", full)
    with pytest.raises(EcoChargeError, match="No space left"):
        publish(project)
    assert not project.published.exists()


def _set_status(unique_id: str, status: str) -> Callable[[dict[str, Any]], None]:
    def change(content: dict[str, Any]) -> None:
        for entry in content["results"]:
            if entry["unique_id"] == unique_id:
                entry["status"] = status

    return change


def _drop(unique_id: str) -> Callable[[dict[str, Any]], None]:
    def change(content: dict[str, Any]) -> None:
        content["results"] = [
            entry for entry in content["results"] if entry["unique_id"] != unique_id
        ]

    return change


RED = {
    "error": (_set_status("model.tiny.dim_stations", "error"), "model.tiny.dim_stations .error"),
    "fail": (_set_status("test.tiny.not_null_dim_stations", "fail"), "not_null_dim_stations"),
    "warn": (_set_status("test.tiny.not_null_stg_demo", "warn"), "not_null_stg_demo .warn"),
    "skipped": (_set_status("model.tiny.stg_demo", "skipped"), "stg_demo .skipped"),
    "model left out": (_drop("model.tiny.dim_stations"), "left out public models.*dim_stations"),
    "test left out": (_drop("test.tiny.not_null_dim_stations"), "left out tests.*dim_stations"),
    "not a build": (lambda content: content["args"].update(which="compile"), "`compile`"),
    "a later run began": (
        lambda content: content["metadata"].update(invocation_id="other"),
        "another dbt run began",
    ),
}


@pytest.mark.parametrize("case", RED)
def test_a_red_build_is_refused(project: Paths, case: str) -> None:
    live = publish(project).id
    change, message = RED[case]
    _edit(project.target / "run_results.json", change)
    with pytest.raises(EcoChargeError, match=message) as caught:
        publish(project)
    assert "ecocharge build" in str(caught.value)
    assert project.published.resolve().name == live


def test_a_private_test_that_did_not_run_is_no_matter(project: Paths) -> None:
    _edit(project.target / "run_results.json", _drop("test.tiny.not_null_stg_demo"))
    publish(project)


@pytest.mark.parametrize("file", ["ecocharge.duckdb", "ecocharge.duckdb.wal"])
def test_a_warehouse_changed_after_the_build_is_refused(project: Paths, file: str) -> None:
    changed = project.warehouse.with_name(file)
    changed.touch()
    later = time.time() + 3600
    os.utime(changed, (later, later))
    with pytest.raises(EcoChargeError, match=r"changed at .* UTC, after the last build"):
        publish(project)


@pytest.mark.parametrize("name", ["manifest.json", "run_results.json"])
@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"nodes": 3}', "\0"])
def test_missing_and_broken_artifacts_are_told_plainly(
    project: Paths, name: str, content: str | None
) -> None:
    file = project.target / name
    file.unlink()
    if content is not None:
        file.write_text(content)
    with pytest.raises(EcoChargeError, match="ecocharge build"):
        publish(project)


def test_no_public_model_is_told_plainly(project: Paths) -> None:
    def hide(content: dict[str, Any]) -> None:
        for node in content["nodes"].values():
            node["access"] = "private"

    _edit(project.target / "manifest.json", hide)
    with pytest.raises(EcoChargeError, match="no public model"):
        publish(project)


def test_a_mart_missing_from_the_warehouse_is_told_plainly(project: Paths) -> None:
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("drop table core.dim_stations")
    with pytest.raises(EcoChargeError, match=r"core\.dim_stations is not there"):
        publish(project)


def test_no_warehouse_and_a_broken_one_are_told_plainly(project: Paths) -> None:
    project.warehouse.write_bytes(b"this is no database" * 1000)
    with pytest.raises(EcoChargeError, match="cannot be opened"):
        publish(project)
    project.warehouse.unlink()
    with pytest.raises(EcoChargeError, match="no warehouse"):
        publish(project)


@pytest.mark.parametrize("which", ["warehouse", "state"])
def test_a_file_being_written_is_told_plainly(project: Paths, which: str) -> None:
    file: Path = getattr(project, which)
    writer = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys\n"
            "con = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.readline()",
            str(file),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    writer.stdout.readline()
    with pytest.raises(EcoChargeError, match="in use by another process"):
        publish(project)
    writer.communicate("\n", timeout=30)
    assert not project.published.exists()


def test_a_second_publish_at_once_is_refused(project: Paths) -> None:
    live = publish(project).id
    with (project.generations / ".lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(EcoChargeError, match="another one is at work"):
            publish(project)
    assert project.published.resolve().name == live


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_something_else_in_the_links_place_is_left_alone(project: Paths, kind: str) -> None:
    project.published.mkdir() if kind == "folder" else project.published.write_text("mine")
    with pytest.raises(EcoChargeError, match="in the way"):
        publish(project)
    assert not project.published.is_symlink()


def test_a_dangling_link_is_replaced(project: Paths) -> None:
    project.published.symlink_to("generations/gone")
    publish(project)
    assert_whole(project)


def test_what_a_killed_run_left_is_cleared(project: Paths) -> None:
    left = project.generations / "20250101T000000000000Z.tmp-999999"
    (left / "parquet").mkdir(parents=True)
    (left / "parquet" / "half.parquet").write_bytes(b"half")
    link = project.published.with_name(".published.tmp-999999")
    link.symlink_to("nowhere")
    publish(project)
    assert not left.exists()
    assert not link.is_symlink()


def test_a_clock_set_back_keeps_the_order(project: Paths) -> None:
    future = project.generations / "29990101T000000000000Z-00000000"
    future.mkdir(parents=True)
    assert publish(project).id > future.name


def test_kill_at_random_moments_leaves_a_whole_generation(project: Paths) -> None:
    kill_publishes(project, 5)


def test_the_command_says_where_the_marts_are(
    project: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECOCHARGE_HOME", str(project.root))
    done = CliRunner().invoke(command, ["--keep", "2"], catch_exceptions=False)
    assert done.exit_code == 0
    assert "published 9 marts" in done.output
    refused = CliRunner().invoke(command, ["--keep", "0"])
    assert refused.exit_code == USAGE_ERROR
    assert "Examples:" in CliRunner().invoke(command, ["--help"]).output
