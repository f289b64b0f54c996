"""One view a mart: its columns as dimensions, its metrics as measures."""

from __future__ import annotations

from ecocharge.bi.expressions import Case, Expression, names
from ecocharge.bi.looker.lookml import Block, Sql, Text
from ecocharge.bi.looker.sql import POSTGRES, column
from ecocharge.bi.model import Column, Kind, Measure, Model, Ratio, Table
from ecocharge.bi.reading import label_of

# A measure and a dimension of one name collide, so that every measure has a prefix.
_PREFIXES = {"sum": "total_", "max": "highest_", "count_distinct": "count_"}
_RATIO = "overall_"
_TYPES = {
    Kind.TEXT: "string",
    Kind.INTEGER: "number",
    Kind.NUMBER: "number",
    Kind.BOOLEAN: "yesno",
}
_DATES = ["raw", "date", "day_of_week", "week", "month", "quarter", "year"]
_TIMES = ["raw", "time", "hour", "hour_of_day", *_DATES[1:]]


def field_of(metric: Measure | Ratio) -> str:
    """A metric's name in its view."""
    prefix = _PREFIXES[metric.aggregate] if isinstance(metric, Measure) else _RATIO
    return prefix + metric.name


def view(model: Model, table: Table) -> Block:
    """The view of a mart."""
    block = Block("view", table.name)
    block.values.append(("sql_table_name", Sql(f"{table.schema}.{table.name}")))
    if len(table.key) > 1:
        block.blocks.append(_composite_key(table))
    block.blocks += [_dimension(table, each) for each in table.columns]
    for metric in model.metrics_of(table.name):
        if isinstance(metric, Measure):
            block.blocks.append(_measure(field_of(metric), metric, metric.of))
        else:
            block.blocks += _ratio(model, metric)
    return block


def _composite_key(table: Table) -> Block:
    parts = ", ".join(map(column, table.key))
    return Block(
        "dimension",
        "row_key",
        [
            ("primary_key", "yes"),
            ("hidden", "yes"),
            ("type", "string"),
            ("sql", Sql(f"concat_ws('|', {parts})")),
        ],
    )


def _dimension(table: Table, each: Column) -> Block:
    values: list[tuple[str, str | list[str] | Text | Sql]] = []
    if table.key == (each.name,):
        values.append(("primary_key", "yes"))
    if not each.is_dimension:
        values.append(("hidden", "yes"))
    values += [("label", Text(label_of(each.name))), ("description", Text(each.description))]
    is_time = each.kind in {Kind.DATE, Kind.TIMESTAMP}
    if is_time:
        is_date = each.kind is Kind.DATE
        values += [
            ("type", "time"),
            ("timeframes", _DATES if is_date else _TIMES),
            # Local times are local already, UTC is told by the name.
            ("convert_tz", "no"),
            ("datatype", "date" if is_date else "timestamp"),
        ]
    else:
        values.append(("type", _TYPES[each.kind]))
    values.append(("sql", Sql(column(each.name))))
    return Block("dimension_group" if is_time else "dimension", each.name, values)


def _measure(name: str, measure: Measure, of: Expression, *, is_hidden: bool = False) -> Block:
    """A measure of the rows; `of` is what is aggregated."""
    return Block(
        "measure",
        name,
        [
            *([("hidden", "yes")] if is_hidden else []),
            ("label", Text(measure.label)),
            ("description", Text(measure.description)),
            ("type", measure.aggregate),
            ("value_format", Text(_format(measure))),
            ("sql", Sql(POSTGRES.write(of, column))),
        ],
    )


def _ratio(model: Model, ratio: Ratio) -> list[Block]:
    """A ratio over its measures; where only some rows count, over hidden measures of those."""
    parts = {name: field_of(model.measure(name)) for name in names(ratio.formula)}
    hidden: list[Block] = []
    if ratio.where:
        parts = {name: f"{ratio.name}__{name}" for name in parts}
        for name, own in parts.items():
            measure = model.measure(name)
            of = Case(ratio.where, measure.of, None)
            hidden.append(_measure(own, measure, of, is_hidden=True))
    block = Block(
        "measure",
        field_of(ratio),
        [
            ("label", Text(ratio.label)),
            ("description", Text(ratio.description)),
            ("type", "number"),
            ("value_format", Text(_format(ratio))),
            ("sql", Sql(POSTGRES.write(ratio.formula, lambda name: f"${{{parts[name]}}}"))),
        ],
    )
    return [*hidden, block]


def _format(metric: Measure | Ratio) -> str:
    point = "." + "0" * metric.decimals if metric.decimals else ""
    is_share = isinstance(metric, Ratio) and metric.is_share
    return f"0{point}%" if is_share else f"#,##0{point}"
