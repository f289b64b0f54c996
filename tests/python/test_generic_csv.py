"""Any CSV through a mapping: the mapping's own checks, and three real feeds figure by figure."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from project import ROOT, SALT, Project

from ecocharge.errors import EcoChargeError
from ecocharge.landing.adapters.generic_csv import ADAPTER, KINDS, adapter_for, landed_columns
from ecocharge.landing.feeds import Feed, feed_names, find_feed
from ecocharge.landing.inputs import InputFile
from ecocharge.landing.load import Lander, Options
from ecocharge.landing.mapping import read_mapping
from ecocharge.landing.personal import Salt
from ecocharge.state import open_state

FEEDS = ("norway", "cary", "workplace")
SHARED_BUILD = "real"
FACTS = ("+fct_charging_sessions", "+fct_energy_15min")
MINIMAL = {"sessions": {"fields": {"started_at": "start", "energy": "kwh"}}}


def refused(mapping: str, folder: Path) -> EcoChargeError:
    """The error that a feed with this mapping ends in."""
    path = folder / "feed.yml"
    path.write_text(
        "adapter: generic_csv\nmapping:\n" + textwrap.indent(textwrap.dedent(mapping), "  ")
    )
    with pytest.raises(EcoChargeError) as caught:
        adapter_for(find_feed(folder, "feed"))
    return caught.value


SESSIONS = "sessions:\n  fields:\n    started_at: start\n    energy: kwh\n"


@pytest.mark.parametrize(
    ("mapping", "line", "key", "remedy"),
    [
        ("trips: {fields: {}}\n", 3, "mapping.trips", "choose from: sessions"),
        ("sessions: [a]\n", 3, "mapping.sessions", "indent"),
        (SESSIONS + "    colour: hue\n", 7, "mapping.sessions.fields.colour", "choose from"),
        ("sessions:\n  fields:\n    energy: kwh\n", 4, "sessions.fields", "started_at"),
        (SESSIONS.replace("kwh", "{column: kwh, unit: J}"), 6, "energy.unit", "kWh, Wh, MWh"),
        (SESSIONS + "    charging: minutes\n", 7, "charging", "s, min, h, hh:mm:ss"),
        (SESSIONS.replace("kwh", "{}"), 6, "fields.energy", "column"),
        (SESSIONS.replace("kwh", "{column: a, constant: b}"), 6, "fields.energy", "one of"),
        (SESSIONS.replace("kwh", "{column: 7}"), 6, "energy.column", "quotes"),
        (SESSIONS.replace("start\n", "{date: a}\n"), 5, "started_at", "`time:`"),
        (SESSIONS.replace("start\n", "{column: a, format: '%H:%M'}\n"), 5, "format", "%d/%m/%Y"),
        (SESSIONS.replace("start\n", "{column: a, format: '%d %Q'}\n"), 5, "format", "iso"),
        (SESSIONS.replace("start\n", "{column: a, zone: CET}\n"), 5, "started_at.zone", "utc"),
        (SESSIONS + "  zone: Oslo\n", 7, "sessions.zone", "Europe/Oslo"),
        (SESSIONS + "  decimal_mark: point\n", 7, "decimal_mark", "one character"),
        (SESSIONS + "  thousands_mark: '.'\n", 3, "decimal_mark", "fraction"),
        (SESSIONS + "  year_offset: 20\n", 7, "year_offset", "2000"),
        (SESSIONS + "  null_words: [a|b]\n", 7, "null_words", "vertical bar"),
    ],
)
def test_a_wrong_mapping_names_its_line_and_what_to_do(
    mapping: str, line: int, key: str, remedy: str, tmp_path: Path
) -> None:
    error = refused(mapping, tmp_path)
    assert key in error.message
    assert remedy in (error.remedy or "")
    assert error.file == str(tmp_path / "feed.yml")
    assert error.line == line


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
YAML = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["fields", "zone", "null_words", "drop", "decimal_mark", "thousands_mark", "year_offset"]
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, YAML, max_size=4), YAML, YAML)
def test_any_mapping_is_read_or_refused(
    entity: dict[str, Any], field: object, whole: object
) -> None:
    for given_mapping in (
        {"sessions": entity},
        {"sessions": {"fields": {"started_at": field, "energy": "a"}}},
        {"sessions": {"fields": {"started_at": {"column": "a", "format": field}, "energy": "a"}}},
        whole if isinstance(whole, dict) else {"sessions": whole},
    ):
        with suppress(EcoChargeError):
            read_mapping(given_mapping, KINDS)


def test_every_feed_file_can_be_used() -> None:
    for name in feed_names(ROOT / "feeds"):
        adapter_for(find_feed(ROOT / "feeds", name))


def test_staging_reads_the_columns_that_are_landed() -> None:
    """The macro repeats the declaration, since SQL cannot import it."""
    text = (ROOT / "macros/generic_csv/generic_csv_columns.sql").read_text()
    _, *parts = text.split("return({")
    fields, settings_of = (yaml.safe_load("{" + part.split("}[entity]")[0] + "}") for part in parts)
    for kind in KINDS:
        assert tuple(fields[kind.name] + settings_of[kind.name]) == landed_columns(kind)


def test_an_unmapped_feed_can_land_its_stations_only() -> None:
    assert [entity.name for entity in ADAPTER.entities] == ["stations"]
    assert [entity.name for entity in adapter_for(Feed("x", mapping=MINIMAL)).entities] == [
        "stations"
    ]
    own = adapter_for(Feed("x", adapter="generic_csv", mapping=MINIMAL))
    assert [entity.name for entity in own.entities] == ["sessions", "stations"]


def land_mine(folder: Path, mapping: str, text: str) -> list[dict[str, object]]:
    """The rows that land of a file's text in a feed with this mapping."""
    (folder / "mine.yml").write_text(
        "adapter: generic_csv\nmapping:\n" + textwrap.indent(mapping, "  ")
    )
    file = folder / "sessions.csv"
    file.write_text(text)
    with open_state(folder / "state.duckdb") as connection:
        lander = Lander(
            connection, folder / "landing", find_feed(folder, "mine"), Salt(SALT), Options()
        )
        lander.land(InputFile(file, file.name))
    (landed,) = (folder / "landing").glob("mine/generic_csv_sessions/*.parquet")
    return list(pq.read_table(landed).to_pylist())


def test_a_mended_mapping_lands_the_same_file_again(tmp_path: Path) -> None:
    text = "start,kwh,wh\n2022-01-01T00:00:00Z,1,4360\n"
    (row,) = land_mine(tmp_path, SESSIONS, text)
    assert (row["energy"], row["energy_unit"]) == ("1", "kWh")
    (row,) = land_mine(tmp_path, SESSIONS.replace("kwh", "{column: wh, unit: Wh}"), text)
    assert (row["energy"], row["energy_unit"]) == ("4360", "Wh")


def test_only_mapped_names_count_and_one_may_serve_twice(tmp_path: Path) -> None:
    """A header that is a field's own name means what the mapping says, not what it looks like."""
    mapping = SESSIONS + "    charger_id: station_name\n    port_id: station_name\n"
    (row,) = land_mine(tmp_path, mapping, "start,kwh,station_name,revenue\na,1,Deck 2,7\n")
    assert (row["charger_id"], row["port_id"]) == ("Deck 2", "Deck 2")
    assert (row["station_name"], row["revenue"]) == (None, None)


def test_constants_and_personal_fields(tmp_path: Path) -> None:
    mapping = SESSIONS + "    currency: {constant: NOK}\n    driver: card\n"
    (row,) = land_mine(tmp_path, mapping, "start,kwh,card\na,1,04A2B3\n")
    assert (row["currency"], row["driver"]) == ("NOK", Salt(SALT).key("04A2B3"))


def test_a_missing_column_names_its_header(tmp_path: Path) -> None:
    with pytest.raises(EcoChargeError, match="energy") as caught:
        land_mine(tmp_path, SESSIONS, "start,power\n2022-01-01T00:00:00Z,1\n")
    assert caught.value.file == str(tmp_path / "sessions.csv")


def deliver(project: Project, _: Path, request: pytest.FixtureRequest) -> list[str]:
    real_data: Path = request.getfixturevalue("real_data")
    for feed in FEEDS:
        project.land(feed, *sorted((real_data / feed).glob("*.csv")))
    return list(FEEDS)


@pytest.fixture
def warehouse(shared_project: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(shared_project.open()) as connection:
        yield connection


def rows(warehouse: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return warehouse.execute(sql).fetchall()


@pytest.mark.parametrize(
    ("feed", "expected"),
    [
        # 27,861 modelled sessions and 190 modelled drivers beside 28,671 sessions.
        ("norway", (28_671 + 27_861 + 190, 28_660, 11, 0, 28_051, "361147.159000")),
        ("cary", (1_994 + 4 * 1_025, 1_994, 0, 4 * 1_025, 0, "17396.002000")),
        ("workplace", (3_395, 3_395, 0, 0, 0, "19723.690000")),
    ],
)
def test_rows_by_class(
    warehouse: duckdb.DuckDBPyConnection, feed: str, expected: tuple[object, ...]
) -> None:
    found = rows(
        warehouse,
        "select sum(rows_in)::int, sum(accepted)::int, sum(quarantined)::int,"
        " sum(exact_duplicates)::int, sum(supporting_records)::int,"
        " sum(energy_accepted_kwh)::varchar from quality.rpt_reconciliation"
        f" where source_system = '{feed}'",
    )
    assert found == [expected]


def test_the_serialisations_of_cary_agree(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Each of the 1,025 sessions of five files is the same row in all of them."""
    found = rows(
        warehouse,
        "with told as (select session_id, count(*) as n, count(distinct source_file) as files,"
        " count(distinct (started_at_utc, ended_at_utc, energy_kwh, revenue_amount)) as contents"
        " from intermediate.int_sessions__classified where source_system = 'cary' group by 1)"
        " select n, files, contents, count(*) from told group by all order by 1",
    )
    assert found == [(1, 1, 1, 1_994 - 1_025), (5, 5, 1, 1_025)]


def test_norway_without_an_end_is_refused(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        warehouse,
        "select reasons, count(*) from intermediate.int_sessions__classified"
        " where source_system = 'norway' and row_class = 'quarantined' group by 1",
    ) == [("MISSING_END", 11)]


def test_norway_sessions_over_a_clock_change(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Where the stated duration counts real time, the wall clock read in Europe/Oslo agrees."""
    found = rows(
        warehouse,
        "select rows.native_session_id, connected_seconds,"
        " round((replace(masked_record ->> 'connected', ',', '.')::decimal(12, 6)) * 3600)::int"
        " from intermediate.int_sessions__classified as rows"
        " inner join intermediate.int_sessions__unioned as landed using (row_id)"
        " where rows.source_system = 'norway'"
        " and contains(rules_broken, 'SPAN_DIFFERS_BY_AN_HOUR') order by 1",
    )
    assert [session for session, *_ in found] == ["KRO_342", "KRO_349", "KRO_350", "KRO_351"]
    assert max(abs(real - stated) for _, real, stated in found) <= 1


def test_a_model_tells_no_session_when_it_charged(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        warehouse,
        "select count(charging_ended_at_utc), count(distinct driver_key)"
        " from intermediate.int_sessions__classified where source_system = 'norway'",
    ) == [(0, 190)]


def test_the_years_of_workplace_are_repaired(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        warehouse,
        "select min(started_at_utc)::varchar, max(started_at_utc)::varchar,"
        " count(*) filter (not contains(rules_broken, 'YEAR_REPAIRED')), bool_and(is_assumed)"
        " from intermediate.int_sessions__classified inner join"
        " (select station_id, time_zone_is_assumed as is_assumed"
        " from intermediate.int_stations__unioned) using (station_id)"
        " where source_system = 'workplace'",
    ) == [("2014-11-18 21:01:17", "2015-10-04 17:44:59", 0, True)]


def test_no_driver_is_kept(shared_project: Project, real_data: Path) -> None:
    """Each of norway's 190 users has a key, and none is landed under its own name."""
    with duckdb.connect() as connection:
        connection.execute(
            "create table users as select distinct user_id from read_csv(?)",
            [str(real_data / "norway" / "Dataset2_user_predictions.csv")],
        )
        assert connection.execute(
            "select count(distinct driver),"
            " count(*) filter (driver in (from users) or not regexp_full_match(driver, ?))"
            " from read_parquet(?, union_by_name = true)",
            ["[0-9a-f]{16}", str(shared_project.landing / "norway" / "*" / "*.parquet")],
        ).fetchall() == [(190, 0)]


def cary_facts(project: Project) -> dict[str, list[tuple[Any, ...]]]:
    """What the marts say of cary, without lineage."""
    with closing(project.open()) as connection:
        return {
            fact: connection.execute(
                f"select columns(lambda name: not starts_with(name, 'source_')) from core.{fact}"
                " where starts_with(station_id, 'cary:') order by all"
            ).fetchall()
            for fact in ("fct_charging_sessions", "fct_energy_15min")
        }


def test_deliveries_in_any_order_give_the_same_facts(
    shared_project: Project, real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Project(tmp_path_factory.mktemp("reversed"))
    files = sorted((real_data / "cary").glob("*.csv"), reverse=True)
    shutil.copy(files[0], other.folder / "again.csv")
    for file in (*files, other.folder / "again.csv"):
        other.land("cary", file)
    other.build(sources=["cary"], select=list(FACTS), with_tests=False)
    expected = cary_facts(shared_project)
    assert all(expected.values())
    assert cary_facts(other) == expected
