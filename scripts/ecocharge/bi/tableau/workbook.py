"""The workbook: data sources, one tab a visual, three dashboards of them.

Source: Tableau, workbook schema (TWB) 2026.1. `ManifestByVersion` stands for the list of features
that Tableau would write.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ecocharge.bi.dashboards import HEIGHT, PAGES, WIDTH, Page
from ecocharge.bi.identity import identity
from ecocharge.bi.model import Model
from ecocharge.bi.tableau.sheet import worksheet
from ecocharge.bi.tableau.source import Source

VERSION = "26.1"
# A zone's place is told in parts of the dashboard's size.
_PARTS = 100_000
_EXPLANATIONS = (
    "number-of-records",
    "average-of-records",
    "extreme-values",
    "distribution-of-records",
    "aggregated-dimensions",
    "unvisualized-measures",
    "null-value",
    "explain-average",
)


def workbook(model: Model) -> str:
    """The `.twb` document."""
    sources = {fact.name: Source(model, fact) for fact in model.facts()}
    root = Element(
        "workbook",
        {"original-version": VERSION, "source-build": "0.0.0 (0000.0.0.0)"},
        **{"source-platform": "win", "version": VERSION},
    )
    SubElement(SubElement(root, "document-format-change-manifest"), "ManifestByVersion")
    SubElement(root, "preferences")
    SubElement(root, "datasources").extend(source.element() for source in sources.values())
    sheets = SubElement(root, "worksheets")
    boards = SubElement(root, "dashboards")
    windows = SubElement(root, "windows")
    for page in PAGES:
        boards.append(_dashboard(page))
        windows.append(_board_window(page))
        for visual in page.visuals:
            sheets.append(worksheet(sources[visual.fact(model)], visual))
            windows.append(_sheet_window(visual.title))
    _explain(root)
    indent(root)
    text: str = tostring(root, encoding="unicode", xml_declaration=False)
    return f"<?xml version='1.0' encoding='utf-8' ?>\n{text}\n"


def _dashboard(page: Page) -> Element:
    board = Element("dashboard", name=page.title)
    SubElement(board, "style")
    SubElement(
        board,
        "size",
        {"sizing-mode": "fixed"},
        maxheight=str(HEIGHT),
        maxwidth=str(WIDTH),
        minheight=str(HEIGHT),
        minwidth=str(WIDTH),
    )
    zones = SubElement(board, "zones")
    whole = SubElement(
        zones,
        "zone",
        {"type-v2": "layout-basic"},
        h=str(_PARTS),
        id="1",
        w=str(_PARTS),
        x="0",
        y="0",
    )
    for number, (visual, box) in enumerate(page.placed(), start=2):
        SubElement(
            whole,
            "zone",
            h=str(box.height * _PARTS // HEIGHT),
            id=str(number),
            name=visual.title,
            w=str(box.width * _PARTS // WIDTH),
            x=str(box.x * _PARTS // WIDTH),
            y=str(box.y * _PARTS // HEIGHT),
        )
    _identify(board, "dashboard", page.title)
    return board


def _board_window(page: Page) -> Element:
    window = Element("window", {"class": "dashboard"}, name=page.title)
    if page is PAGES[0]:
        window.set("maximized", "true")
    viewpoints = SubElement(window, "viewpoints")
    for visual in page.visuals:
        SubElement(viewpoints, "viewpoint", name=visual.title)
    SubElement(window, "active", id="-1")
    _identify(window, "window", page.title)
    return window


def _sheet_window(name: str) -> Element:
    """The shelves around a worksheet as Tableau shows them first."""
    window = Element("window", {"class": "worksheet"}, name=name)
    cards = SubElement(window, "cards")
    left = SubElement(cards, "edge", name="left")
    shelves = SubElement(left, "strip", size="160")
    for card in ("pages", "filters", "marks"):
        SubElement(shelves, "card", type=card)
    top = SubElement(cards, "edge", name="top")
    for card in ("columns", "rows", "title"):
        SubElement(SubElement(top, "strip", size="31"), "card", type=card)
    _identify(window, "window", name)
    return window


def _explain(root: Element) -> None:
    explain = SubElement(
        root,
        "explain-data",
        {"enabled-for-viewer": "false", "extreme-values-enabled-for-all": "false"},
    )
    kinds = SubElement(explain, "explanation-types")
    for kind in _EXPLANATIONS:
        SubElement(kinds, "explanation-type", enabled="true", type=kind)


def _identify(element: Element, kind: str, name: str) -> None:
    SubElement(element, "simple-id", uuid=f"{{{identity('tableau', kind, name).upper()}}}")
