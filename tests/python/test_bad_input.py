"""Hostile files: every line is accounted for, every refusal has a file, a line and a reason."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hostile_files import LANDED, REFUSED, SECRETS, HostileFile
from project import NO_FORECASTS, Project

FEEDS = ("dundee", "boulder")
FAILED = 1


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("originals")
    for file in LANDED:
        (folder / file.name).write_bytes(file.content)
    for name, (content, _) in REFUSED.items():
        if content is not None:
            (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def landed(project: Project, originals: Path) -> subprocess.CompletedProcess[str]:
    project.land("boulder", *(originals / file.name for file in LANDED if file.source == "boulder"))
    names = [file.name for file in LANDED if file.source == "dundee"]
    return project.run(
        "ecocharge", "land", "dundee", *(str(originals / name) for name in [*names, *REFUSED])
    )


@pytest.fixture(scope="module")
def marts(
    project: Project, landed: subprocess.CompletedProcess[str]
) -> Iterator[duckdb.DuckDBPyConnection]:
    assert "already landed" not in landed.stdout
    project.build(sources=FEEDS, exclude=NO_FORECASTS)
    with closing(project.open()) as connection:
        yield connection


def rows(marts: duckdb.DuckDBPyConnection, sql: str, *values: object) -> list[tuple[Any, ...]]:
    return marts.execute(sql, list(values)).fetchall()


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_file_says_why_and_what_to_do(
    landed: subprocess.CompletedProcess[str], name: str
) -> None:
    messages = {
        Path(head.split(": ")[0].split(":")[0]).name: (head, remedy)
        for head, _, remedy in (
            message.partition("\n  what to do: ") for message in landed.stderr.split("error: ")[1:]
        )
    }
    assert landed.returncode == FAILED
    assert "Traceback" not in landed.stderr + landed.stdout
    assert set(messages) == set(REFUSED)
    head, remedy = messages[name]
    assert REFUSED[name][1] in head
    assert remedy.strip()


@pytest.mark.parametrize("file", LANDED, ids=lambda file: file.name)
def test_every_line_becomes_what_it_must(
    marts: duckdb.DuckDBPyConnection, file: HostileFile
) -> None:
    flags_that_do_not_matter = {"POWER_ABOVE_RATED", "END_FROM_CHARGING_TIME", ""}
    found = {}
    for line, row_class, rules in rows(
        marts,
        "select source_line, row_class, coalesce(reasons, rules_broken, '')"
        " from intermediate.int_sessions__classified where source_file = ? order by source_line",
        file.name,
    ):
        told = sorted(set(rules.split(",")) - flags_that_do_not_matter)
        found[line] = " ".join([row_class, ",".join(told)]).strip()
    choices = {line: one_of.split("|") for line, one_of in file.expected.items()}
    assert set(found) == set(choices)
    assert {line: found[line] for line in found if found[line] not in choices[line]} == {}


@pytest.mark.parametrize("file", LANDED, ids=lambda file: file.name)
def test_every_file_adds_up(marts: duckdb.DuckDBPyConnection, file: HostileFile) -> None:
    found = rows(
        marts,
        "select rows_in, accepted + quarantined + exact_duplicates + natural_duplicates"
        " + superseded + credited + not_final + supporting_records,"
        " energy_in_kwh = energy_accepted_kwh + energy_quarantined_kwh + energy_duplicate_kwh"
        " + energy_credited_kwh + energy_not_final_kwh"
        " from quality.rpt_reconciliation where source_file = ?",
        file.name,
    )
    assert found == [(len(file.expected), len(file.expected), True)]


def test_every_refused_row_has_file_line_and_a_known_reason(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    known = {code for (code,) in rows(marts, "select rule_code from seeds.quality_rules")}
    refused = rows(
        marts,
        "select source_file, source_line, reasons, masked_record"
        " from quality.fct_quarantined_sessions",
    )
    expected = {
        (file.name, line)
        for file in LANDED
        for line, outcome in file.expected.items()
        if outcome.startswith("quarantined")
    }
    assert {(file, line) for file, line, _, _ in refused} == expected
    assert len(refused) == len(expected)
    assert {reason for _, _, reasons, _ in refused for reason in reasons.split(",")} <= known
    assert all(masked for _, _, _, masked in refused)


def test_of_two_versions_one_counts(marts: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        marts,
        "select native_session_id, count(*) from core.fct_charging_sessions"
        " where source_file = 'versions.csv' group by all order by all",
    )
    assert found == [("77", 1), ("78", 1)]


@pytest.mark.parametrize("name", ["latin.csv", "broken_utf8.csv", "utf16.csv"])
def test_names_survive_their_encoding(marts: duckdb.DuckDBPyConnection, name: str) -> None:
    found = rows(
        marts,
        "select distinct station_name from core.fct_charging_sessions"
        " inner join core.dim_stations using (station_id) where source_file = ?",
        name,
    )
    assert found == [("Café Straße",)]


def test_names_that_are_code_stay_names(marts: duckdb.DuckDBPyConnection) -> None:
    names = {name for (name,) in rows(marts, "select station_name from core.dim_stations")}
    assert {
        "'); drop table core.dim_stations; --",
        '=HYPERLINK("x"',
        "{{ env_var('ECOCHARGE_STATE') }}",
        "'; delete from core.dim_stations --",
    } <= {name.split(",")[0] for name in names}


def test_sites_of_different_names_are_different_stations(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    found = rows(
        marts,
        "select station_name, station_id from core.dim_stations"
        " where station_name in ('充电站', 'Зарядка', '!!!')",
    )
    assert len(dict(found)) == len({station for _, station in found}) == 3  # noqa: PLR2004 - three names
    assert all(station.split(":")[1] for _, station in found)


def test_a_refused_row_does_not_rename_a_site(marts: duckdb.DuckDBPyConnection) -> None:
    found = {name for (name,) in rows(marts, "select station_name from core.dim_stations")}
    assert "Right Place" in found
    assert "Wrong Place" not in found


def test_what_is_not_declared_or_torn_is_nowhere(
    project: Project, marts: duckdb.DuckDBPyConnection
) -> None:
    marts.execute(f"attach '{project.state}' as state_file (read_only)")
    columns = rows(
        marts,
        "select database_name, schema_name, table_name, column_name from duckdb_columns()"
        " where not internal and data_type = 'VARCHAR'"
        " and table_oid in (select table_oid from duckdb_tables())",
    )
    assert len(columns) > 0
    for secret in SECRETS:
        for column in columns:
            database, schema, table, name = (f'"{part}"' for part in column)
            found = rows(
                marts,
                f"select count(*) from {database}.{schema}.{table} where contains({name}, ?)",
                secret,
            )
            assert found == [(0,)], column
        for entity in project.landing.glob("*/*"):
            found = rows(
                marts,
                f"select count(*) from '{entity}/*.parquet' as landed"
                " where contains(cast(landed as varchar), ?)",
                secret,
            )
            assert found == [(0,)], entity
        for path in project.folder.rglob("*"):
            assert not path.is_file() or secret.encode() not in path.read_bytes(), path


def test_personal_values_need_a_salt(tmp_path: Path) -> None:
    (tmp_path / "personal.csv").write_bytes(
        next(file.content for file in LANDED if file.name == "unknown_column.csv")
    )
    project = Project(tmp_path / "project")
    done = project.run("ecocharge", "land", "dundee", str(tmp_path / "personal.csv"), salt=None)
    assert done.returncode == FAILED
    assert "there is no salt, and personal values may not be landed as they are" in (done.stderr)
    assert "what to do: run `ecocharge init`" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert list(project.landing.rglob("*.parquet")) == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            "{ecocharge_sources: dundee}",
            "ecocharge_sources must be a list, such as [dundee, boulder], not: dundee",
        ),
        (
            "{ecocharge_native_from: thin air}",
            "ecocharge_native_from must be seeds or landing, not: thin air",
        ),
    ],
)
def test_a_setting_that_cannot_be_meant_stops_the_build(
    project: Project, settings: str, message: str
) -> None:
    done = project.run("dbt", "--no-use-colors", "run", "--vars", settings, "--select", "stg_*")
    assert done.returncode != 0
    assert message in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert "OK created" not in done.stdout


def test_the_command_names_the_wrong_feed_and_the_remedy(project: Project) -> None:
    done = project.run("ecocharge", "build", "--sources", "dundee,atlantis")
    assert done.returncode == FAILED
    assert "unknown feed: atlantis. Known feeds: boulder, carbon, cary, dundee" in (
        done.stdout + done.stderr
    )
    assert "what to do:" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
