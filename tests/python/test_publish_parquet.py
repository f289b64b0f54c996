"""Marts as Parquet: by month where their yml says so, the same bytes whatever the order of rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.dataset as ds
import pytest
import yaml
from project import ROOT
from tiny_network import change_warehouse, make_project

from ecocharge.errors import EcoChargeError
from ecocharge.paths import Paths
from ecocharge.publishing.artifacts import Mart
from ecocharge.publishing.parquet import NOTHING, Before, PublishedFile, write_parquet
from ecocharge.publishing.publish import publish
from ecocharge.realism.frames import read_frame

ROWS = 399
SESSIONS = f"""
create or replace table sessions as
select
    'S' || n as session_id,
    timestamp '2024-12-31 16:30:00' + to_hours(cast(n * 7 as integer)) as started_at_utc,
    cast(n * 1.25 as decimal(18, 6)) as energy_kwh,
    if(n % 3 = 0, null, n % 5) as kind,
from range(1, {ROWS} + 1) rows(n)
"""


def mart(**changes: Any) -> Mart:
    told = {
        "unique_id": "model.tiny.fct_sessions",
        "name": "fct_sessions",
        "database": "memory",
        "schema": "main",
        "identifier": "sessions",
        "description": "",
        "columns": {},
        "types": {},
        "primary_key": ("session_id",),
        "partition_by_month": "started_at_utc",
    }
    return Mart(**(told | changes))


def written(
    folder: Path,
    *statements: str,
    threads: int = 1,
    of: Mart | None = None,
    before: Before = NOTHING,
) -> list[PublishedFile]:
    with duckdb.connect() as connection:
        connection.execute(f"set threads = {threads}")
        for statement in (SESSIONS, *statements):
            connection.execute(statement)
        return write_parquet(connection, "sessions", of or mart(), folder, before)


@pytest.fixture
def project(tmp_path: Path) -> Paths:
    return make_project(tmp_path)


def test_every_month_has_a_file_and_no_row_of_another(tmp_path: Path) -> None:
    files = written(tmp_path)
    months = ["2024-12", "2025-01", "2025-02", "2025-03", "2025-04"]
    assert [file.path for file in files] == [
        f"parquet/fct_sessions.parquet/month={month}/data.parquet" for month in months
    ]
    assert [file.rows for file in files] == [1, 106, 96, 106, 90]
    for month, file in zip(months, files, strict=True):
        started = pd.read_parquet(tmp_path / file.path)["started_at_utc"]
        assert set(started.dt.strftime("%Y-%m")) == {month}
        assert started.is_monotonic_increasing


def test_the_midnight_of_a_new_month_belongs_to_the_new_month(tmp_path: Path) -> None:
    files = written(
        tmp_path,
        "delete from sessions where session_id not in ('S1', 'S2')",
        "update sessions set started_at_utc = if(session_id = 'S1',"
        " timestamp '2025-02-28 23:59:59.999999', timestamp '2025-03-01')",
    )
    assert [file.path.split("/")[-2] for file in files] == ["month=2025-02", "month=2025-03"]


def test_the_same_rows_are_the_same_bytes_whatever_their_order(tmp_path: Path) -> None:
    shuffled = "create or replace table sessions as from sessions order by hash(session_id)"
    kinds = (mart(), mart(partition_by_month=None), mart(primary_key=()))
    for number, of in enumerate(kinds):
        straight = written(tmp_path / f"straight_{number}", of=of)
        assert written(tmp_path / f"shuffled_{number}", shuffled, threads=4, of=of) == straight


def test_months_that_are_as_they_were_are_the_same_files(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    first = written(old)
    damaged = old / first[2].path
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    before = Before(old, {file.path: file for file in first})
    changed = "update sessions set energy_kwh = 0 where session_id = 'S1'"
    again = written(new, changed, before=before)
    assert again == written(tmp_path / "alone", changed)
    linked = [(new / file.path).samefile(old / file.path) for file in again]
    assert linked == [False, True, False, True, True]


def test_rows_or_types_that_changed_places_are_others(tmp_path: Path) -> None:
    first = written(tmp_path / "old")
    before = Before(tmp_path / "old", {file.path: file for file in first})
    for number, change in enumerate(
        (
            "update sessions set energy_kwh = case session_id when 'S3' then 5 when 'S4' then 3.75"
            " else energy_kwh end",
            "alter table sessions alter energy_kwh type decimal(18, 5)",
        )
    ):
        again = written(tmp_path / f"{number}", change, before=before)
        assert again == written(tmp_path / f"{number}_alone", change)
        assert again[1].sha256 != first[1].sha256


def test_a_row_without_a_time_is_kept_apart(tmp_path: Path) -> None:
    files = written(
        tmp_path, "update sessions set started_at_utc = null where session_id in ('S7', 'S8')"
    )
    assert files[-1].path.split("/")[-2] == "month=__HIVE_DEFAULT_PARTITION__"
    assert files[-1].rows == len(("S7", "S8"))
    assert sum(file.rows for file in files) == ROWS


def test_a_mart_without_rows_still_has_its_columns(tmp_path: Path) -> None:
    (file,) = written(tmp_path, "truncate sessions")
    empty = pd.read_parquet(tmp_path / file.path)
    assert empty.shape == (0, 4)
    assert list(empty.columns) == ["session_id", "started_at_utc", "energy_kwh", "kind"]


def test_a_mart_of_one_file_is_a_file(tmp_path: Path) -> None:
    (file,) = written(tmp_path, of=mart(partition_by_month=None))
    assert file.path == "parquet/fct_sessions.parquet"
    assert (tmp_path / file.path).is_file()


def test_readers_find_every_row_below_the_one_path(project: Paths) -> None:
    publish(project)
    said = json.loads((project.published / "generation.json").read_text())
    for name, facts in said["marts"].items():
        path = project.published / facts["path"]
        assert path == project.published / "parquet" / f"{name}.parquet"
        assert path.is_dir() == bool(facts["partition_by_month"])
        assert ds.dataset(path, partitioning="hive").count_rows() == facts["rows"]
        assert len(pd.read_parquet(path)) == facts["rows"]
        glob = f"{path}/*/*.parquet" if facts["partition_by_month"] else str(path)
        counted = (
            duckdb.connect().execute(f"select count(*) from read_parquet('{glob}')").fetchall()
        )
        assert counted == [(facts["rows"],)]


def test_a_months_filter_reads_that_month_only(project: Paths) -> None:
    publish(project)
    glob = f"{project.published}/parquet/fct_charging_sessions.parquet/*/*.parquet"
    april = (
        duckdb.connect()
        .execute(f"select count(*) from read_parquet('{glob}') where month = '2025-04'")
        .fetchall()
    )
    with duckdb.connect(str(project.warehouse), read_only=True) as warehouse:
        assert april == (
            warehouse.execute(
                "select count(*) from core.fct_charging_sessions"
                " where date_trunc('month', started_at_utc) = date '2025-04-01'"
            ).fetchall()
        )


def test_a_second_publish_of_the_same_build_lists_the_same_files(project: Paths) -> None:
    def told() -> Any:
        publish(project)
        return json.loads((project.published / "generation.json").read_text())["marts"]

    first = told()
    assert told() == first
    reordered = "create or replace table core.{0} as from core.{0} order by hash(station_id, {1})"
    for table, column in (("fct_charging_sessions", "session_id"), ("dim_stations", "city")):
        change_warehouse(project, reordered.format(table, column), "second-run")
    assert told() == first


def test_a_column_that_is_not_there_is_told_plainly(project: Paths) -> None:
    file = project.target / "manifest.json"
    file.write_text(file.read_text().replace('"started_at_utc"', '"begun_at"'))
    with pytest.raises(EcoChargeError, match="fct_charging_sessions cannot be written"):
        publish(project)
    assert not project.published.exists()


def test_realism_reads_a_partitioned_mart(tmp_path: Path) -> None:
    station = "'demo:ST01' as station_id, 'demo' as source_system"
    more = (
        f"create or replace table sessions as select *, {station}, 'C1' as connector_id,"
        " 'P1' as port_id, null::varchar as driver_key, null::timestamp as charging_ended_at_utc,"
        " started_at_utc + interval 1 hour as ended_at_utc from sessions"
    )
    written(tmp_path, more, of=mart(name="fct_charging_sessions"))
    stations = tmp_path / "parquet" / "dim_stations.parquet"
    with duckdb.connect() as connection:
        wanted = connection.sql(f"select {station}, 'Europe/London' as time_zone")
        wanted.write_parquet(str(stations))
    frame = read_frame(str(tmp_path))
    assert len(frame) == ROWS
    assert frame["energy_kwh"].sum() == sum(n * 1.25 for n in range(1, ROWS + 1))


def _marts() -> dict[str, dict[str, Any]]:
    files = (ROOT / "models" / "marts").rglob("*_models.yml")
    models = [model for file in files for model in yaml.safe_load(file.read_text())["models"]]
    return {model["name"]: model for model in models}


def test_the_marts_that_grow_by_the_hour_or_the_session_are_partitioned() -> None:
    """Facts and reports whose key holds a moment; and the sessions, whose key is an id."""
    expected = {"fct_charging_sessions"}
    for name, model in _marts().items():
        moments = {
            column["name"] for column in model["columns"] if column["data_type"] == "timestamp"
        }
        for test in model.get("data_tests", []):
            key = test.get("unique_combination", {}).get("arguments", {}).get("columns", [])
            if moments & set(key) and not name.startswith("dim_"):
                expected.add(name)
    declared = {
        name: model["config"]["meta"]["partition_by_month"]
        for name, model in _marts().items()
        if "partition_by_month" in model.get("config", {}).get("meta", {})
    }
    assert set(declared) == expected
    for name, column in declared.items():
        columns = {each["name"]: each for each in _marts()[name]["columns"]}
        assert columns[column]["data_type"] == "timestamp"
        assert "month" not in columns
