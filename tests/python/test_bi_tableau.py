"""The Tableau kit: valid by Tableau's schema, every name exists, the extract holds the marts."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import duckdb
import pytest
import xmlschema
from bi_kits import SCHEMAS, model_of, publish_for_kits
from click.testing import CliRunner
from metric_sql import MARTS, Mart
from project import ROOT, Project

from ecocharge.bi.dashboards import PAGES
from ecocharge.bi.model import Column, Kind, Model
from ecocharge.bi.tableau.extract import hyper_type
from ecocharge.bi.tableau.formulas import field
from ecocharge.bi.tableau.package import write_tableau
from ecocharge.bi.tableau.workbook import workbook
from ecocharge.cli.bi import command
from ecocharge.errors import EcoChargeError

hyper = pytest.importorskip(
    "tableauhyperapi", reason="no Hyper engine: pip install -e '.[tableau]', where there is one"
)

_USER = "http://www.tableausoftware.com/xml/user"
_FIELD = re.compile(r"\[[^\]]+\]")
_QUALIFIED = re.compile(r"\[([^\]]+)\]\.(\[[^\]]+\])")


@pytest.fixture(scope="module")
def model(demo_project: Project) -> Model:
    return model_of(demo_project)


@pytest.fixture(scope="module")
def published(
    demo_project: Project, model: Model, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    return publish_for_kits(demo_project, model, tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="module")
def kit(published: Path, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bi") / "tableau"
    write_tableau(model, folder, published / "parquet", "a generation")
    return folder


@pytest.fixture(scope="module")
def twb(model: Model) -> str:
    return workbook(model)


@pytest.fixture(scope="module")
def schema() -> xmlschema.XMLSchema:
    file = next((ROOT / ".venv-schemas").rglob("twb_2026.1.0.xsd"), None)
    if file is None:
        pytest.skip("Tableau's schema is not there; `make setup-dev` installs it")
    return xmlschema.XMLSchema(
        str(file),
        locations={_USER: str(SCHEMAS / "tableau" / "user.xsd")},
        allow="local",
    )


def test_the_workbook_is_valid_by_tableaus_schema(twb: str, schema: xmlschema.XMLSchema) -> None:
    assert [f"{error.path}: {error.reason}" for error in schema.iter_errors(twb)] == []


@pytest.mark.parametrize(
    ("whole", "broken"),
    [
        ('<aggregation value="true" />', ""),
        ('<mark class="Bar" />', '<mark class="Bars" />'),
        ('<simple-id uuid="{', '<simple-id uuid="'),
        ("<run>Occupancy</run>", "<b>Occupancy</b>"),
    ],
)
def test_a_broken_workbook_is_caught(
    twb: str, schema: xmlschema.XMLSchema, whole: str, broken: str
) -> None:
    assert whole in twb
    assert list(schema.iter_errors(twb.replace(whole, broken, 1)))


def _loose_ends(root: ET.Element) -> list[str]:
    """Names that lead nowhere; Tableau's schema does not follow them."""
    fields = {
        source.attrib["name"]: {column.attrib["name"] for column in source.iterfind("column")}
        for source in root.iterfind("datasources/datasource")
    }
    sheets = {sheet.attrib["name"] for sheet in root.iterfind("worksheets/worksheet")}
    boards = {board.attrib["name"] for board in root.iterfind("dashboards/dashboard")}
    found = []
    for source in root.iterfind("datasources/datasource"):
        known = fields[source.attrib["name"]]
        found += [name for name in _in_formulas(source) if name not in known]
    for sheet in root.iterfind("worksheets/worksheet"):
        (used,) = sheet.iterfind(".//datasource-dependencies")
        source = used.attrib["datasource"]
        known = {column.attrib["name"] for column in used.iterfind("column")}
        instances = used.findall("column-instance")
        found += [name for name in known if name not in fields.get(source, set())]
        found += [each.attrib["column"] for each in instances if each.attrib["column"] not in known]
        found += [name for name in _in_formulas(used) if name not in fields.get(source, set())]
        named = {each.attrib["name"] for each in instances}
        for own, name in _qualified(sheet):
            if own != source or name not in named:
                found.append(f"{own}.{name}")
    found += [
        zone.attrib["name"]
        for zone in root.iterfind(".//zone[@name]")
        if zone.attrib["name"] not in sheets
    ]
    windows = {window.attrib["name"] for window in root.iterfind("windows/window")}
    return found + sorted(windows ^ (sheets | boards))


def _in_formulas(element: ET.Element) -> Iterator[str]:
    for calculation in element.iterfind("column/calculation"):
        yield from _FIELD.findall(calculation.attrib["formula"])


def _qualified(sheet: ET.Element) -> Iterator[tuple[str, str]]:
    """Every `[source].[instance]` in a sheet."""
    for element in sheet.iter():
        for text in (element.text or "", *element.attrib.values()):
            yield from _QUALIFIED.findall(text)


def test_every_name_in_the_workbook_leads_somewhere(twb: str) -> None:
    assert _loose_ends(ET.fromstring(twb)) == []


@pytest.mark.parametrize(
    ("whole", "broken"),
    [
        ('formula="SUM([energy_kwh])"', 'formula="SUM([energy_kwhs])"'),
        ("[usr:metric occupancy:qk]</text>", "[usr:metric occupancies:qk]</text>"),
        ('column="[hour_of_day]"', 'column="[hours_of_day]"'),
        ('name="Occupancy" w=', 'name="Occupancies" w='),
    ],
)
def test_a_name_that_leads_nowhere_is_caught(twb: str, whole: str, broken: str) -> None:
    if whole.endswith("</text>"):
        whole, broken = (each.removesuffix("</text>") + '" />' for each in (whole, broken))
    assert whole in twb
    assert _loose_ends(ET.fromstring(twb.replace(whole, broken, 1))) != []


def test_every_dashboard_and_metric_is_there(twb: str, model: Model) -> None:
    root = ET.fromstring(twb)
    boards = [board.attrib["name"] for board in root.iterfind("dashboards/dashboard")]
    assert boards == [page.title for page in PAGES]
    captions = [
        column.attrib["caption"]
        for column in root.iterfind("datasources/datasource/column[calculation]")
    ]
    assert sorted(captions) == sorted(metric.label for metric in model.metrics())


def test_a_workbook_is_the_same_each_time(model: Model, twb: str) -> None:
    assert workbook(model) == twb


@pytest.fixture(scope="module")
def extract(kit: Path) -> Iterator[Any]:
    with (
        hyper.HyperProcess(
            hyper.Telemetry.DO_NOT_SEND_USAGE_DATA_TO_TABLEAU, parameters={"log_config": ""}
        ) as process,
        hyper.Connection(process.endpoint, kit / "ecocharge.hyper") as connection,
    ):
        yield connection


@pytest.fixture(scope="module")
def marts(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    file = str(published / "ecocharge.duckdb")
    with closing(duckdb.connect(file, read_only=True)) as connection:
        yield connection


def test_the_extract_holds_the_marts_to_the_last_digit(
    model: Model, extract: Any, marts: duckdb.DuckDBPyConnection
) -> None:
    exact = 0
    for table in model.tables:
        sums = [f"count({each.name})" for each in table.columns]
        sums += [f"sum({each.name})" for each in table.columns if each.kind is Kind.NUMBER]
        query = f"select count(*), {', '.join(sums)} from {table.schema}.{table.name}"
        told = extract.execute_list_query(query)[0]
        wanted = marts.execute(query).fetchall()[0]
        for one, other in zip(told, wanted, strict=True):
            if isinstance(one, Decimal):
                exact += 1
                assert one == other, table.name
            else:
                assert one == (other if other is None else pytest.approx(float(other)))
    assert exact > len(model.tables)


def test_texts_times_and_truths_come_across(extract: Any, marts: duckdb.DuckDBPyConnection) -> None:
    query = (
        "select session_id, station_id, started_at_utc, date_local, energy_kwh"
        " from core.fct_charging_sessions order by session_id limit 500"
    )
    read = [[_plain(value) for value in row] for row in extract.execute_list_query(query)]
    assert read == [list(row) for row in marts.execute(query).fetchall()]
    query = "select date_local, is_weekend from core.dim_days order by 1"
    read = [[_plain(value) for value in row] for row in extract.execute_list_query(query)]
    assert read == [list(row) for row in marts.execute(query).fetchall()]


def _plain(value: Any) -> Any:
    """Python's own date or moment where the engine gives one of its kind."""
    if isinstance(value, hyper.Timestamp):
        return value.to_datetime()
    return value.to_date() if isinstance(value, hyper.Date) else value


_WORDS = [
    (r"\bIF\b", "case when"),
    (r"\bCOUNTD\(", "count(distinct "),
    (r"\bFLOAT\(", "(1e0 * "),
    (r"\bISNULL\((\[[^\]]+\])\)", r"\1 is null"),
]


def _sql(formulas: dict[str, str], name: str) -> str:
    """A calculation in SQL: Tableau's words are SQL's by another name, so far as they are used."""
    formula = formulas[name]
    for word, other in _WORDS:
        formula = re.sub(word, other, formula)
    for own in set(_FIELD.findall(formula)):
        inside = f"({_sql(formulas, own)})" if own in formulas else own[1:-1]
        formula = formula.replace(own, inside)
    return formula


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.table)
def test_calculations_equal_the_metrics_in_sql(
    mart: Mart,
    model: Model,
    twb: str,
    extract: Any,
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """Asked of the extract itself, in the words of the workbook."""
    formulas = {
        column.attrib["name"]: column.find("calculation").attrib["formula"]  # type: ignore[union-attr]
        for column in ET.fromstring(twb).iterfind("datasources/datasource/column[calculation]")
    }
    told = ", ".join(_sql(formulas, field(model.metric(name))) for name in mart.metrics)
    one = extract.execute_list_query(f"select {told} from {mart.table}")[0]
    wanted = ", ".join(mart.metrics.values())
    other = marts.execute(f"select {wanted} from {mart.table}").fetchall()[0]
    assert [float(value) for value in one] == pytest.approx([float(value) for value in other])


def test_the_workbook_asks_the_extract_for_columns_it_has(twb: str, extract: Any) -> None:
    columns = {
        (schema, table.name.unescaped): {
            each.name.unescaped for each in extract.catalog.get_table_definition(table).columns
        }
        for schema in ("core", "operations", "sustainability", "forecasting")
        for table in extract.catalog.get_table_names(schema)
    }
    asked = 0
    for source in ET.fromstring(twb).iterfind("datasources/datasource"):
        homes = {}
        for relation in source.iterfind(".//relation[@table]"):
            schema, table = _FIELD.findall(relation.attrib["table"])
            homes[relation.attrib["name"]] = columns[(schema[1:-1], table[1:-1])]
        for each in source.iterfind("connection/cols/map"):
            table, column = _FIELD.findall(each.attrib["value"])
            assert column[1:-1] in homes[table[1:-1]]
            asked += 1
    assert asked


def test_the_package_holds_workbook_and_extract(kit: Path, twb: str) -> None:
    with zipfile.ZipFile(kit / "ecocharge.twbx") as package:
        assert package.namelist() == ["ecocharge.twb", "Data/ecocharge.hyper"]
        assert package.read("ecocharge.twb").decode() == twb
        assert package.read("Data/ecocharge.hyper") == (kit / "ecocharge.hyper").read_bytes()
    named = {
        each.attrib["dbname"] for each in ET.fromstring(twb).iterfind(".//connection[@dbname]")
    }
    assert named == {"Data/ecocharge.hyper"}


@pytest.mark.parametrize(
    ("data_type", "expected"),
    [
        ("decimal(18,6)", "numeric(18,6)"),
        ("decimal(28,6)", "double precision"),
        ("double", "double precision"),
    ],
)
def test_decimals_too_wide_for_an_extract_become_doubles(data_type: str, expected: str) -> None:
    assert hyper_type(Column("x", Kind.NUMBER, data_type, "")) == expected


def test_the_command_writes_the_kit_and_nothing_beside_it(
    demo_project: Project, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBT_TARGET_PATH", str(demo_project.target))
    monkeypatch.setenv("ECOCHARGE_PUBLISHED", str(published))
    monkeypatch.setenv("ECOCHARGE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(command, ["tableau"])
    assert done.exit_code == 0, done.output
    assert [file.name for file in tmp_path.iterdir()] == ["bi"]
    assert sorted(file.name for file in (tmp_path / "bi" / "tableau").iterdir()) == [
        "ecocharge.hyper",
        "ecocharge.twbx",
        "kit.json",
    ]


def test_without_the_engine_the_remedy_is_told(
    model: Model, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "tableauhyperapi", None)
    with pytest.raises(EcoChargeError, match="not installed") as caught:
        write_tableau(model, tmp_path / "kit", published / "parquet", "a generation")
    assert "pip install -e '.[tableau]'" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_mart_that_is_not_published_is_told(model: Model, tmp_path: Path) -> None:
    with pytest.raises(EcoChargeError, match="the extract cannot be written") as caught:
        write_tableau(model, tmp_path / "kit", tmp_path, "a generation")
    assert "ecocharge publish" in str(caught.value)
    assert list(tmp_path.iterdir()) == []
