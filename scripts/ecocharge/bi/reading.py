"""The model of all kits, read from what dbt wrote: its manifest and the semantic manifest."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ecocharge.bi.expressions import Call, Constant, Expression, Name, Operation, names, parse
from ecocharge.bi.model import Column, Kind, Link, Measure, Model, Ratio, Table
from ecocharge.errors import EcoChargeError
from ecocharge.publishing.artifacts import BUILD_FIRST, Mart, read_artifact, read_manifest

_AGGREGATES = {"sum", "max", "count_distinct"}
_DIMENSION = re.compile(r"\{\{\s*Dimension\('(?:\w+?__)?(\w+)'\)\s*\}\}")
_KINDS = {
    "varchar": Kind.TEXT,
    "boolean": Kind.BOOLEAN,
    "date": Kind.DATE,
    "timestamp": Kind.TIMESTAMP,
    "integer": Kind.INTEGER,
    "bigint": Kind.INTEGER,
    "double": Kind.NUMBER,
    "decimal": Kind.NUMBER,
}
_SPELLED = {"kwh": "kWh", "kw": "kW", "co2": "CO2"}


def read_model(target: Path) -> Model:
    """The marts that the semantic model is about, how they are linked, and its metrics.

    Args:
        target: dbt's target folder.

    Raises:
        EcoChargeError: there is no build yet, or the semantic model holds what no kit can say.
    """
    marts = {mart.name: mart for mart in read_manifest(target).marts}
    file = target / "semantic_manifest.json"
    content = read_artifact(file)
    try:
        return _Reading(marts, content).model()
    except (KeyError, TypeError, StopIteration) as error:
        raise EcoChargeError(
            f"is not a semantic manifest that belongs to this project ({error!r})",
            file=file,
            remedy=BUILD_FIRST,
        ) from None


def label_of(name: str) -> str:
    """A metric's name as a heading: `energy_kwh` is `Energy kWh`."""
    words = [_SPELLED.get(word, word) for word in name.split("_")]
    text = " ".join(words)
    return text[0].upper() + text[1:]


def _kind(data_type: str) -> Kind:
    return _KINDS[data_type.partition("(")[0]]


def _told(text: str | None) -> str:
    return " ".join((text or "").split())


class _Reading:
    """One pass over both manifests."""

    def __init__(self, marts: dict[str, Mart], content: dict[str, Any]) -> None:
        self.marts = marts
        self.semantic: list[dict[str, Any]] = content["semantic_models"]
        self.metrics: list[dict[str, Any]] = content["metrics"]
        spines = content["project_configuration"]["time_spines"]
        day = next(s for s in spines if s["primary_column"]["time_granularity"] == "day")
        self.days: str = day["node_relation"]["alias"]
        self.day: str = day["primary_column"]["name"]
        self.table_of = {
            measure["name"]: self._alias(each)
            for each in self.semantic
            for measure in each["measures"]
        }

    def model(self) -> Model:
        measures = [self._measure(each, m) for each in self.semantic for m in each["measures"]]
        ratios = [self._ratio(m) for m in self.metrics if m["type"] in {"ratio", "derived"}]
        other = {m["type"] for m in self.metrics} - {"simple", "ratio", "derived"}
        if other:
            raise EcoChargeError(f"a BI kit cannot hold metrics of the kinds {sorted(other)}")
        tables = sorted([*map(self._table, self.semantic), self._calendar()], key=_place)
        measures.sort(key=lambda measure: measure.table)
        ratios.sort(key=lambda ratio: (ratio.table, ratio.name))
        links = sorted(self._links(tables), key=lambda link: (link.table, link.to_table))
        return Model(tuple(tables), tuple(links), tuple(measures), tuple(ratios), self.days)

    @staticmethod
    def _alias(semantic: dict[str, Any]) -> str:
        alias: str = semantic["node_relation"]["alias"]
        return alias

    def _table(self, semantic: dict[str, Any]) -> Table:
        dimensions = {each["expr"] or each["name"] for each in semantic["dimensions"]}
        defaults = semantic["defaults"] or {}
        time = defaults.get("agg_time_dimension")
        chosen = [each for each in semantic["dimensions"] if each["name"] == time]
        return self._made(
            self.marts[self._alias(semantic)],
            dimensions,
            time=(chosen[0]["expr"] or time) if chosen else None,
        )

    def _calendar(self) -> Table:
        mart = self.marts[self.days]
        return self._made(mart, set(mart.columns), time=None)

    @staticmethod
    def _made(mart: Mart, dimensions: set[str], time: str | None) -> Table:
        columns = tuple(
            Column(
                name=name,
                kind=_kind(mart.types[name]),
                data_type=mart.types[name],
                description=_told(description),
                is_dimension=name in dimensions,
            )
            for name, description in mart.columns.items()
        )
        return Table(
            name=mart.name,
            schema=mart.schema,
            description=_told(mart.description),
            columns=columns,
            key=mart.primary_key,
            time=time,
            is_by_month=mart.partition_by_month is not None,
        )

    def _links(self, tables: list[Table]) -> list[Link]:
        """Foreign entities to the table of which they are the key, and local dates to the days."""
        homes = {
            entity["name"]: (self._alias(each), entity["expr"] or entity["name"])
            for each in self.semantic
            for entity in each["entities"]
            if entity["type"] == "primary"
        }
        entities = [
            Link(self._alias(each), entity["expr"] or entity["name"], *homes[entity["name"]])
            for each in self.semantic
            for entity in each["entities"]
            if entity["type"] == "foreign"
        ]
        dates = [
            Link(table.name, self.day, self.days, self.day)
            for table in tables
            if table.time and any(column.name == self.day for column in table.columns)
        ]
        return entities + dates

    def _measure(self, semantic: dict[str, Any], measure: dict[str, Any]) -> Measure:
        name = measure["name"]
        if measure["agg"] not in _AGGREGATES:
            raise EcoChargeError(f"a BI kit cannot hold the {measure['agg']} of measure {name}")
        of = parse(measure["expr"] or name)
        table = self._alias(semantic)
        self._require_columns(table, of)
        return Measure(
            name=name,
            label=label_of(name),
            description=_told(measure["description"]),
            table=table,
            aggregate=measure["agg"],
            of=of,
            is_count=measure["agg"] == "count_distinct" or self._is_whole(table, of),
        )

    def _is_whole(self, table: str, of: Expression) -> bool:
        match of:
            case Constant():
                return True
            case Name(name):
                return _kind(self.marts[table].types[name]) is Kind.INTEGER
        return False

    def _require_columns(self, table: str, expression: Expression) -> None:
        for name in names(expression):
            if name not in self.marts[table].columns:
                raise KeyError(f"{table}.{name}")

    def _ratio(self, metric: dict[str, Any]) -> Ratio:
        asked = metric["type_params"]
        if metric["type"] == "ratio":
            parts = [asked["numerator"], asked["denominator"]]
            formula: Expression = Operation("/", *(Name(part["name"]) for part in parts))
        else:
            parts = asked["metrics"]
            known = {part["alias"] or part["name"]: part["name"] for part in parts}
            formula = _renamed(parse(asked["expr"]), known)
        if any(part.get(each) for part in parts for each in ("filter", "offset_window")):
            raise EcoChargeError(f"a BI kit cannot hold the inputs of metric {metric['name']}")
        (table,) = {self.table_of[name] for name in names(formula)}
        where = self._where(metric, table)
        return Ratio(
            name=metric["name"],
            label=metric["label"],
            description=_told(metric["description"]),
            table=table,
            formula=formula,
            where=where,
            is_share=metric["config"]["meta"].get("unit") == "share",
        )

    def _where(self, metric: dict[str, Any], table: str) -> Expression | None:
        filters = (metric["filter"] or {}).get("where_filters") or []
        found: Expression | None = None
        for each in filters:
            one = parse(_DIMENSION.sub(r"\1", each["where_sql_template"]))
            self._require_columns(table, one)
            found = Operation("and", found, one) if found else one
        return found


def _renamed(expression: Expression, known: dict[str, str]) -> Expression:
    """The arithmetic of a derived metric with its aliases replaced by the metrics' own names."""
    match expression:
        case Name(name):
            return Name(known[name])
        case Constant():
            return expression
        case Operation(sign, left, right):
            return Operation(sign, _renamed(left, known), _renamed(right, known))
        case Call(function, arguments):
            return Call(function, tuple(_renamed(each, known) for each in arguments))
    raise EcoChargeError(f"a BI kit cannot hold {expression!r} in a derived metric")


def _place(table: Table) -> tuple[bool, str]:
    return (table.time is not None, table.name)
