"""A fingerprint changes when the content does, and only then."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from ecocharge.errors import EcoChargeError
from ecocharge.fingerprint import PUBLIC_SCHEMAS, Fingerprint, mart_fingerprints, table_fingerprint

FACT = "core.fct_energy"
ROWS = 1_000


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema core; create schema quality; create schema staging")
        connection.execute(
            f"""create table {FACT} as
            select
                i as id,
                case when i % 10 > 0 then 'name ' || i % 7 end as name,
                (i * 0.001)::decimal(18, 6) as energy_kwh,
                timestamp '2025-01-01' + to_minutes(i) as hour_start_utc,
                i / 7::double as ratio,
                'file ' || i as source_file,
                i as source_line,
                'load' as load_id,
                now() as issued_at
            from range({ROWS}) as t (i)"""
        )
        connection.execute("create table quality.rpt as select 1 as a")
        connection.execute("create table staging.seen as select 1 as a")
        connection.execute("create view core.a_view as select 1 as a")
        yield connection


def of(connection: duckdb.DuckDBPyConnection) -> Fingerprint:
    return mart_fingerprints(connection)[FACT]


def test_only_the_tables_asked_for_take_part(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert set(mart_fingerprints(warehouse)) == {FACT}
    asked = mart_fingerprints(warehouse, [*PUBLIC_SCHEMAS, "quality"])
    assert set(asked) == {FACT, "quality.rpt"}
    assert asked[FACT].rows == ROWS


def test_the_order_of_rows_and_columns_does_not_matter(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    before = of(warehouse)
    warehouse.execute(
        f"create or replace table {FACT} as select ratio, hour_start_utc, * exclude (ratio,"
        f" hour_start_utc) from {FACT} order by md5(id::varchar)"
    )
    assert of(warehouse) == before


@pytest.mark.parametrize("column", ["source_file", "source_line", "load_id", "issued_at"])
def test_lineage_and_issue_time_take_part_only_on_request(
    warehouse: duckdb.DuckDBPyConnection, column: str
) -> None:
    before = of(warehouse)
    asked = table_fingerprint(warehouse, "core", "fct_energy", leave_out=())
    warehouse.execute(f"update {FACT} set {column} = null where id = 1")
    assert of(warehouse) == before
    assert table_fingerprint(warehouse, "core", "fct_energy", leave_out=()) != asked


@pytest.mark.parametrize(
    "change",
    [
        f"update {FACT} set energy_kwh = energy_kwh + 0.000001 where id = 500",
        f"update {FACT} set ratio = ratio + 1e-13 where id = 500",
        f"update {FACT} set name = '' where id = 500",
        f"update {FACT} set name = null where id = 501",
        f"insert into {FACT} from {FACT} where id = 500",
        f"insert into {FACT} from {FACT} where id < 2",
        f"delete from {FACT} where id = 500",
        f"delete from {FACT}",
        f"alter table {FACT} rename column name to title",
        f"alter table {FACT} alter id type varchar",
    ],
)
def test_any_change_of_content_changes_it(
    warehouse: duckdb.DuckDBPyConnection, change: str
) -> None:
    before = of(warehouse)
    warehouse.execute(change)
    assert of(warehouse) != before


def test_values_that_move_between_cells_change_it(warehouse: duckdb.DuckDBPyConnection) -> None:
    made = []
    for first, second in [("'a'", "'bc'"), ("'ab'", "'c'"), ("null", "'abc'"), ("'abc'", "null")]:
        warehouse.execute(f"create or replace table core.t as select {first} as a, {second} as b")
        made.append(table_fingerprint(warehouse, "core", "t"))
    assert len(set(made)) == len(made)


def test_nothing_to_compare_is_an_error(warehouse: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(EcoChargeError, match="no table in sustainability"):
        mart_fingerprints(warehouse, ["sustainability"])
    with pytest.raises(EcoChargeError, match="no column to compare"):
        table_fingerprint(warehouse, "core", "missing")
