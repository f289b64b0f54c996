"""One driver's key taken out of what has been landed, remembered and published.

A kill leaves every file as it was or done, and doing it again finishes the rest. The key is
remembered first, so that nothing landed meanwhile brings it back.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ecocharge.errors import EcoChargeError
from ecocharge.landing.forgotten import Forgotten, key_hash, remember
from ecocharge.landing.parquet import landed_parquet, remove_leftovers, sync_folder, without_keys
from ecocharge.publishing.layout import PARQUET_FOLDER
from ecocharge.publishing.store import Store

_SCHEMA_KEY = b"ARROW:schema"


@dataclass
class Effect:
    """What forgetting a driver changed.

    Attributes:
        is_news: False when the key was to be dropped from new files already.
        files_searched: landed files looked into.
        files_changed: those that held the key, now without it.
        values_changed: values in them that held it.
        state_values_changed: values in the state file that held it.
        generations: published generations that hold the key.
        live_generation: the one among them that readers see now, if any.
        generations_removed: those that were removed.
        feeds_of_another_salt: feeds whose keys were made with another salt than the one given.
    """

    is_news: bool = False
    files_searched: int = 0
    files_changed: int = 0
    values_changed: int = 0
    state_values_changed: int = 0
    generations: list[str] = field(default_factory=list)
    live_generation: str | None = None
    generations_removed: list[str] = field(default_factory=list)
    feeds_of_another_salt: list[str] = field(default_factory=list)


def forget(
    connection: duckdb.DuckDBPyConnection,
    landing: Path,
    store: Store,
    key: str,
    *,
    source: str | None = None,
    fingerprint: str | None = None,
    with_published: bool = False,
    begun: Callable[[int], None] = lambda _: None,
    done: Callable[[], None] = lambda: None,
) -> Effect:
    """Take a driver's key out of landed files, the state and, if wanted, old generations.

    Args:
        connection: from `ecocharge.state.open_state`: no landing or build runs meanwhile.
        landing: the landing folder.
        store: the published generations.
        key: the driver's key, 16 hex characters.
        source: the feed to take it out of, None for all.
        fingerprint: of the salt that made the key, where it was made now.
        with_published: remove the generations that hold the key, except the one in use.
        begun: told the number of files to search.
        done: called after each.

    Raises:
        EcoChargeError: when a file cannot be read or written, or a publish is running.
    """
    effect = Effect(is_news=remember(connection, key, source))
    remove_leftovers(landing)
    effect.feeds_of_another_salt = _other_salts(connection, source, fingerprint)
    files = landed_parquet(landing, source)
    begun(len(files))
    forgotten = Forgotten([key_hash(key)])
    for path in files:
        changed = _rewrite(path, forgotten)
        effect.files_searched += 1
        effect.files_changed += changed > 0
        effect.values_changed += changed
        done()
    effect.state_values_changed = _clean_state(connection, key)
    _look_at_published(store, key, with_published, effect)
    return effect


def _other_salts(
    connection: duckdb.DuckDBPyConnection, source: str | None, fingerprint: str | None
) -> list[str]:
    rows = connection.execute(
        "select distinct source_system from landing.manifest"
        " where salt_fingerprint != $print and coalesce(source_system = $source, true) order by 1",
        {"print": fingerprint, "source": source},
    ).fetchall()
    return [name for (name,) in rows]


def _rewrite(path: Path, forgotten: Forgotten) -> int:
    try:
        with pq.ParquetFile(path) as file:
            changed = sum(without_keys(b, forgotten)[1] for b in _row_groups(file))
            if changed:
                _replace(path, file, forgotten)
    except (OSError, pa.ArrowException) as error:
        raise EcoChargeError(
            f"the landed file cannot be rewritten ({error})",
            remedy="check the disk; if the file is damaged, remove it and land its original again; "
            "then forget the driver again: what is done stays done",
            file=path,
        ) from error
    return changed


def _row_groups(file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    for number in range(file.num_row_groups):
        table = file.read_row_group(number).combine_chunks()
        yield from table.to_batches()


def _replace(path: Path, file: pq.ParquetFile, forgotten: Forgotten) -> None:
    temporary = path.with_name(f".{path.name}.tmp")
    metadata = dict(file.metadata.metadata or {})
    metadata.pop(_SCHEMA_KEY, None)
    try:
        with temporary.open("wb") as target:
            schema = file.schema_arrow.remove_metadata()
            with pq.ParquetWriter(target, schema, compression="zstd") as writer:
                for batch in _row_groups(file):
                    writer.write_batch(without_keys(batch, forgotten)[0].cast(schema))
                writer.add_key_value_metadata(metadata)
            target.flush()
            os.fsync(target.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _clean_state(connection: duckdb.DuckDBPyConnection, key: str) -> int:
    columns = connection.execute(
        "select schema_name, table_name, column_name, is_nullable from duckdb_columns()"
        " where not internal and data_type = 'VARCHAR' and database_name = current_database()"
        " and table_oid in (select table_oid from duckdb_tables())"
    ).fetchall()
    changed = 0
    for schema, table, column, is_nullable in columns:
        place, name = f'"{schema}"."{table}"', f'"{column}"'
        whole = "null" if is_nullable else "''"
        found = connection.execute(
            f"update {place} set {name} = case when {name} = $key then {whole}"
            f" else replace({name}, $key, '') end where contains({name}, $key)",
            {"key": key},
        ).fetchone()
        changed += found[0] if found else 0
    return changed


def _look_at_published(store: Store, key: str, with_removal: bool, effect: Effect) -> None:
    if not store.ids():
        return
    with store.locked(), duckdb.connect() as connection:
        live = store.live()
        for generation in store.ids():
            if _holds(connection, store.generations / generation / PARQUET_FOLDER, key):
                effect.generations.append(generation)
        effect.live_generation = live if live in effect.generations else None
        if with_removal:
            effect.generations_removed = [g for g in effect.generations if g != live]
            store.remove(effect.generations_removed)


def _holds(connection: duckdb.DuckDBPyConnection, folder: Path, key: str) -> bool:
    for path in sorted(each for each in folder.rglob("*.parquet") if each.is_file()):
        texts = [field.name for field in pq.read_schema(path) if pa.types.is_string(field.type)]
        if not texts:
            continue
        match = " or ".join(f'contains("{name}", $key)' for name in texts)
        found = connection.execute(
            f"select 1 from read_parquet($path) where {match} limit 1",
            {"key": key, "path": str(path)},
        ).fetchone()
        if found:
            return True
    return False
