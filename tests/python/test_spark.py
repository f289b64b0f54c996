"""Spark builds the marts that DuckDB builds, and building again changes nothing.

Needs Java 17 or newer and `.venv-spark`, which `make setup-spark` makes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from every_format import FORMATS, Person
from project import ROOT, Project

pytestmark = pytest.mark.prove

_PARTS = ROOT / "tests" / "python" / "fixtures" / "parts"
_DBT = ROOT / ".venv-spark" / "bin" / "dbt"
# Long enough for a fit and its successor.
_NETWORK = (
    *("--preset", "s", "--stations", "6", "--compiled", "no"),
    *("--from", "2025-01-01", "--to", "2025-04-13"),
)
_PEOPLE = 30
_SCHEMAS = ("core", "operations", "sustainability", "forecasting", "quality")
_CLOSE = Decimal("1e-6")
_EXACT = ("DECIMAL", "BIGINT", "INTEGER")


@dataclass(frozen=True)
class Built:
    """A DuckDB connection that sees both builds: `here` is DuckDB's, Spark's are Parquet files."""

    connection: duckdb.DuckDBPyConnection
    lake: Path

    def marts(self) -> list[tuple[str, str]]:
        found = self.connection.execute(
            "select schema_name, table_name from duckdb_tables()"
            " where database_name = 'here' and list_contains(?, schema_name) order by all",
            [list(_SCHEMAS)],
        )
        return [(str(schema), str(table)) for schema, table in found.fetchall()]

    def on_spark(self, schema: str, mart: str) -> str:
        """Spark's rows in the types of DuckDB."""
        columns = ", ".join(
            f"cast({name} as {kind}) as {name}" for name, kind in self.columns(schema, mart)
        )
        files = self.lake / f"{schema}.db" / mart / "*.parquet"
        return f"(select {columns} from read_parquet('{files}'))"

    def columns(self, schema: str, mart: str) -> list[tuple[str, str]]:
        found = self.connection.execute(
            "select column_name, data_type from duckdb_columns() where database_name = 'here'"
            " and schema_name = ? and table_name = ? order by column_index",
            [schema, mart],
        )
        return [(str(name), str(kind)) for name, kind in found.fetchall()]

    def totals(self, relation: str, columns: list[str]) -> tuple[object, ...]:
        sums = "".join(f", sum({name})" for name in columns)
        (row,) = self.connection.execute(f"select count(*){sums} from {relation}").fetchall()
        return tuple(row)

    def one_sided(self, one: str, other: str, columns: list[str]) -> int:
        """Rows of one relation that the other lacks, as often as it has them."""
        names = ", ".join(columns)
        sql = f"select {names} from {one} except all select {names} from {other}"
        ((count,),) = self.connection.execute(f"select count(*) from ({sql})").fetchall()
        return int(count)


@dataclass(frozen=True)
class Landed:
    """Landed files of the generated network and of every format, for builds on both engines."""

    project: Project
    feeds: tuple[str, ...]

    def build_on_duckdb(self) -> None:
        self.project.build(sources=self.feeds, native_from="landing")

    def build_on_spark(self, folder: Path) -> None:
        """`dbt build` of everything but unit tests; Spark finds what landed by its shared state."""
        shared = folder / "state"
        done = self.project.run("ecocharge", "share", str(shared))
        assert done.returncode == 0, done.stderr
        settings = {"ecocharge_sources": list(self.feeds), "ecocharge_native_from": "landing"}
        command = ("build", "--exclude-resource-type", "unit_test", "--vars", json.dumps(settings))
        own = {"ECOCHARGE_LANDING": str(self.project.landing), "ECOCHARGE_SPARK_STATE": str(shared)}
        _run(folder, ROOT, ROOT, *command, **own)


def _run(folder: Path, project: Path, profiles: Path, *command: str, **variables: str) -> None:
    """A command of dbt with Spark that must end well; what it makes lies below the folder."""
    environment = os.environ | {
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "ECOCHARGE_SPARK_WAREHOUSE": str(folder / "lake"),
        "ECOCHARGE_SPARK_METASTORE": str(folder / "metastore"),
        "PYSPARK_PYTHON": str(_DBT.with_name("python")),
        "PYTHONPATH": str(ROOT / "scripts"),
        # Results must not depend on the machine's own zone.
        "TZ": "Asia/Kolkata",
    }
    places = ("--project-dir", str(project), "--profiles-dir", str(profiles))
    done = subprocess.run(
        [str(_DBT), "--no-use-colors", "--warn-error", *command, "--target", "spark", *places],
        cwd=folder,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.fixture(scope="module", autouse=True)
def _has_spark() -> None:
    if not _DBT.exists():
        pytest.skip("no Spark: `make setup-spark` installs it into .venv-spark")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("no Java: install version 17 or newer, or set JAVA_HOME")


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Landed:
    project = Project(tmp_path_factory.mktemp("duckdb"))
    done = project.run("ecocharge", "generate", *_NETWORK)
    assert done.returncode == 0, done.stderr
    files = tmp_path_factory.mktemp("files")
    for place, form in enumerate(FORMATS):
        people = [Person(place * 100 + number) for number in range(1, _PEOPLE + 1)]
        (files / form.name).write_bytes(form.write(people) + form.torn(people[0]))
        project.land(form.feed, files / form.name)
    return Landed(project, tuple(sorted({"native", *(form.feed for form in FORMATS)})))


@pytest.fixture(scope="module")
def built(landed: Landed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("spark")
    landed.build_on_spark(folder)
    landed.build_on_duckdb()
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{landed.project.warehouse}' as here (read_only)")
        connection.execute(f"attach '{landed.project.state}' as state (read_only)")
        yield Built(connection, folder / "lake")


def test_macros_do_what_they_say(tmp_path: Path) -> None:
    _run(tmp_path, _PARTS, _PARTS, "test", "--select", "test_type:singular")


def test_rows_and_exact_sums_are_those_of_duckdb(built: Built) -> None:
    marts = [(schema, mart) for schema, mart in built.marts() if schema != "forecasting"]
    assert marts
    for schema, mart in marts:
        here, there = f"here.{schema}.{mart}", built.on_spark(schema, mart)
        columns = built.columns(schema, mart)
        exact = [name for name, kind in columns if kind.startswith(_EXACT)]
        assert built.totals(there, exact) == built.totals(here, exact), mart
        same = [name for name, kind in columns if kind != "DOUBLE"]
        assert built.one_sided(here, there, same) == built.one_sided(there, here, same) == 0, mart


def test_forecasts_are_those_of_duckdb(built: Built) -> None:
    schema, mart = "forecasting", "fct_demand_forecast"
    kwh = [name for name, kind in built.columns(schema, mart) if kind.startswith("DECIMAL")]
    assert kwh
    differs = " or ".join(
        f"(here.{name} is null) <> (there.{name} is null)"
        f" or abs(here.{name} - there.{name}) > {_CLOSE:f} * abs(here.{name})"
        for name in kwh
    )
    (counts,) = built.connection.execute(
        f"select count(*), count(here.p50_kwh), count(there.p50_kwh),"
        f" count(case when {differs} then 1 end),"
        f" count(case when here.model_id <> there.model_id or here.rung <> there.rung then 1 end)"
        f" from here.{schema}.{mart} as here full join {built.on_spark(schema, mart)} as there"
        " using (origin_ts_utc, series_id, target_hour_utc, algorithm)"
    ).fetchall()
    rows, on_duckdb, on_spark, *different = counts
    assert rows == on_duckdb == on_spark > 0
    assert different == [0, 0]


def test_scores_of_forecasts_are_those_of_duckdb(built: Built) -> None:
    marts = [(schema, mart) for schema, mart in built.marts() if schema == "forecasting"]
    assert len(marts) > 1
    for schema, mart in marts:
        columns = built.columns(schema, mart)
        exact = [name for name, kind in columns if kind.startswith(_EXACT)]
        here = built.totals(f"here.{schema}.{mart}", exact)
        there = built.totals(built.on_spark(schema, mart), exact)
        assert there[0] == here[0] > 0, mart
        for name, one, other in zip(exact, here[1:], there[1:], strict=True):
            assert other == one or abs(other - one) <= _CLOSE * abs(one), (mart, name)


def test_a_second_build_changes_nothing(landed: Landed, built: Built) -> None:
    def prints() -> dict[str, tuple[object, ...]]:
        found = {}
        for schema, mart in built.marts():
            names = ", ".join(name for name, _ in built.columns(schema, mart))
            found[mart] = built.totals(
                f"(select cast(hash({names}) as hugeint) as hash"
                f" from {built.on_spark(schema, mart)})",
                ["hash"],
            )
        return found

    before = prints()
    assert before["fct_demand_forecast"][0]
    landed.build_on_spark(built.lake.parent)
    assert prints() == before
