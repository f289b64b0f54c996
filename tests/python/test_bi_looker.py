"""The LookML kit: a parser reads it, its names lead somewhere, its SQL gives the metrics."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import lkml
import pytest
import yaml
from bi_kits import model_of, publish_for_kits
from click.testing import CliRunner
from metric_sql import MARTS, Mart
from postgres_server import running
from project import Project

from ecocharge.bi.dashboards import PAGES
from ecocharge.bi.expressions import parse
from ecocharge.bi.looker.project import write_looker
from ecocharge.bi.looker.views import field_of
from ecocharge.bi.model import Model
from ecocharge.bi.reading import label_of
from ecocharge.cli.bi import command
from ecocharge.errors import EcoChargeError
from ecocharge.publishing.sending import send

_REFERENCE = re.compile(r"\$\{(\w+(?:\.\w+)?)\}")


@pytest.fixture(scope="module")
def model(demo_project: Project) -> Model:
    return model_of(demo_project)


@pytest.fixture(scope="module")
def kit(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bi") / "looker"
    write_looker(model, folder, "warehouse")
    return folder


@pytest.fixture(scope="module")
def views(kit: Path) -> dict[str, dict[str, Any]]:
    """Every view as the parser reads it, by name."""
    found = [lkml.load(file.read_text()) for file in sorted((kit / "views").iterdir())]
    return {view["name"]: view for each in found for view in each["views"]}


@pytest.fixture(scope="module")
def explores(kit: Path) -> dict[str, dict[str, Any]]:
    content = lkml.load((kit / "ecocharge.model.lkml").read_text())
    assert content["connection"] == "warehouse"
    return {explore["name"]: explore for explore in content["explores"]}


@pytest.fixture(scope="module")
def marts(demo_project: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(demo_project.open()) as connection:
        yield connection


def _fields(view: dict[str, Any]) -> set[str]:
    """What an explore may ask of a view: dimensions, their timeframes, measures."""
    plain = {each["name"] for each in view.get("dimensions", []) + view.get("measures", [])}
    times = {
        f"{group['name']}_{frame}"
        for group in view.get("dimension_groups", [])
        for frame in group["timeframes"]
    }
    return plain | times


def test_every_mart_is_a_view_with_every_column(
    model: Model, views: dict[str, dict[str, Any]]
) -> None:
    assert set(views) == {table.name for table in model.tables} - {model.days}
    for name, view in views.items():
        table = model.table(name)
        assert view["sql_table_name"] == f"{table.schema}.{name}"
        groups = [each["name"] for each in view.get("dimension_groups", [])]
        own = [each["name"] for each in view["dimensions"] if each["name"] != "row_key"] + groups
        assert sorted(own) == sorted(column.name for column in table.columns)
        assert sum("primary_key" in each for each in view["dimensions"]) == 1


def test_every_metric_is_a_measure_with_its_words(
    model: Model, views: dict[str, dict[str, Any]]
) -> None:
    for metric in model.metrics():
        measures = {each["name"]: each for each in views[metric.table]["measures"]}
        told = measures[field_of(metric)]
        assert (told["label"], told["description"]) == (metric.label, metric.description)


def test_no_two_fields_of_a_view_have_one_name(views: dict[str, dict[str, Any]]) -> None:
    for view in views.values():
        kinds = ("dimensions", "dimension_groups", "measures")
        names = [each["name"] for kind in kinds for each in view.get(kind, [])]
        assert len(names) == len(set(names)), view["name"]
        assert len(_fields(view)) == len(names) - len(view.get("dimension_groups", [])) + sum(
            len(each["timeframes"]) for each in view.get("dimension_groups", [])
        )


def test_every_reference_leads_to_a_field(views: dict[str, dict[str, Any]]) -> None:
    for view in views.values():
        for measure in view.get("measures", []):
            named = set(_REFERENCE.findall(measure["sql"])) - {"TABLE"}
            assert named <= _fields(view), measure["name"]


def test_every_fact_is_explored_with_its_stations(
    model: Model, views: dict[str, dict[str, Any]], explores: dict[str, dict[str, Any]]
) -> None:
    assert set(explores) == {table.name for table in model.facts()}
    for name, explore in explores.items():
        for join in explore.get("joins", []):
            assert join["relationship"] == "many_to_one"
            for reference in _REFERENCE.findall(join["sql_on"]):
                view, own = reference.split(".")
                assert own in _fields(views[view])
                assert view in {name, join["name"]}
        linked = {link.to_table for link in model.links_of(name)} - {model.days}
        assert {join["name"] for join in explore.get("joins", [])} == linked


def _loose_ends(
    board: dict[str, Any], views: dict[str, dict[str, Any]], explores: dict[str, dict[str, Any]]
) -> list[str]:
    """The fields of a dashboard that its explores do not have."""
    missing = []
    for element in board["elements"]:
        explore = explores[element["explore"]]
        reached = {explore["name"], *(join["name"] for join in explore.get("joins", []))}
        sorts = [each.removesuffix(" desc") for each in element.get("sorts", [])]
        asked = [*element["fields"], *element.get("pivots", []), *element.get("filters", {})]
        for field in [*asked, *sorts]:
            view, own = field.split(".")
            if view not in reached or own not in _fields(views[view]):
                missing.append(field)
    return missing


def test_dashboards_show_fields_that_exist(
    kit: Path, views: dict[str, dict[str, Any]], explores: dict[str, dict[str, Any]]
) -> None:
    boards = [
        board
        for file in sorted((kit / "dashboards").iterdir())
        for board in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]
    assert {board["dashboard"] for board in boards} == {page.name for page in PAGES}
    for board in boards:
        assert _loose_ends(board, views, explores) == []
    boards[0]["elements"][0]["fields"] = ["dim_stations.no_such_column"]
    assert _loose_ends(boards[0], views, explores) == ["dim_stations.no_such_column"]


def _sql(view: dict[str, Any], name: str) -> str:
    """What Looker asks the database for a measure."""
    measure = next(each for each in view["measures"] if each["name"] == name)
    of = measure["sql"].replace("${TABLE}", "mart")
    if measure["type"] == "number":
        return _REFERENCE.sub(lambda found: f"({_sql(view, found[1])})", of)
    aggregates = {"sum": "sum({})", "max": "max({})", "count_distinct": "count(distinct {})"}
    return aggregates[measure["type"]].format(of)


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.table)
def test_measures_equal_the_metrics_in_sql(
    mart: Mart,
    model: Model,
    views: dict[str, dict[str, Any]],
    marts: duckdb.DuckDBPyConnection,
) -> None:
    view = views[mart.table.partition(".")[2]]
    wanted = ", ".join(mart.metrics.values())
    told = ", ".join(_sql(view, field_of(model.metric(name))) for name in mart.metrics)
    one = marts.execute(f"select {wanted} from {mart.table} as mart").fetchall()[0]
    other = marts.execute(f"select {told} from {mart.table} as mart").fetchall()[0]
    assert [float(value) for value in other] == pytest.approx([float(value) for value in one])


@pytest.fixture(scope="module")
def postgres(
    demo_project: Project, model: Model, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a database with the marts of the kit."""
    generation = publish_for_kits(demo_project, model, tmp_path_factory.mktemp("generation"))
    # Short, and open to the server's own user: a socket's path has 107 characters at most.
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        Path(folder).chmod(0o755)
        with running(Path(folder)) as url:
            send(url, generation, site=generation / "none")
            yield url


def _ask(url: str, query: str) -> list[tuple[Any, ...]]:
    dbapi = pytest.importorskip("adbc_driver_postgresql.dbapi")
    with closing(dbapi.connect(url)) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(query)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def test_measures_mean_the_same_in_postgres(
    model: Model,
    views: dict[str, dict[str, Any]],
    marts: duckdb.DuckDBPyConnection,
    postgres: str,
) -> None:
    """A quotient of whole numbers is one there, and a decimal has digits of its own."""
    for mart in MARTS:
        view = views[mart.table.partition(".")[2]]
        wanted = ", ".join(mart.metrics.values())
        told = ", ".join(_sql(view, field_of(model.metric(name))) for name in mart.metrics)
        one = marts.execute(f"select {wanted} from {mart.table} as mart").fetchall()[0]
        other = _ask(postgres, f"select {told} from {mart.table} as mart")[0]
        assert [float(value) for value in other] == pytest.approx([float(value) for value in one])


def test_dimensions_can_be_asked_of_postgres(
    views: dict[str, dict[str, Any]], explores: dict[str, dict[str, Any]], postgres: str
) -> None:
    for name, explore in explores.items():
        view = views[name]
        asked = [*view["dimensions"], *view.get("dimension_groups", [])]
        columns = ", ".join(
            f"{each['sql'].replace('${TABLE}', name)} as {each['name']}" for each in asked
        )
        joins = " ".join(
            f"left join {views[join['name']]['sql_table_name']} on"
            f" {_REFERENCE.sub(lambda found: found[1], join['sql_on'])}"
            for join in explore.get("joins", [])
        )
        key = next(each["name"] for each in view["dimensions"] if "primary_key" in each)
        seen, keys, wanted = _ask(
            postgres,
            f"select count(*), count(distinct {key}),"
            f" (select count(*) from {view['sql_table_name']})"
            f" from (select {columns} from {view['sql_table_name']} {joins}) as asked",
        )[0]
        assert seen == keys == wanted > 0, name


def test_a_broken_file_is_caught(kit: Path) -> None:
    text = (kit / "views" / "rpt_station_efficiency.view.lkml").read_text()
    with pytest.raises(SyntaxError):
        lkml.load(text.rstrip().removesuffix("}"))


def test_a_kit_is_the_same_each_time(model: Model, kit: Path, tmp_path: Path) -> None:
    write_looker(model, tmp_path / "again", "warehouse")
    for file in (path for path in kit.rglob("*") if path.is_file()):
        assert (tmp_path / "again" / file.relative_to(kit)).read_bytes() == file.read_bytes()


def test_only_a_kit_of_its_own_is_replaced(model: Model, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(EcoChargeError, match="is no looker kit"):
        write_looker(model, tmp_path, "warehouse")
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


def test_a_failed_write_leaves_the_kit_as_it_was(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_looker(model, tmp_path / "kit", "warehouse")
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")}

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ecocharge.bi.looker.project.dashboard", fail)
    with pytest.raises(EcoChargeError, match="No space left"):
        write_looker(model, tmp_path / "kit", "warehouse")
    after = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")}
    assert after == before


def test_the_command_writes_the_kit(
    demo_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBT_TARGET_PATH", str(demo_project.target))
    done = CliRunner().invoke(command, ["looker", "--out", str(tmp_path / "kit")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "kit" / "ecocharge.model.lkml").is_file()
    assert "Examples:" in CliRunner().invoke(command, ["looker", "--help"]).output


def test_without_a_build_the_remedy_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path))
    done = CliRunner().invoke(command, ["looker", "--out", str(tmp_path / "kit")])
    assert isinstance(done.exception, EcoChargeError)
    assert "there is no build yet" in str(done.exception)


@pytest.mark.parametrize(
    "sql",
    ["sum(a)", "a +", "a < b", "case a when 1 then 2 end", "nullif(a)", "a b", "(a", "a ~ b", ""],
)
def test_an_expression_that_no_kit_can_hold_is_refused(sql: str) -> None:
    with pytest.raises(EcoChargeError, match="a BI kit cannot be made from"):
        parse(sql)


def test_labels_spell_units() -> None:
    assert label_of("grid_kg_co2") == "Grid kg CO2"
    assert label_of("peak_15min_kw") == "Peak 15min kW"
