"""One generation: the marts as a DuckDB file and as Parquet, with its own description."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from ecocharge.errors import EcoChargeError
from ecocharge.publishing.artifacts import BUILD_FIRST, Mart
from ecocharge.publishing.database import attach_read_only, name, text
from ecocharge.publishing.files import sha256
from ecocharge.publishing.layout import DATABASE_FILE, DESCRIPTION_FILE, PARQUET_FOLDER
from ecocharge.publishing.parquet import (
    NOTHING,
    Before,
    PublishedFile,
    parquet_path,
    write_parquet,
)

# The oldest storage that DuckDB clients since 1.0 and the browser engine read.
STORAGE_VERSION = "v1.0.0"
_OUTPUT = "published_file"


@dataclass(frozen=True)
class PublishedMart:
    """One mart of a generation; `files` are those of its Parquet, each with rows and hash."""

    name: str
    schema: str
    rows: int
    primary_key: tuple[str, ...]
    path: str
    partition_by_month: str | None
    files: tuple[PublishedFile, ...]


def _comment(connection: duckdb.DuckDBPyConnection, mart: Mart, table: str) -> None:
    if mart.description:
        connection.execute(f"comment on table {table} is {text(mart.description)}")
    present = {row[0] for row in connection.execute(f"describe {table}").fetchall()}
    for column, description in mart.columns.items():
        if description and column in present:
            connection.execute(f"comment on column {table}.{name(column)} is {text(description)}")


def _copy(
    connection: duckdb.DuckDBPyConnection, mart: Mart, folder: Path, before: Before
) -> PublishedMart:
    source = name(mart.database, mart.schema, mart.identifier)
    table = name(_OUTPUT, mart.schema, mart.name)
    connection.execute(f"create schema if not exists {name(_OUTPUT, mart.schema)}")
    connection.execute(f"create table {table} as select * from {source}")
    _comment(connection, mart, table)
    files = tuple(write_parquet(connection, table, mart, folder, before))
    return PublishedMart(
        name=mart.name,
        schema=mart.schema,
        rows=sum(file.rows for file in files),
        primary_key=mart.primary_key,
        path=parquet_path(mart),
        partition_by_month=mart.partition_by_month,
        files=files,
    )


@contextmanager
def _output(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        file = text(str(folder / DATABASE_FILE))
        connection.execute(
            f"attach {file} as {name(_OUTPUT)} (storage_version {text(STORAGE_VERSION)})"
        )
        yield connection
        # Detaching checkpoints: the file is whole and no write-ahead log stays beside it.
        connection.execute(f"detach {name(_OUTPUT)}")


def write_marts(
    folder: Path,
    warehouse: Path,
    marts: Iterable[Mart],
    done: Callable[[Mart], None],
    before: Before = NOTHING,
) -> list[PublishedMart]:
    """Write every mart to `folder` as a table and as Parquet; `done` is called after each.

    What is in a file of the generation before is not written again.

    Raises:
        EcoChargeError: the warehouse is in use, a mart is not in it, or the disk is full.
    """
    (folder / PARQUET_FOLDER).mkdir()
    written: list[PublishedMart] = []
    attached: set[str] = set()
    with _output(folder) as connection:
        for mart in marts:
            if mart.database not in attached:
                attach_read_only(connection, warehouse, mart.database)
                attached.add(mart.database)
            try:
                written.append(_copy(connection, mart, folder, before))
            except duckdb.CatalogException as error:
                raise EcoChargeError(
                    f"{mart.schema}.{mart.name} is not there: {str(error).splitlines()[0]}",
                    file=warehouse,
                    remedy=BUILD_FIRST,
                ) from None
            except duckdb.Error as error:
                raise EcoChargeError(
                    f"{mart.schema}.{mart.name} cannot be written: {str(error).splitlines()[0]}",
                    file=folder,
                    remedy="see that the disk has room, then publish again",
                ) from None
            done(mart)
    return written


def write_description(
    folder: Path,
    *,
    generation_id: str,
    created_at_utc: str,
    code_version: str,
    invocation_id: str,
    inputs: list[dict[str, str]],
    marts: list[PublishedMart],
) -> None:
    """Write `generation.json`: what this is, what it was made from, and what it must hold."""
    content = {
        "id": generation_id,
        "created_at_utc": created_at_utc,
        "code_version": code_version,
        "dbt_invocation_id": invocation_id,
        "storage_version": STORAGE_VERSION,
        "database": {
            "path": DATABASE_FILE,
            "bytes": (folder / DATABASE_FILE).stat().st_size,
            "sha256": sha256(folder / DATABASE_FILE),
        },
        "inputs": inputs,
        "marts": {mart.name: _without_name(mart) for mart in marts},
    }
    (folder / DESCRIPTION_FILE).write_text(
        json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def _without_name(mart: PublishedMart) -> dict[str, Any]:
    fields: dict[str, Any] = asdict(mart)
    del fields["name"]
    return fields


def listed_files(description: dict[str, Any]) -> list[dict[str, Any]]:
    """What `generation.json` says of each file beside it: `path`, `bytes`, `sha256`."""
    marts = description["marts"].values()
    return [description["database"], *(file for mart in marts for file in mart["files"])]


def before(folder: Path) -> Before:
    """The files of a generation; none where it does not tell what they hold."""
    if not (folder / DESCRIPTION_FILE).is_file():
        return NOTHING
    description = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
    told = [file for mart in description["marts"].values() for file in mart["files"]]
    files = {file["path"]: PublishedFile(**file) for file in told if "content" in file}
    return Before(folder, files)
