"""One worksheet a visual."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from ecocharge.bi.dashboards import By, Shape, Visual
from ecocharge.bi.identity import identity
from ecocharge.bi.tableau.formulas import field
from ecocharge.bi.tableau.source import Source, type_of

_MARKS = {
    Shape.CARD: "Text",
    Shape.LINE: "Line",
    Shape.COLUMNS: "Bar",
    Shape.BARS: "Bar",
    Shape.MATRIX: "Square",
}
_GRAINS = {
    "hour": ("Hour-Trunc", "thr"),
    "day": ("Day-Trunc", "tdy"),
    "month": ("Month-Trunc", "tmn"),
}
_SUFFIXES = {"nominal": "nk", "ordinal": "ok", "quantitative": "qk"}


@dataclass(frozen=True)
class Instance:
    """A column as a sheet uses it: as it is, cut to a grain of time, or aggregated."""

    column: str
    derivation: str
    prefix: str
    type: str

    @property
    def name(self) -> str:
        return f"[{self.prefix}:{self.column[1:-1]}:{_SUFFIXES[self.type]}]"

    def element(self) -> Element:
        return Element(
            "column-instance",
            column=self.column,
            derivation=self.derivation,
            name=self.name,
            pivot="key",
            type=self.type,
        )


def worksheet(source: Source, visual: Visual) -> Element:
    """The `worksheet` element; its tab is named like the visual's title."""
    metrics = [
        Instance(field(source.model.metric(metric)), "User", "usr", "quantitative")
        for metric in visual.metrics
    ]
    along = _instance(source, visual.by) if visual.by else None
    across = _instance(source, visual.across) if visual.across else None
    only = _instance(source, By(visual.only[0])) if visual.only else None

    sheet = Element("worksheet", name=visual.title)
    title = SubElement(SubElement(SubElement(sheet, "layout-options"), "title"), "formatted-text")
    SubElement(title, "run").text = visual.title
    table = SubElement(sheet, "table")
    view = SubElement(table, "view")
    datasources = SubElement(view, "datasources")
    SubElement(datasources, "datasource", caption=source.caption, name=source.name)
    used = [each for each in (along, across, only) if each]
    view.append(_dependencies(source, used, metrics, visual))
    if only and visual.only:
        _filter(view, source.qualified(only.name), only.name, visual.only[1])
    if along and visual.shape is Shape.BARS:
        SubElement(
            view,
            "computed-sort",
            column=source.qualified(along.name),
            direction="DESC",
            using=source.qualified(metrics[0].name),
        )
    if only:
        SubElement(SubElement(view, "slices"), "column").text = source.qualified(only.name)
    SubElement(view, "aggregation", value="true")
    SubElement(table, "style")
    SubElement(table, "panes").append(_pane(source, visual, metrics, across))
    rows, columns = _shelves(source, visual, metrics, along, across)
    SubElement(table, "rows").text = rows
    SubElement(table, "cols").text = columns
    SubElement(sheet, "simple-id", uuid=f"{{{identity('tableau', 'sheet', visual.title).upper()}}}")
    return sheet


def _instance(source: Source, by: By) -> Instance:
    if by.grain:
        derivation, prefix = _GRAINS[by.grain]
        return Instance(f"[{source.fact.time}]", derivation, prefix, "quantitative")
    own = f"[{by.column}]"
    return Instance(own, "None", "none", type_of(source.columns[own][1]))


def _dependencies(
    source: Source, used: list[Instance], metrics: list[Instance], visual: Visual
) -> Element:
    """The fields of the sheet, and the calculations that they are made of."""
    element = Element("datasource-dependencies", datasource=source.name)
    for own in dict.fromkeys(each.column for each in used):
        element.append(source.column(own))
    for metric in source.needed(visual.metrics):
        element.append(source.calculation(metric))
    for each in (*used, *metrics):
        element.append(each.element())
    return element


def _filter(view: Element, column: str, level: str, value: str) -> None:
    chosen = SubElement(view, "filter", {"class": "categorical"}, column=column)
    SubElement(chosen, "groupfilter", function="member", level=level, member=f'"{value}"')


def _pane(
    source: Source, visual: Visual, metrics: list[Instance], across: Instance | None
) -> Element:
    pane = Element("pane", {"selection-relaxation-option": "selection-relaxation-allow"})
    SubElement(SubElement(pane, "view"), "breakdown", value="auto")
    SubElement(pane, "mark", {"class": _MARKS[visual.shape]})
    encodings = SubElement(pane, "encodings")
    shown = source.qualified(metrics[0].name)
    if visual.shape is Shape.CARD:
        SubElement(encodings, "text", column=shown)
    elif visual.shape is Shape.MATRIX:
        SubElement(encodings, "color", column=shown)
    elif across:
        SubElement(encodings, "color", column=source.qualified(across.name))
    return pane


def _shelves(
    source: Source,
    visual: Visual,
    metrics: list[Instance],
    along: Instance | None,
    across: Instance | None,
) -> tuple[str, str]:
    """What stands on rows and on columns."""
    axis = source.qualified(along.name) if along else ""
    shown = [source.qualified(metric.name) for metric in metrics]
    values = f"({' + '.join(shown)})" if len(shown) > 1 else shown[0]
    match visual.shape:
        case Shape.CARD:
            return "", ""
        case Shape.MATRIX:
            return axis, source.qualified(across.name) if across else ""
        case Shape.BARS:
            return axis, values
        case _:
            return values, axis
