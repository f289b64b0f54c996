"""One data source a fact: the fact joined to the tables that it is linked to, and its metrics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element, SubElement

from ecocharge.bi.expressions import names
from ecocharge.bi.identity import short_identity
from ecocharge.bi.model import Column, Kind, Link, Measure, Model, Ratio, Table
from ecocharge.bi.reading import label_of
from ecocharge.bi.tableau.formulas import field, measure_formula, ratio_formula

EXTRACT = "Data/ecocharge.hyper"
# The version that data sources of workbooks carry since 2018.1.
DATASOURCE_VERSION = "18.1"
_CONNECTION = "hyper.ecocharge"
_TYPES = {
    Kind.TEXT: "string",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "real",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.TIMESTAMP: "datetime",
}
# Codes of OLE DB, as metadata records name the types.
_REMOTE = {
    Kind.TEXT: "129",
    Kind.INTEGER: "20",
    Kind.NUMBER: "5",
    Kind.BOOLEAN: "11",
    Kind.DATE: "133",
    Kind.TIMESTAMP: "135",
}


@dataclass(frozen=True)
class Source:
    """The data source of a fact."""

    model: Model
    fact: Table

    @property
    def name(self) -> str:
        return f"federated.{short_identity('tableau', self.fact.name)}"

    @property
    def caption(self) -> str:
        return label_of(self.fact.name.partition("_")[2])

    @property
    def links(self) -> list[Link]:
        """Tableau makes weeks, months and years of a date itself: the calendar is not joined."""
        return [x for x in self.model.links_of(self.fact.name) if x.to_table != self.model.days]

    @cached_property
    def columns(self) -> dict[str, tuple[Table, Column]]:
        """Every column by the name that it has here; the fact's own come first."""
        found = {f"[{column.name}]": (self.fact, column) for column in self.fact.columns}
        for link in self.links:
            table = self.model.table(link.to_table)
            for column in table.columns:
                plain = f"[{column.name}]"
                own = f"[{column.name} ({table.name})]" if plain in found else plain
                found[own] = (table, column)
        return found

    def needed(self, metrics: Iterable[str]) -> list[Measure | Ratio]:
        """The metrics, and before each the measures that its calculation names."""
        found: dict[str, Measure | Ratio] = {}
        for name in metrics:
            metric = self.model.metric(name)
            if isinstance(metric, Ratio) and not metric.where:
                found |= {part: self.model.measure(part) for part in names(metric.formula)}
            found[name] = metric
        return list(found.values())

    def qualified(self, instance: str) -> str:
        return f"[{self.name}].{instance}"

    def element(self) -> Element:
        """The `datasource` element."""
        source = Element(
            "datasource",
            caption=self.caption,
            inline="true",
            name=self.name,
            version=DATASOURCE_VERSION,
        )
        self._connect(source)
        SubElement(source, "aliases", enabled="yes")
        for own in self.columns:
            source.append(self.column(own))
        for metric in self.model.metrics_of(self.fact.name):
            source.append(self.calculation(metric))
        SubElement(
            source,
            "layout",
            {"dim-ordering": "alphabetic", "measure-ordering": "alphabetic"},
            **{"show-structure": "true"},
        )
        return source

    def column(self, own: str) -> Element:
        """A column as Tableau describes it; those that no one groups by are hidden."""
        table, column = self.columns[own]
        is_own_key = table is not self.fact and column.name in table.key
        is_measure = column.kind is Kind.NUMBER
        element = Element(
            "column",
            datatype=_TYPES[column.kind],
            name=own,
            role="measure" if is_measure else "dimension",
            type=type_of(column),
        )
        if not column.is_dimension or is_own_key:
            element.set("hidden", "true")
        _describe(element, column.description)
        return element

    def calculation(self, metric: Measure | Ratio) -> Element:
        """A metric as a calculated field."""
        point = "." + "0" * metric.decimals if metric.decimals else ""
        is_share = isinstance(metric, Ratio) and metric.is_share
        element = Element(
            "column",
            {"default-format": f"p0{point}%" if is_share else f"n#,##0{point}"},
            caption=metric.label,
            datatype="integer" if metric.decimals == 0 else "real",
            name=field(metric),
            role="measure",
            type="quantitative",
        )
        if isinstance(metric, Measure):
            formula = measure_formula(metric)
        else:
            formula = ratio_formula(self.model, metric)
        SubElement(element, "calculation", {"class": "tableau", "formula": formula})
        _describe(element, metric.description)
        return element

    def _connect(self, source: Element) -> None:
        connection = SubElement(source, "connection", {"class": "federated"})
        named = SubElement(
            SubElement(connection, "named-connections"),
            "named-connection",
            caption="ecocharge",
            name=_CONNECTION,
        )
        SubElement(
            named,
            "connection",
            {"authentication": "auth-none", "class": "hyper", "dbname": EXTRACT},
            **{"default-settings": "yes", "schema": self.fact.schema, "sslmode": ""},
            username="tableau_internal_user",
        )
        self._relate(connection)
        maps = SubElement(connection, "cols")
        records = Element("metadata-records")
        for ordinal, (own, (table, column)) in enumerate(self.columns.items()):
            SubElement(maps, "map", key=own, value=f"[{table.name}].[{column.name}]")
            _record(records, own, table, column, ordinal)
        connection.append(records)

    def _relate(self, connection: Element) -> None:
        relation = _relation(self.fact)
        for link in self.links:
            joined = Element("relation", join="left", type="join")
            clause = SubElement(joined, "clause", type="join")
            equal = SubElement(clause, "expression", op="=")
            for side in (
                f"[{link.table}].[{link.column}]",
                f"[{link.to_table}].[{link.to_column}]",
            ):
                SubElement(equal, "expression", op=side)
            joined.extend([relation, _relation(self.model.table(link.to_table))])
            relation = joined
        connection.append(relation)


def type_of(column: Column) -> str:
    """How Tableau lays out a column that is not aggregated."""
    if column.kind in {Kind.TEXT, Kind.BOOLEAN}:
        return "nominal"
    return "quantitative" if column.kind is Kind.NUMBER else "ordinal"


def _relation(table: Table) -> Element:
    return Element(
        "relation",
        connection=_CONNECTION,
        name=table.name,
        table=f"[{table.schema}].[{table.name}]",
        type="table",
    )


def _record(records: Element, own: str, table: Table, column: Column, ordinal: int) -> None:
    record = SubElement(records, "metadata-record", {"class": "column"})
    for tag, told in (
        ("remote-name", column.name),
        ("remote-type", _REMOTE[column.kind]),
        ("local-name", own),
        ("parent-name", f"[{table.name}]"),
        ("remote-alias", column.name),
        ("ordinal", str(ordinal)),
        ("local-type", _TYPES[column.kind]),
        ("aggregation", "Sum" if column.kind is Kind.NUMBER else "Count"),
        ("contains-null", "true"),
    ):
        SubElement(record, tag).text = told


def _describe(element: Element, description: str) -> None:
    if description:
        text = SubElement(SubElement(element, "desc"), "formatted-text")
        SubElement(text, "run").text = description
