"""Marts in a real Postgres: all of them at once or none, whoever reads, whatever fails."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner
from postgres_server import running
from tiny_network import change_warehouse, make_project

from ecocharge.cli.publish import command
from ecocharge.errors import EcoChargeError
from ecocharge.paths import Paths
from ecocharge.publishing.addresses import without_password
from ecocharge.publishing.publish import publish
from ecocharge.publishing.sending import send

dbapi = pytest.importorskip(
    "adbc_driver_postgresql.dbapi", reason="no driver: pip install -e '.[postgres]'"
)

DOUBLE = "update core.fct_charging_sessions set energy_kwh = energy_kwh * 2"
SCHEMAS = "core, forecasting, operations, quality, sustainability"
LOADS = 6


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    # Short, and open to the server's own user: a socket's path has 107 characters at most.
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        Path(folder).chmod(0o755)
        with running(Path(folder)) as url:
            yield url


@pytest.fixture
def database(server: str, request: pytest.FixtureRequest) -> str:
    """The address of an empty database."""
    database = f"t{abs(hash(request.node.nodeid))}"
    with (
        closing(dbapi.connect(server, autocommit=True)) as connection,
        closing(connection.cursor()) as cursor,
    ):
        cursor.execute(f"create database {database}")
    return server.replace("/postgres?", f"/{database}?")


@pytest.fixture(scope="module")
def generations(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two published generations; the second has twice the energy of the first."""
    paths = make_project(tmp_path_factory.mktemp("project"))
    first = publish(paths).folder
    change_warehouse(paths, DOUBLE, "second-run")
    return first, publish(paths).folder


def ask(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements in one transaction; the rows of the last."""
    with closing(dbapi.connect(url)) as connection, closing(connection.cursor()) as cursor:
        for statement in statements:
            cursor.execute(statement)
        rows: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
        connection.commit()
    return rows


def to(url: str, generation: Path) -> str:
    return send(url, generation, site=generation / "none")


def energy(url: str) -> float:
    return float(ask(url, "select sum(energy_kwh) from core.fct_charging_sessions")[0][0])


def test_every_mart_arrives_whole(database: str, generations: tuple[Path, Path]) -> None:
    assert to(database, generations[0]).endswith(f": schemas {SCHEMAS}")
    with duckdb.connect(str(generations[0] / "ecocharge.duckdb"), read_only=True) as marts:
        tables = marts.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        for schema, table in tables:
            counted = f"select count(*) from {schema}.{table}"
            assert ask(database, counted) == marts.execute(counted).fetchall()
        kwh = marts.execute("select sum(energy_kwh) from core.fct_charging_sessions").fetchall()
    assert energy(database) == float(kwh[0][0])
    assert len(tables) > len(SCHEMAS.split())


def test_keys_and_comments_come_along(database: str, generations: tuple[Path, Path]) -> None:
    to(database, generations[0])
    with duckdb.connect(str(generations[0] / "ecocharge.duckdb"), read_only=True) as marts:
        told = marts.execute(
            "select schema_name || '.' || table_name, column_name, trim(comment)"
            " from duckdb_columns() where comment is not null"
        ).fetchall()
    found = ask(
        database,
        "select attrelid::regclass::text, attname, col_description(attrelid, attnum)"
        " from pg_attribute where col_description(attrelid, attnum) is not null"
        " and attrelid::regclass::text like '%.%'"
        f" and split_part(attrelid::regclass::text, '.', 1) = any('{{{SCHEMAS}}}'::text[])",
    )
    assert sorted(found) == sorted(told)
    assert told
    keys = ask(
        database,
        "select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint"
        " where contype = 'p' and connamespace = 'core'::regnamespace",
    )
    assert sorted(keys) == [
        ("core.dim_stations", "PRIMARY KEY (station_id)"),
        ("core.fct_charging_sessions", "PRIMARY KEY (session_id)"),
    ]


def test_readers_see_one_whole_generation(database: str, generations: tuple[Path, Path]) -> None:
    to(database, generations[0])
    wanted = {energy(database)}
    to(database, generations[1])
    wanted.add(energy(database))
    seen: list[tuple[Any, ...]] = []
    errors: list[Exception] = []
    stop = threading.Event()

    def read() -> None:
        with closing(dbapi.connect(database, autocommit=True)) as connection:
            while not stop.is_set():
                try:
                    with closing(connection.cursor()) as cursor:
                        cursor.execute(
                            "select sum(energy_kwh)::float8,"
                            " (select count(*) from core.dim_stations),"
                            " (select count(*) from operations.rpt_station_efficiency)"
                            " from core.fct_charging_sessions"
                        )
                        seen.append(cursor.fetchall()[0])
                except Exception as error:
                    errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for load in range(LOADS):
        to(database, generations[load % 2])
    stop.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert {row[0] for row in seen} <= wanted
    assert len({row[1:] for row in seen}) == 1
    assert len(seen) > LOADS


def test_a_load_that_fails_leaves_what_was_there(
    database: str, generations: tuple[Path, Path], tmp_path: Path
) -> None:
    to(database, generations[0])
    before = energy(database)
    broken = tmp_path / "broken"
    shutil.copytree(generations[1], broken)
    file = broken / "ecocharge.duckdb"
    file.chmod(0o644)
    with duckdb.connect(str(file)) as marts:
        marts.execute("insert into core.dim_stations from core.dim_stations limit 1")
    with pytest.raises(EcoChargeError, match="station_id") as caught:
        to(database, broken)
    assert "nothing there has changed" in str(caught.value)
    assert energy(database) == before
    assert ask(database, "select nspname from pg_namespace where nspname like '%ecocharge%'") == []


def test_somebody_elses_schema_is_left_alone(database: str, generations: tuple[Path, Path]) -> None:
    ask(database, "create schema core", "create table core.mine (id int)")
    with pytest.raises(EcoChargeError, match="not EcoCharge's"):
        to(database, generations[0])
    assert ask(database, "select count(*) from core.mine") == [(0,)]


def test_views_and_rights_are_carried_over(database: str, generations: tuple[Path, Path]) -> None:
    to(database, generations[0])
    reader = f"reader_{database.rpartition('/')[2].partition('?')[0]}"
    ask(
        database,
        f"create role {reader}",
        f"grant usage on schema core to {reader}",
        f"grant select on core.fct_charging_sessions to {reader}",
        "create view public.total as"
        " select sum(energy_kwh)::float8 from core.fct_charging_sessions",
        "create view public.twice as select 2 * sum as twice from public.total",
    )
    before = ask(database, "select sum from public.total")[0][0]
    to(database, generations[1])
    assert ask(database, "select sum from public.total")[0][0] == pytest.approx(2 * before)
    assert ask(database, "select twice from public.twice")[0][0] == pytest.approx(4 * before)
    rights = (
        f"has_schema_privilege('{reader}', 'core', 'usage')",
        f"has_table_privilege('{reader}', 'core.fct_charging_sessions', 'select')",
        f"has_table_privilege('{reader}', 'core.fct_charging_sessions', 'delete')",
        f"has_table_privilege('{reader}', 'core.dim_stations', 'select')",
    )
    assert ask(database, f"select {', '.join(rights)}") == [(True, True, False, False)]


def test_a_materialized_view_is_named(database: str, generations: tuple[Path, Path]) -> None:
    to(database, generations[0])
    ask(database, "create materialized view public.kept as select * from core.dim_stations")
    with pytest.raises(EcoChargeError, match=r"public\.kept") as caught:
        to(database, generations[1])
    assert "drop it" in str(caught.value)


def test_a_reader_in_a_long_transaction_is_not_waited_for(
    database: str, generations: tuple[Path, Path]
) -> None:
    to(database, generations[0])
    with closing(dbapi.connect(database)) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("select count(*) from core.fct_charging_sessions")
        cursor.fetchall()
        before = energy(database)
        to(database, generations[1])
        assert energy(database) == pytest.approx(2 * before)
        left = "select count(*) from pg_namespace where nspname like 'core%before%'"
        assert ask(database, left) == [(1,)]
    to(database, generations[0])
    assert ask(database, left) == [(0,)]


def test_the_command_publishes_and_sends(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = make_project(tmp_path)
    monkeypatch.setenv("ECOCHARGE_HOME", str(paths.root))
    done = CliRunner().invoke(command, ["--to", database], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert f"schemas {SCHEMAS}" in done.output
    assert energy(database) > 0


def test_an_unknown_place_is_refused_before_anything_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = make_project(tmp_path)
    monkeypatch.setenv("ECOCHARGE_HOME", str(paths.root))
    done = CliRunner().invoke(command, ["--to", "ftp://example.org"])
    assert isinstance(done.exception, EcoChargeError)
    assert "postgresql://" in str(done.exception)
    assert not Paths(tmp_path).published.exists()


def test_no_password_is_told(generations: tuple[Path, Path]) -> None:
    url = "postgresql://me:secret@127.0.0.1:1/marts"
    assert without_password(url) == "postgresql://me:***@127.0.0.1:1/marts"
    with pytest.raises(EcoChargeError) as caught:
        to(url, generations[0])
    assert "secret" not in str(caught.value)
