"""The semantic model as TMDL: one file a table, one for the links, one for the parameter.

Source: Microsoft, Tabular Model Definition Language: objects by indentation with tabs, `///` for
descriptions, names in single quotes where they are not plain words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecocharge.bi.identity import identity
from ecocharge.bi.model import Column, Kind, Measure, Model, Ratio, Table
from ecocharge.bi.powerbi.dax import measure_dax, ratio_dax

CULTURE = "en-US"
PARAMETER = "ParquetFolder"
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# A decimal of Power BI has four digits after the point, energy has six: doubles hold it closer.
_TYPES = {
    Kind.TEXT: "string",
    Kind.INTEGER: "int64",
    Kind.NUMBER: "double",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "dateTime",
    Kind.TIMESTAMP: "dateTime",
}
_M_TYPES = {
    Kind.TEXT: "type text",
    Kind.INTEGER: "Int64.Type",
    Kind.NUMBER: "type number",
    Kind.BOOLEAN: "type logical",
    Kind.DATE: "type date",
    Kind.TIMESTAMP: "type datetime",
}
_FORMATS = {Kind.DATE: "yyyy-mm-dd", Kind.TIMESTAMP: "yyyy-mm-dd hh:nn"}


def model_files(model: Model, parquet_folder: str) -> dict[str, str]:
    """The files of `definition/`, by path."""
    files = {
        "database.tmdl": "database\n\tcompatibilityLevel: 1600",
        "model.tmdl": _model(model),
        "expressions.tmdl": _parameter(parquet_folder),
        "relationships.tmdl": "\n\n".join(_links(model)),
    }
    for table in model.tables:
        files[f"tables/{table.name}.tmdl"] = "\n".join(_table(model, table))
    return files


def name(text: str) -> str:
    """A name, in quotes where it must be."""
    return text if _PLAIN.fullmatch(text) else "'" + text.replace("'", "''") + "'"


def _model(model: Model) -> str:
    head = [
        "model Model",
        f"\tculture: {CULTURE}",
        "\tdefaultPowerBIDataSourceVersion: powerBI_V3",
        f"\tsourceQueryCulture: {CULTURE}",
        "\tdiscourageImplicitMeasures",
        "",
        "annotation __PBI_TimeIntelligenceEnabled = 0",
        "",
    ]
    return "\n".join([*head, *(f"ref table {name(table.name)}" for table in model.tables)])


def _parameter(parquet_folder: str) -> str:
    value = '"' + parquet_folder.replace('"', '""') + '"'
    meta = 'meta [IsParameterQuery=true, Type="Text", IsParameterQueryRequired=true]'
    return "\n".join(
        [
            "/// The folder with the published Parquet files, with its full path.",
            f"expression {PARAMETER} = {value} {meta}",
            f"\tlineageTag: {identity('powerbi', 'parameter')}",
            "",
            "\tannotation PBI_ResultType = Text",
        ]
    )


def _links(model: Model) -> Iterator[str]:
    for link in model.links:
        yield "\n".join(
            [
                f"relationship {identity('powerbi', 'link', link.table, link.to_table)}",
                f"\tfromColumn: {name(link.table)}.{name(link.column)}",
                f"\ttoColumn: {name(link.to_table)}.{name(link.to_column)}",
            ]
        )


def _table(model: Model, table: Table) -> Iterator[str]:
    yield from _described(table.description, 0)
    yield f"table {name(table.name)}"
    yield f"\tlineageTag: {identity('powerbi', table.name)}"
    is_calendar = table.name == model.days
    if is_calendar:
        yield "\tdataCategory: Time"
    for metric in model.metrics_of(table.name):
        yield ""
        yield from _measure(model, metric)
    linked = {link.column for link in model.links_of(table.name)}
    for column in table.columns:
        yield ""
        yield from _column(table, column, is_key=is_calendar and table.key == (column.name,))
        if not column.is_dimension or column.name in linked:
            yield "\t\tisHidden"
    yield ""
    yield from _partition(table)


def _described(text: str, tabs: int) -> Iterator[str]:
    if text:
        yield "\t" * tabs + "/// " + text


def _measure(model: Model, metric: Measure | Ratio) -> Iterator[str]:
    dax = measure_dax(metric) if isinstance(metric, Measure) else ratio_dax(model, metric)
    point = "." + "0" * metric.decimals if metric.decimals else ""
    is_share = isinstance(metric, Ratio) and metric.is_share
    yield from _described(metric.description, 1)
    yield f"\tmeasure {name(metric.label)} = {dax}"
    yield f"\t\tformatString: {f'0{point}%' if is_share else f'#,0{point}'}"
    yield f"\t\tlineageTag: {identity('powerbi', 'metric', metric.name)}"


def _column(table: Table, column: Column, *, is_key: bool) -> Iterator[str]:
    yield from _described(column.description, 1)
    yield f"\tcolumn {name(column.name)}"
    yield f"\t\tdataType: {_TYPES[column.kind]}"
    if is_key:
        yield "\t\tisKey"
    if column.kind in _FORMATS:
        yield f"\t\tformatString: {_FORMATS[column.kind]}"
    yield f"\t\tlineageTag: {identity('powerbi', table.name, column.name)}"
    yield "\t\tsummarizeBy: none"
    yield f"\t\tsourceColumn: {column.name}"


def _partition(table: Table) -> Iterator[str]:
    types = ", ".join(f'{{"{each.name}", {_M_TYPES[each.kind]}}}' for each in table.columns)
    yield f"\tpartition {name(table.name)} = m"
    yield "\t\tmode: import"
    yield "\t\tsource ="
    yield "\t\t\t\tlet"
    path = f'{PARAMETER} & "\\{table.name}.parquet"'
    if table.is_by_month:
        yield f"\t\t\t\t    Months = Folder.Files({path})[Content],"
        yield "\t\t\t\t    Source = Table.Combine(List.Transform(Months, Parquet.Document)),"
    else:
        yield f"\t\t\t\t    Source = Parquet.Document(File.Contents({path})),"
    yield f"\t\t\t\t    Typed = Table.TransformColumnTypes(Source, {{{types}}})"
    yield "\t\t\t\tin"
    yield "\t\t\t\t    Typed"
