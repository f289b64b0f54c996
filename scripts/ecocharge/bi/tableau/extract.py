"""The marts as a Hyper extract, read from the published Parquet by Hyper itself, table by table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ecocharge.bi.model import Column, Kind, Model, Table
from ecocharge.errors import EcoChargeError
from ecocharge.publishing.database import name, text

# Readers of extracts older than 2022.4.1 know no wider decimal.
WIDEST_DECIMAL = 18
_TYPES = {
    Kind.TEXT: "text",
    Kind.INTEGER: "bigint",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.TIMESTAMP: "timestamp",
}


def write_extract(
    model: Model,
    parquet: Path,
    file: Path,
    done: Callable[[str], None] = lambda _: None,
) -> None:
    """Write every mart of the model to a new `.hyper` file, in schemas of the marts' own names.

    Decimals of up to 18 digits stay decimals, to the last digit; wider ones become doubles.

    Args:
        model: the marts.
        parquet: the folder with their Parquet files.
        file: the extract; its folder is there.
        done: called with the name of each mart after it is written.

    Raises:
        EcoChargeError: the engine is not installed, a mart is not published, or the disk is full.
    """
    engine = _engine()
    process = engine.HyperProcess(
        telemetry=engine.Telemetry.DO_NOT_SEND_USAGE_DATA_TO_TABLEAU,
        # Without this it leaves a log in the folder that it is started in.
        parameters={"log_config": ""},
    )
    try:
        with (
            process as hyper,
            engine.Connection(
                hyper.endpoint, file, engine.CreateMode.CREATE_AND_REPLACE
            ) as connection,
        ):
            for schema in sorted({table.schema for table in model.tables}):
                connection.execute_command(f"create schema {name(schema)}")
            for table in model.tables:
                connection.execute_command(_copy(table, parquet / f"{table.name}.parquet"))
                done(table.name)
    except engine.HyperException as error:
        raise EcoChargeError(
            f"the extract cannot be written: {str(error).splitlines()[0]}",
            file=file,
            remedy="publish again with `ecocharge publish`, and see that the disk has room",
        ) from None


def _engine() -> Any:
    try:
        import tableauhyperapi  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise EcoChargeError(
            f"Tableau's Hyper engine is not installed ({error.name})",
            remedy="install it: .venv/bin/pip install -e '.[tableau]'",
        ) from None
    return tableauhyperapi


def _copy(table: Table, parquet: Path) -> str:
    files = sorted(parquet.rglob("*.parquet")) if table.is_by_month else [parquet]
    paths = ", ".join(text(str(file)) for file in files)
    columns = ", ".join(
        f"cast({name(each.name)} as {hyper_type(each)}) as {name(each.name)}"
        for each in table.columns
    )
    source = f"external(array[{paths}], format => 'parquet')"
    return f"create table {name(table.schema, table.name)} as (select {columns} from {source})"


def hyper_type(column: Column) -> str:
    """A column's type in Hyper."""
    if column.kind is not Kind.NUMBER:
        return _TYPES[column.kind]
    kind, _, size = column.data_type.partition("(")
    if kind != "decimal" or int(size.split(",")[0]) > WIDEST_DECIMAL:
        return "double precision"
    return f"numeric({size}"
