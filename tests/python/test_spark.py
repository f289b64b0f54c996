"""Spark builds the marts that DuckDB builds, and building again changes nothing.

Needs Java 17 or newer and `.venv-spark`, which `make setup-spark` makes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from project import ROOT, Project

pytestmark = pytest.mark.prove

_DBT = ROOT / ".venv-spark" / "bin" / "dbt"
_SCHEMAS = ("core", "operations", "sustainability", "forecasting", "quality")
_CLOSE = 1e-6
_OF_THE_RUN = ("issued_at", "library_versions")


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
        return f"read_parquet('{self.lake / f'{schema}.db' / mart}/*.parquet')"

    def columns(self, schema: str, mart: str, *kinds: str) -> list[str]:
        found = self.connection.execute(
            "select column_name from duckdb_columns() where database_name = 'here'"
            " and schema_name = ? and table_name = ?"
            " and list_contains(?, split_part(data_type, '(', 1)) order by column_index",
            [schema, mart, list(kinds)],
        )
        return [str(name) for (name,) in found.fetchall() if name not in _OF_THE_RUN]

    def totals(self, relation: str, columns: list[str]) -> tuple[object, ...]:
        sums = "".join(f", sum({name})" for name in columns)
        (row,) = self.connection.execute(f"select count(*){sums} from {relation}").fetchall()
        return tuple(row)


def _build_on_spark(folder: Path) -> None:
    environment = os.environ | {
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "ECOCHARGE_SPARK_WAREHOUSE": str(folder / "lake"),
        "ECOCHARGE_SPARK_METASTORE": str(folder / "metastore"),
        "PYSPARK_PYTHON": str(_DBT.with_name("python")),
        "PYTHONPATH": str(ROOT / "scripts"),
    }
    command = [
        *(str(_DBT), "--no-use-colors", "build", "--target", "spark"),
        *("--exclude-resource-type", "unit_test"),
        *("--project-dir", str(ROOT), "--profiles-dir", str(ROOT)),
    ]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    if not _DBT.exists():
        pytest.skip("no Spark: `make setup-spark` installs it into .venv-spark")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("no Java: install version 17 or newer, or set JAVA_HOME")
    project = Project(tmp_path_factory.mktemp("duckdb"))
    project.build()
    folder = tmp_path_factory.mktemp("spark")
    _build_on_spark(folder)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{project.warehouse}' as here (read_only)")
        connection.execute(f"attach '{project.state}' as state (read_only)")
        yield Built(connection, folder / "lake")


def test_rows_and_exact_sums_are_those_of_duckdb(built: Built) -> None:
    marts = built.marts()
    assert marts
    for schema, mart in marts:
        if schema != "forecasting":
            exact = built.columns(schema, mart, "DECIMAL", "BIGINT", "INTEGER")
            here = built.totals(f"here.{schema}.{mart}", exact)
            assert built.totals(built.on_spark(schema, mart), exact) == here, mart


def test_forecasts_are_those_of_duckdb(built: Built) -> None:
    kwh = built.columns("forecasting", "fct_demand_forecast", "DECIMAL")
    assert kwh
    differs = " or ".join(
        f"abs(here.{name} - there.{name}) > {_CLOSE} * greatest(abs(here.{name}), 1)"
        for name in kwh
    )
    (counts,) = built.connection.execute(
        f"select count(*), count(here.p50_kwh), count(there.p50_kwh),"
        f" count(case when {differs} then 1 end)"
        f" from here.forecasting.fct_demand_forecast as here"
        f" full join {built.on_spark('forecasting', 'fct_demand_forecast')} as there"
        " using (origin_ts_utc, series_id, target_hour_utc, algorithm)"
    ).fetchall()
    rows, on_duckdb, on_spark, different = counts
    assert rows == on_duckdb == on_spark > 0
    assert different == 0


def test_a_second_build_changes_nothing(built: Built) -> None:
    def sums() -> dict[str, tuple[object, ...]]:
        return {
            mart: built.totals(
                built.on_spark(schema, mart), built.columns(schema, mart, "DECIMAL", "BIGINT")
            )
            for schema, mart in built.marts()
        }

    before = sums()
    _build_on_spark(built.lake.parent)
    assert sums() == before
