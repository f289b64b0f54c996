"""The report as PBIR: one folder a page, one file a visual.

Source: Microsoft, Power BI enhanced report format, and the JSON schemas named in each file.
"""

from __future__ import annotations

from typing import Any

from ecocharge.bi.dashboards import HEIGHT, PAGES, WIDTH, Box, By, Page, Shape, Visual
from ecocharge.bi.identity import short_identity
from ecocharge.bi.model import Model

SCHEMAS = "https://developer.microsoft.com/json-schemas/fabric"
_DEFINITION = f"{SCHEMAS}/item/report/definition"
_TYPES = {
    Shape.CARD: "card",
    Shape.LINE: "lineChart",
    Shape.COLUMNS: "clusteredColumnChart",
    Shape.BARS: "clusteredBarChart",
    Shape.MATRIX: "pivotTable",
}
# The wells of a visual that take its axis, its colours and its metrics.
_ROLES = {
    Shape.CARD: ("", "", "Values"),
    Shape.LINE: ("Category", "Series", "Y"),
    Shape.COLUMNS: ("Category", "Series", "Y"),
    Shape.BARS: ("Category", "Series", "Y"),
    Shape.MATRIX: ("Rows", "Columns", "Values"),
}

Json = dict[str, Any]


def report_files(model: Model) -> dict[str, Json]:
    """The files of `definition/`, by path."""
    pages = {page.name: short_identity("powerbi", "page", page.name) for page in PAGES}
    files: dict[str, Json] = {
        "version.json": {
            "$schema": f"{_DEFINITION}/versionMetadata/1.0.0/schema.json",
            "version": "2.0.0",
        },
        "report.json": {
            "$schema": f"{_DEFINITION}/report/3.0.0/schema.json",
            "themeCollection": {},
        },
        "pages/pages.json": {
            "$schema": f"{_DEFINITION}/pagesMetadata/1.0.0/schema.json",
            "pageOrder": list(pages.values()),
            "activePageName": next(iter(pages.values())),
        },
    }
    for page in PAGES:
        folder = f"pages/{pages[page.name]}"
        files[f"{folder}/page.json"] = _page(page, pages[page.name])
        for order, (visual, box) in enumerate(page.placed()):
            content = _visual(model, page, visual, box, order)
            files[f"{folder}/visuals/{content['name']}/visual.json"] = content
    return files


def _page(page: Page, name: str) -> Json:
    return {
        "$schema": f"{_DEFINITION}/page/2.0.0/schema.json",
        "name": name,
        "displayName": page.title,
        "displayOption": "FitToPage",
        "height": HEIGHT,
        "width": WIDTH,
    }


def _visual(model: Model, page: Page, visual: Visual, box: Box, order: int) -> Json:
    fact = visual.fact(model)
    along, colours, values = _ROLES[visual.shape]
    metrics = [_metric(model, metric) for metric in visual.metrics]
    query: Json = {"queryState": {values: {"projections": metrics}}}
    if visual.by:
        axis = _column(*_place(model, fact, visual.by)) | {"active": True}
        query["queryState"] = {along: {"projections": [axis]}} | query["queryState"]
        query["sortDefinition"] = _sorting(visual, axis, metrics[0])
    if visual.across:
        projected = _column(*_place(model, fact, visual.across))
        query["queryState"][colours] = {"projections": [projected]}
    name = short_identity("powerbi", "visual", page.name, visual.name)
    content: Json = {
        "$schema": f"{_DEFINITION}/visualContainer/2.0.0/schema.json",
        "name": name,
        "position": {
            "x": box.x,
            "y": box.y,
            "z": order,
            "height": box.height,
            "width": box.width,
            "tabOrder": order,
        },
        "visual": {
            "visualType": _TYPES[visual.shape],
            "query": query,
            "visualContainerObjects": {"title": [_title(visual.title)]},
            "drillFilterOtherVisuals": True,
        },
    }
    if visual.only:
        content["filterConfig"] = {"filters": [_filter(name, fact, *visual.only)]}
    return content


def _place(model: Model, fact: str, by: By) -> tuple[str, str]:
    """The table and the column that a visual is drawn along; days and months are the calendar's."""
    if by.grain in {"day", "month"}:
        days = model.table(model.days)
        return days.name, days.key[0] if by.grain == "day" else "month"
    if by.grain:
        return fact, model.table(fact).time or ""
    return model.home_of(fact, by.column or ""), by.column or ""


def _metric(model: Model, name: str) -> Json:
    metric = model.metric(name)
    return _projection("Measure", metric.table, metric.label)


def _column(table: str, column: str) -> Json:
    return _projection("Column", table, column)


def _projection(kind: str, table: str, own: str) -> Json:
    return {
        "field": {kind: {"Expression": {"SourceRef": {"Entity": table}}, "Property": own}},
        "queryRef": f"{table}.{own}",
        "nativeQueryRef": own,
    }


def _sorting(visual: Visual, axis: Json, metric: Json) -> Json:
    is_ranking = visual.shape is Shape.BARS
    return {
        "sort": [
            {
                "field": (metric if is_ranking else axis)["field"],
                "direction": "Descending" if is_ranking else "Ascending",
            }
        ],
        "isDefaultSort": False,
    }


def _title(text: str) -> Json:
    return {
        "properties": {
            "show": {"expr": {"Literal": {"Value": "true"}}},
            "text": {"expr": {"Literal": {"Value": _literal(text)}}},
        }
    }


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _filter(visual: str, fact: str, column: str, value: str) -> Json:
    """Only the rows of one value; `f` names the table inside the filter's own query."""
    inside = {"Expression": {"SourceRef": {"Source": "f"}}, "Property": column}
    condition = {
        "In": {
            "Expressions": [{"Column": inside}],
            "Values": [[{"Literal": {"Value": _literal(value)}}]],
        }
    }
    return {
        "name": short_identity("powerbi", "filter", visual, column),
        "field": _column(fact, column)["field"],
        "type": "Categorical",
        "filter": {
            "Version": 2,
            "From": [{"Name": "f", "Entity": fact, "Type": 0}],
            "Where": [{"Condition": condition}],
        },
    }
