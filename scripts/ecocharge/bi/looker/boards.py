"""The dashboards as LookML dashboards, which are YAML."""

from __future__ import annotations

from typing import Any

import yaml

from ecocharge.bi.dashboards import HEIGHT, WIDTH, Box, By, Page, Shape, Visual
from ecocharge.bi.looker.views import field_of
from ecocharge.bi.model import Model

_TYPES = {
    Shape.CARD: "single_value",
    Shape.LINE: "looker_line",
    Shape.COLUMNS: "looker_column",
    Shape.BARS: "looker_bar",
    Shape.MATRIX: "looker_grid",
}
_GRAINS = {"hour": "hour", "day": "date", "month": "month"}
# Looker lays a dashboard out on 24 columns; 18 rows keep the shape of the canvas.
_COLUMNS, _ROWS = 24, 18


def dashboard(model: Model, page: Page, lookml_model: str) -> str:
    """One `.dashboard.lookml` file."""
    content = {
        "dashboard": page.name,
        "title": page.title,
        "layout": "newspaper",
        "elements": [_element(model, visual, box, lookml_model) for visual, box in page.placed()],
    }
    text: str = yaml.safe_dump([content], sort_keys=False, allow_unicode=True, width=100)
    return text


def _element(model: Model, visual: Visual, box: Box, lookml_model: str) -> dict[str, Any]:
    fact = visual.fact(model)
    along = [_path(model, fact, by) for by in (visual.by, visual.across) if by]
    metrics = [f"{fact}.{field_of(model.metric(metric))}" for metric in visual.metrics]
    element: dict[str, Any] = {
        "name": visual.name,
        "title": visual.title,
        "model": lookml_model,
        "explore": fact,
        "type": _TYPES[visual.shape],
        "fields": [*along, *metrics],
    }
    if visual.across:
        element["pivots"] = along[1:]
    if visual.only:
        column, value = visual.only
        element["filters"] = {_path(model, fact, By(column)): value}
    if visual.by:
        is_ranking = visual.shape is Shape.BARS
        element["sorts"] = [f"{metrics[0]} desc" if is_ranking else along[0]]
    return element | _placed(box)


def _path(model: Model, fact: str, by: By) -> str:
    if by.grain:
        return f"{fact}.{model.table(fact).time}_{_GRAINS[by.grain]}"
    return f"{model.home_of(fact, by.column or '')}.{by.column}"


def _placed(box: Box) -> dict[str, int]:
    left, right = (round(x * _COLUMNS / WIDTH) for x in (box.x, box.x + box.width))
    top, bottom = (round(y * _ROWS / HEIGHT) for y in (box.y, box.y + box.height))
    return {"row": top, "col": left, "width": right - left, "height": bottom - top}
