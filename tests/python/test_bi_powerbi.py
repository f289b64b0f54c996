"""The Power BI kit: its files have the shape they must, and every name in them exists."""

from __future__ import annotations

import copy
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import fastjsonschema
import pytest
from bi_kits import SCHEMAS, model_of, publish_for_kits
from click.testing import CliRunner
from metric_sql import MARTS, Mart
from project import Project
from tmdl_parser import TmdlParser

from ecocharge.bi.dashboards import HEIGHT, PAGES, WIDTH
from ecocharge.bi.expressions import Constant, Name, Operation, parse
from ecocharge.bi.model import Measure, Model
from ecocharge.bi.powerbi.dax import measure_dax
from ecocharge.bi.powerbi.project import write_powerbi
from ecocharge.cli.bi import command
from ecocharge.errors import EcoChargeError
from ecocharge.publishing.database import attach_read_only

PARQUET = "D:\\ecocharge\\parquet"
_SHAPES = {
    "EcoCharge.pbip": "pbip",
    ".platform": "platform",
    "definition.pbir": "pbir",
    "definition.pbism": "pbism",
    "version.json": "version",
    "report.json": "report",
    "pages.json": "pages",
    "page.json": "page",
    "visual.json": "visual",
}
_COLUMN = re.compile(r"'(\w+)'\[(\w+)\]")
_MEASURE = re.compile(r"(?<!')\[([^\]]+)\]")
_PUBLISHED_AT = "https://developer.microsoft.com/json-schemas/fabric/"

Tables = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def model(demo_project: Project) -> Model:
    return model_of(demo_project)


@pytest.fixture(scope="module")
def kit(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bi") / "powerbi"
    write_powerbi(model, folder, PARQUET)
    return folder


def _parsed(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = TmdlParser(str(file)).parse()
    return content


@pytest.fixture(scope="module")
def definition(kit: Path) -> Path:
    return kit / "EcoCharge.SemanticModel" / "definition"


@pytest.fixture(scope="module")
def tables(definition: Path) -> Tables:
    """Every table as an independent parser of TMDL reads it, by name."""
    return {file.stem: _parsed(file) for file in sorted((definition / "tables").iterdir())}


def _json_files(kit: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for file in sorted(kit.rglob("*")):
        if file.name in _SHAPES:
            yield file, json.loads(file.read_text(encoding="utf-8"))


@cache
def _shape(name: str) -> Callable[[Any], Any]:
    own = json.loads((SCHEMAS / "powerbi" / "project_files.json").read_text(encoding="utf-8"))
    check: Callable[[Any], Any] = fastjsonschema.compile(own | {"$ref": f"#/definitions/{name}"})
    return check


def _visuals(kit: Path) -> list[dict[str, Any]]:
    return [content for file, content in _json_files(kit) if file.name == "visual.json"]


def test_every_json_file_has_the_shape_that_is_meant(kit: Path) -> None:
    """By schemas of our own; Microsoft's are used by the next test, where they are at hand."""
    files = list(_json_files(kit))
    assert {file.name for file, _ in files} == set(_SHAPES)
    assert {file.name for file in kit.rglob("*.json")} <= {*_SHAPES, "kit.json"}
    for file, content in files:
        _shape(_SHAPES[file.name])(content)


@pytest.fixture(scope="module")
def microsofts() -> Path:
    folder = os.environ.get("ECOCHARGE_FABRIC_SCHEMAS")
    if not folder:
        pytest.skip("no Microsoft schemas; set ECOCHARGE_FABRIC_SCHEMAS, see tests/schemas")
    return Path(folder)


def _microsofts_check(folder: Path, address: str) -> Callable[[Any], Any]:
    def read(uri: str) -> Any:
        assert uri.startswith(_PUBLISHED_AT), uri
        return json.loads((folder / uri.removeprefix(_PUBLISHED_AT)).read_text(encoding="utf-8"))

    schema = read(address) | {"$id": address}
    check: Callable[[Any], Any] = fastjsonschema.compile(schema, handlers={"https": read})
    return check


@pytest.mark.prove
def test_every_json_file_is_valid_by_microsofts_schemas(kit: Path, microsofts: Path) -> None:
    checks: dict[str, Callable[[Any], Any]] = {}
    for _, content in _json_files(kit):
        address = content["$schema"]
        if address not in checks:
            checks[address] = _microsofts_check(microsofts, address)
        checks[address](content)
    assert len(checks) == len(_SHAPES)
    broken = copy.deepcopy(_visuals(kit)[0])
    broken["visual"]["query"]["queryStates"] = {}
    with pytest.raises(fastjsonschema.JsonSchemaException):
        checks[broken["$schema"]](broken)


def _without_position(visual: dict[str, Any]) -> None:
    del visual["position"]


def _with_an_unknown_property(visual: dict[str, Any]) -> None:
    visual["visual"]["colour"] = "green"


def _with_a_field_of_no_kind(visual: dict[str, Any]) -> None:
    roles = visual["visual"]["query"]["queryState"]
    next(iter(roles.values()))["projections"][0]["field"] = {"Metric": {}}


@pytest.mark.parametrize(
    "spoil", [_without_position, _with_an_unknown_property, _with_a_field_of_no_kind]
)
def test_a_broken_visual_is_caught(kit: Path, spoil: Callable[[dict[str, Any]], None]) -> None:
    broken = copy.deepcopy(_visuals(kit)[0])
    _shape("visual")(broken)
    spoil(broken)
    with pytest.raises(fastjsonschema.JsonSchemaException):
        _shape("visual")(broken)


def _columns(table: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {column["name"]: column for column in table["columns"]}


def _measures(table: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By name; the parser leaves a doubled quote doubled."""
    return {each["name"].replace("''", "'"): each for each in table.get("measures", [])}


def _differences(model: Model, tables: Tables) -> list[str]:
    """Where the parsed model is not the one that was to be written."""
    found = []
    if set(tables) != {table.name for table in model.tables}:
        found.append("tables")
    for name, parsed in tables.items():
        table = model.table(name)
        if set(_columns(parsed)) != {column.name for column in table.columns}:
            found.append(f"columns of {name}")
        if set(_measures(parsed)) != {metric.label for metric in model.metrics_of(name)}:
            found.append(f"measures of {name}")
    return found


def test_the_model_reads_back_as_it_was_meant(model: Model, tables: Tables) -> None:
    assert _differences(model, tables) == []


_BREAKS = [
    ("\tcolumn idle_minutes\n", "\tcolum idle_minutes\n"),
    ("\tmeasure Occupancy = ", "\tmeasure 'Occupancy = "),
    ("\t\tdataType: double\n", "\t\tdataTipe: double\n"),
    ("\tpartition ", "\t\t\tpartition "),
]


@pytest.mark.parametrize(("whole", "broken"), _BREAKS)
def test_a_broken_table_is_caught(
    model: Model, tables: Tables, definition: Path, tmp_path: Path, whole: str, broken: str
) -> None:
    name = "rpt_station_efficiency"
    text = (definition / "tables" / f"{name}.tmdl").read_text(encoding="utf-8")
    assert whole in text
    text = text.replace(whole, broken, 1)
    (tmp_path / "broken.tmdl").write_text(text, encoding="utf-8")
    spoiled = tables | {name: _parsed(tmp_path / "broken.tmdl")}
    assert _strange_lines(text) + _differences(model, spoiled) != []


# Our own reading of TMDL, by depth: the parser above takes any line for a property.
_NAME = r"(?:\w+|'(?:[^']|'')+')"
_LINES = {
    0: re.compile(rf"/// \S.*|table {_NAME}"),
    1: re.compile(
        rf"/// \S.*|lineageTag: [0-9a-f-]{{36}}|dataCategory: Time|measure {_NAME} = \S.*"
        rf"|column {_NAME}|partition {_NAME} = m"
    ),
    2: re.compile(
        r"dataType: (string|int64|double|boolean|dateTime)|isHidden|isKey|summarizeBy: none"
        rf"|formatString: \S.*|lineageTag: [0-9a-f-]{{36}}|sourceColumn: {_NAME}|mode: import"
        r"|source ="
    ),
    4: re.compile(r".*"),
}


def _strange_lines(text: str) -> list[str]:
    """Lines of a table's file that are none of those that the writer means to write."""
    found = []
    for line in filter(None, text.splitlines()):
        depth = len(line) - len(line.lstrip("\t"))
        if depth not in _LINES or not _LINES[depth].fullmatch(line.strip()):
            found.append(line)
    return found


def test_every_line_of_a_table_is_meant(definition: Path) -> None:
    for file in (definition / "tables").iterdir():
        assert _strange_lines(file.read_text(encoding="utf-8")) == []


def test_columns_have_types_that_keep_their_digits(tables: Tables) -> None:
    """Power BI's own decimal has four digits after the point; energy has six."""
    types = {column["dataType"] for table in tables.values() for column in _columns(table).values()}
    assert types == {"string", "int64", "double", "boolean", "dateTime"}
    sessions = _columns(tables["fct_charging_sessions"])
    assert sessions["energy_kwh"]["dataType"] == "double"
    assert sessions["date_local"]["dataType"] == "dateTime"


def test_everything_is_described(model: Model, definition: Path) -> None:
    for table in model.tables:
        text = (definition / "tables" / f"{table.name}.tmdl").read_text(encoding="utf-8")
        lines = text.splitlines()
        for number, line in enumerate(lines):
            if line.startswith(("table ", "\tcolumn ", "\tmeasure ")):
                assert lines[number - 1].strip().startswith("/// "), line


def test_links_lead_from_columns_to_keys(model: Model, tables: Tables, definition: Path) -> None:
    links = _parsed(definition / "relationships.tmdl")["relationships"]
    assert len(links) == len(model.links) > 0
    for link in links:
        assert link["fromColumnName"] in _columns(tables[link["fromTable"]])
        assert link["toColumnName"] in _columns(tables[link["toTable"]])
        assert model.table(link["toTable"]).key == (link["toColumnName"],)


def test_formulas_name_what_exists(model: Model, tables: Tables) -> None:
    labels = {metric.label for metric in model.metrics()}
    named = 0
    for table in tables.values():
        for measure in _measures(table).values():
            dax = measure["expression"]
            for home, column in _COLUMN.findall(dax):
                assert column in _columns(tables[home]), dax
                named += 1
            for label in _MEASURE.findall(_COLUMN.sub("", dax)):
                assert label in labels, dax
                named += 1
    assert named > len(labels)


_WORDS = [
    (r"COUNTROWS\('\w+'\)", "count(*)"),
    (r"DISTINCTCOUNTNOBLANK\(", "count(distinct "),
    (r"SUMX\('\w+', ", "sum("),
    (r"'\w+'\[(\w+)\]", r"\1"),
    (r"BLANK\(\)", "null"),
    (r"\bISBLANK\((\w+)\)", r"(\1 is null)"),
    (r"&&", "and"),
    (r"\|\|", "or"),
    (r'"(\w*)"', r"'\1'"),
    (r"CALCULATE\((\[[^\]]+\]), KEEPFILTERS\(([^()]*)\)\)", r"\1 filter (where \2)"),
    (r"\bDIVIDE\(", "quotient("),
]


def _sql(formulas: dict[str, str], label: str) -> str:
    """A measure in SQL: how DAX in these formulas is meant to be read."""
    dax = formulas[label]
    for word, other in _WORDS:
        dax = re.sub(word, other, dax)
    return _MEASURE.sub(lambda found: _sql(formulas, found[1]), dax)


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.table)
def test_formulas_equal_the_metrics_in_sql(
    mart: Mart, model: Model, tables: Tables, demo_project: Project
) -> None:
    """No engine of DAX is at hand, so that this rests on our reading of its words."""
    table = mart.table.partition(".")[2]
    formulas = {name: each["expression"] for name, each in _measures(tables[table]).items()}
    told = ", ".join(_sql(formulas, model.metric(name).label) for name in mart.metrics)
    wanted = ", ".join(mart.metrics.values())
    with closing(duckdb.connect()) as connection:
        attach_read_only(connection, demo_project.warehouse, "demo")
        connection.execute("create macro quotient(a, b) as a / nullif(b, 0)")
        one = connection.execute(f"select {told} from demo.{mart.table}").fetchall()[0]
        other = connection.execute(f"select {wanted} from demo.{mart.table}").fetchall()[0]
    assert [float(value) for value in one] == pytest.approx([float(value) for value in other])


def test_no_two_metrics_have_one_label(model: Model) -> None:
    labels = [metric.label.lower() for metric in model.metrics()]
    assert len(labels) == len(set(labels))
    for table in model.tables:
        columns = {column.name.lower() for column in table.columns}
        assert columns.isdisjoint(labels)


def test_what_is_unknown_stays_unknown_in_sums() -> None:
    """DAX takes a blank for 0, SQL does not: abs(NULL - 5) is NULL, ABS(BLANK() - 5) is 5."""
    measure = Measure("error", "Error", "", "t", "sum", parse("abs(a - b)"), is_count=False)
    assert measure_dax(measure) == (
        "SUMX('t', IF(ISBLANK('t'[a]) || ISBLANK('t'[b]), BLANK(), ABS('t'[a] - 't'[b])))"
    )
    counted = Measure("n", "N", "", "t", "sum", Constant("1"), is_count=True)
    assert measure_dax(counted) == "COUNTROWS('t')"
    with pytest.raises(EcoChargeError, match="a BI kit cannot be made from"):
        measure_dax(
            Measure("m", "M", "", "t", "max", Operation("+", Name("a"), Name("b")), is_count=False)
        )


def _fields(visual: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Kind, table and name of every field in a visual, with its well."""
    for role, state in visual["visual"]["query"]["queryState"].items():
        for projection in state["projections"]:
            ((kind, field),) = projection["field"].items()
            yield role, kind, field["Expression"]["SourceRef"]["Entity"], field["Property"]


def _loose_ends(visual: dict[str, Any], tables: Tables) -> list[str]:
    missing = []
    for _, kind, table, name in _fields(visual):
        known = _columns(tables[table]) if kind == "Column" else _measures(tables[table])
        if name not in known:
            missing.append(f"{table}.{name}")
    return missing


def test_visuals_show_fields_that_exist(kit: Path, tables: Tables) -> None:
    visuals = _visuals(kit)
    assert len(visuals) == sum(len(page.visuals) for page in PAGES)
    for visual in visuals:
        assert _loose_ends(visual, tables) == []
        for each in visual.get("filterConfig", {}).get("filters", []):
            (source,) = each["filter"]["From"]
            assert each["field"]["Column"]["Property"] in _columns(tables[source["Entity"]])
    role = next(iter(visuals[0]["visual"]["query"]["queryState"].values()))
    role["projections"][0]["field"]["Measure"]["Property"] = "No such metric"
    assert _loose_ends(visuals[0], tables) != []


def test_fields_stand_in_wells_that_their_visual_has(kit: Path) -> None:
    """By Microsoft's own catalogue of visuals."""
    roles = json.loads((SCHEMAS / "powerbi" / "visual_roles.json").read_text(encoding="utf-8"))
    for visual in _visuals(kit):
        wells = roles[visual["visual"]["visualType"]]
        for role, kind, _, _ in _fields(visual):
            assert wells[role] == ("measure" if kind == "Measure" else "grouping")


def test_visuals_lie_on_the_page_side_by_side(kit: Path) -> None:
    for page in (kit / "EcoCharge.Report" / "definition" / "pages").iterdir():
        if page.is_dir():
            boxes = [
                json.loads(file.read_text(encoding="utf-8"))["position"]
                for file in page.rglob("visual.json")
            ]
            for box in boxes:
                assert box["x"] + box["width"] <= WIDTH
                assert box["y"] + box["height"] <= HEIGHT
            for at, one in enumerate(boxes):
                assert not any(_overlap(one, other) for other in boxes[at + 1 :])


def _overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    return (
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


def test_the_parameter_is_the_folder_that_was_given(model: Model, definition: Path) -> None:
    text = (definition / "expressions.tmdl").read_text(encoding="utf-8")
    assert f'expression ParquetFolder = "{PARQUET}" meta' in text
    by_month = {table.name for table in model.tables if table.is_by_month}
    assert "fct_energy_hourly_local" in by_month
    for file in (definition / "tables").iterdir():
        table = file.read_text(encoding="utf-8")
        read = "Folder.Files" if file.stem in by_month else "File.Contents"
        assert f'{read}(ParquetFolder & "\\{file.stem}.parquet")' in table
        assert ("Table.Combine(List.Transform(Months, Parquet.Document))" in table) == (
            file.stem in by_month
        )


def test_a_kit_is_the_same_each_time(model: Model, kit: Path, tmp_path: Path) -> None:
    write_powerbi(model, tmp_path / "again", PARQUET)
    for file in (path for path in kit.rglob("*") if path.is_file()):
        assert (tmp_path / "again" / file.relative_to(kit)).read_bytes() == file.read_bytes()


def test_the_command_begins_with_the_published_folder(
    demo_project: Project, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBT_TARGET_PATH", str(demo_project.target))
    monkeypatch.setenv("ECOCHARGE_PUBLISHED", str(tmp_path / "published"))
    arguments = ["powerbi", "--out", str(tmp_path / "kit")]
    refused = CliRunner().invoke(command, arguments)
    assert isinstance(refused.exception, EcoChargeError)
    assert "nothing is published yet" in str(refused.exception)
    assert "ecocharge publish" in str(refused.exception)

    (tmp_path / "published").mkdir()
    publish_for_kits(demo_project, model, tmp_path / "published")
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0, done.output
    folder = tmp_path / "kit" / "EcoCharge.SemanticModel" / "definition"
    text = (folder / "expressions.tmdl").read_text(encoding="utf-8")
    assert f'"{tmp_path / "published" / "parquet"}"' in text
