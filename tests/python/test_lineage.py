"""The lineage of the columns and the diagram of the marts hold the edges that are known."""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from browser import Page, drawn
from click.testing import CliRunner
from project import ROOT, Project
from tiny_network import make_project

from ecocharge.cli import cli
from ecocharge.errors import EcoChargeError
from ecocharge.lineage import Lineage, write_lineage
from ecocharge.paths import Paths

Column = tuple[str, str]


@pytest.fixture(scope="module")
def documented(demo_project: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """dbt's manifest and catalog of the demo network."""
    if (demo_project.target / "catalog.json").is_file():
        return demo_project.target
    target = tmp_path_factory.mktemp("target")
    done = demo_project.run("dbt", "--quiet", "docs", "generate", "--target-path", str(target))
    assert done.returncode == 0, done.stdout
    return target


@pytest.fixture(scope="module")
def written(documented: Path, tmp_path_factory: pytest.TempPathFactory) -> Lineage:
    for tool in ("dbt_colibri", "dbterd"):
        pytest.importorskip(tool, reason="no lineage tools: pip install -e '.[lineage]'")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DBT_TARGET_PATH", str(documented))
        patch.setenv("ECOCHARGE_SITE", str(tmp_path_factory.mktemp("site")))
        return write_lineage(Paths(ROOT))


@pytest.fixture(scope="module")
def parents(written: Lineage) -> dict[Column, set[Column]]:
    """By column, the columns that it is made of."""
    content = json.loads((written.folder / "colibri-manifest.json").read_text())
    found: dict[Column, set[Column]] = defaultdict(set)
    for edge in content["lineage"]["edges"]:
        if edge["sourceColumn"] and edge["targetColumn"]:
            child = (edge["target"].split(".")[-1], edge["targetColumn"])
            found[child].add((edge["source"].split(".")[-1], edge["sourceColumn"]))
    return found


def origins(parents: dict[Column, set[Column]], column: Column) -> set[Column]:
    seen: set[Column] = set()
    waiting = [column]
    while waiting:
        new = parents.get(waiting.pop(), set()) - seen
        seen |= new
        waiting += new
    return seen


@pytest.mark.parametrize(
    "mart", ["rpt_energy_by_hour_location", "rpt_station_efficiency", "fct_charging_sessions"]
)
def test_energy_is_traced_back_to_the_rows_of_the_file(
    parents: dict[Column, set[Column]], mart: str
) -> None:
    found = origins(parents, (mart, "energy_kwh"))
    assert {
        ("stg_native__sessions", "energy_kwh"),
        ("native_sessions", "energy_kwh"),
        ("stg_ocpi__cdrs", "energy_kwh"),
    } <= found
    # What makes neither energy nor the rules by which a row is a session at all.
    apart = {"payment_method", "currency", "vehicle", "stop_reason"}
    assert not [column for column in found if column[1] in apart]


def test_every_edge_was_read(written: Lineage, parents: dict[Column, set[Column]]) -> None:
    assert written.unread == 0
    assert written.edges == sum(map(len, parents.values()))


def test_the_diagram_is_the_relationships_between_the_marts(
    written: Lineage, documented: Path
) -> None:
    nodes: dict[str, dict[str, Any]] = json.loads((documented / "manifest.json").read_text())[
        "nodes"
    ]
    marts = {key for key, node in nodes.items() if node.get("access") == "public"}
    expected = set()
    for node in nodes.values():
        if (node.get("test_metadata") or {}).get("name") == "relationships":
            child = node["attached_node"]
            (parent,) = set(node["depends_on"]["nodes"]) - {child}
            if {child, parent} <= marts:
                column = node["test_metadata"]["kwargs"]["column_name"]
                expected.add((nodes[child]["name"], nodes[parent]["name"], column))
    diagram = (written.folder / "marts.mmd").read_text()
    found = re.findall(r'^ +"(\w+)" \S+ "(\w+)": (\w+)$', diagram, flags=re.MULTILINE)
    told = {(child.lower(), parent.lower(), column) for child, parent, column in found}
    assert told == expected
    assert ("fct_charging_sessions", "dim_stations", "station_id") in told
    entities = re.findall(r'^ +"(\w+)" \{$', diagram, flags=re.MULTILINE)
    assert sorted(map(str.lower, entities)) == sorted(nodes[mart]["name"] for mart in marts)


def test_the_page_opens_without_a_network_and_asks_for_nothing(
    written: Lineage, chromium: str, tmp_path: Path
) -> None:
    file = written.folder / "index.html"
    html = file.read_text(encoding="utf-8")
    assert html.index("connect-src 'none'") < html.index("<script")
    assert "window.colibriTelemetry = false" in html
    page, console = drawn(chromium, file, tmp_path / "profile")
    assert "int_quality__native_rows" in " ".join(page.text.values())
    assert "telemetry is disabled" in console
    # What the policy stops, the console tells.
    assert "Content Security Policy" not in console


def test_a_request_of_a_page_would_be_told(written: Lineage, chromium: str, tmp_path: Path) -> None:
    html = (written.folder / "index.html").read_text(encoding="utf-8")
    head = html[: html.index(">", html.index("Content-Security-Policy")) + 1]
    file = tmp_path / "page.html"
    file.write_text(f"{head}<script>fetch('https://example.org')</script>", encoding="utf-8")
    page, console = drawn(chromium, file, tmp_path / "profile")
    assert isinstance(page, Page)
    assert "Content Security Policy" in console


def test_no_documentation_and_no_tools_are_told_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = make_project(tmp_path)
    with pytest.raises(EcoChargeError, match=r"no catalog[\s\S]*dbt docs generate"):
        write_lineage(paths)
    (paths.target / "catalog.json").write_text("{}")
    monkeypatch.setitem(sys.modules, "dbt_colibri.lineage_extractor.extractor", None)
    with pytest.raises(EcoChargeError, match=r"not installed[\s\S]*\[lineage\]"):
        write_lineage(paths)


def test_the_command_says_where_to_look(
    documented: Path, written: Lineage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECOCHARGE_HOME", str(ROOT))
    monkeypatch.setenv("DBT_TARGET_PATH", str(documented))
    monkeypatch.setenv("ECOCHARGE_SITE", str(tmp_path))
    done = CliRunner().invoke(cli, ["lineage"], catch_exceptions=False)
    assert f"{written.edges:,} edges" in done.output
    assert "could not be traced" not in done.output
    assert str(tmp_path / "lineage" / "index.html") in done.output
