"""One file from its first byte to its manifest row, so that a kill leaves it landed or not."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath

import duckdb

from ecocharge.errors import EcoChargeError
from ecocharge.landing import manifest
from ecocharge.landing.adapters import adapters_for
from ecocharge.landing.decoding import FileFacts, examine
from ecocharge.landing.drift import Drift, compare, header_text
from ecocharge.landing.feeds import Feed
from ecocharge.landing.forgotten import forgotten_in
from ecocharge.landing.formats import Entity
from ecocharge.landing.header import Layout
from ecocharge.landing.inputs import InputFile
from ecocharge.landing.manifest import Load
from ecocharge.landing.parquet import (
    LandedFile,
    is_landed,
    landed_files,
    landed_path,
    read_load,
    remove_leftovers,
    sync_folder,
)
from ecocharge.landing.personal import VARIABLE, Salt
from ecocharge.landing.records import ParseError
from ecocharge.landing.rows import RowBatcher
from ecocharge.landing.schema import landed_schema
from ecocharge.landing.table import Table, open_table


@dataclass(frozen=True)
class Options:
    """What the user chose for a landing.

    Attributes:
        adapter: how to read the files; None for the feed's own, or to recognise it from each.
        entity: what the files hold; None to recognise it from each.
        exported_on: the day the operator exported the files.
        originals: folder to copy the originals to, below a folder of the source's name.
    """

    adapter: str | None = None
    entity: str | None = None
    exported_on: date | None = None
    originals: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one file.

    Attributes:
        load: its manifest row.
        is_new: False when the same content had been landed before.
        errors: for each reason, how many lines could not be read and the first of them; known
            for new loads only.
        ignored_export_date: the export date given now, where the load keeps another.
        drift: how the columns differ from those of the load before it; known for new loads only.
        cut: headers that were taken for the beginning of a column's name, with that column.
    """

    load: Load
    is_new: bool
    errors: Mapping[ParseError, tuple[int, int]] = field(default_factory=dict)
    ignored_export_date: date | None = None
    drift: Drift | None = None
    cut: tuple[tuple[str, str], ...] = ()


class Lander:
    """Lands files of one source; first heals what an interrupted landing left behind.

    A landed file without a manifest row gets its row back from its own footer, and half-written
    files are removed.

    Args:
        connection: from `ecocharge.state.open_state`.
        landing: the landing folder, see `Paths.landing`.
        feed: whose files they are.
        salt: the key of personal hashes.
        options: what the user chose.

    Raises:
        EcoChargeError: when there is no such adapter or entity, or the feed was landed under
            another salt.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        landing: Path,
        feed: Feed,
        salt: Salt,
        options: Options,
    ) -> None:
        self._connection = connection
        self._landing = landing
        self._feed = feed
        self._salt = salt
        self._options = options
        self._candidates = _candidates(feed, options)
        self._forgotten = forgotten_in(connection, feed.name)
        remove_leftovers(landing)
        self._loads = {_key(load): load for load in manifest.loads(connection)}
        self._heal()
        self._check_salt()

    def land(self, item: InputFile, advance: Callable[[int], None] = lambda _: None) -> Outcome:
        """Land one file, unless the same content is there already.

        Args:
            item: the file.
            advance: told the number of bytes read, after each piece.

        Raises:
            EcoChargeError: when the file cannot be landed; nothing of it is kept then.
        """
        facts = examine(item.readable)
        table = open_table(item.readable, facts, self._candidates, advance)
        entity = table.layout.entity
        key = (self._feed.name, entity.landed_name, facts.load_id)
        known = self._loads.get(key)
        path = landed_path(self._landing, *key)
        if known and is_landed(path, entity.column_names, entity.declaration):
            self._keep_original(item, facts)
            given = self._options.exported_on
            ignored = given if given != known.exported_on else None
            return Outcome(known, is_new=False, ignored_export_date=ignored)
        drift = self._drift(table.layout, known)
        load, errors = self._write(item, facts, table, known, drift.summary if drift else "")
        manifest.register_load(self._connection, load)
        self._loads[key] = load
        self._keep_original(item, facts)
        return Outcome(load, is_new=True, errors=errors, drift=drift, cut=table.layout.cut)

    def _drift(self, layout: Layout, known: Load | None) -> Drift | None:
        header = header_text(layout.header)
        earlier = [
            load
            for load in self._loads.values()
            if (load.source_system, load.entity) == (self._feed.name, layout.entity.landed_name)
            and load.header
            and (known is None or load.arrival_seq < known.arrival_seq)
        ]
        if not header or not earlier:
            return None
        last = max(earlier, key=lambda load: load.arrival_seq)
        return compare(last.source_file, last.header, header)

    def _heal(self) -> None:
        for path in landed_files(self._landing):
            key = (path.parent.parent.name, path.parent.name, path.stem)
            if key not in self._loads and (load := read_load(path)):
                manifest.register_load(self._connection, load)
                self._loads[key] = load

    def _check_salt(self) -> None:
        for key, load in self._loads.items():
            earlier = load.salt_fingerprint
            if (
                load.source_system == self._feed.name
                and earlier not in (None, self._salt.fingerprint)
                and landed_path(self._landing, *key).exists()
            ):
                raise EcoChargeError(
                    f"{self._feed.name} was landed under another salt (fingerprint {earlier}, "
                    f"now {self._salt.fingerprint}): the same driver would get two keys",
                    remedy=f"set {VARIABLE} to the earlier salt; to change it for good, remove "
                    f"the landed folder of {self._feed.name} and land all its files again",
                )

    def _write(
        self, item: InputFile, facts: FileFacts, table: Table, known: Load | None, drift: str
    ) -> tuple[Load, Mapping[ParseError, tuple[int, int]]]:
        layout = table.layout
        entity = layout.entity
        exported_on = self._options.exported_on or (known.exported_on if known else None)
        sequence = known.arrival_seq if known else manifest.next_arrival_seq(self._connection)
        path = landed_path(self._landing, self._feed.name, entity.landed_name, facts.load_id)
        schema = landed_schema(entity.column_names)
        with LandedFile(path, schema, entity.declaration, self._forgotten) as target:
            batcher = RowBatcher(
                layout,
                self._salt,
                (
                    self._feed.name,
                    item.source_file,
                    facts.load_id,
                    sequence,
                    exported_on.isoformat() if exported_on else None,
                ),
                target.write,
            )
            for record in table.records:
                batcher.add(record)
            batcher.flush()
            unnamed = (f"unnamed column {index + 1}" for index in batcher.filled_unnamed)
            load = Load(
                source_system=self._feed.name,
                entity=entity.landed_name,
                source_file=item.source_file,
                load_id=facts.load_id,
                sha256=facts.sha256,
                size_bytes=facts.size_bytes,
                rows_in=batcher.rows,
                blank_lines=table.blank_lines(),
                unparsable_rows=sum(count for count, _ in batcher.errors.values()),
                arrival_seq=sequence,
                encoding=facts.encoding,
                delimiter="tab" if layout.delimiter == "\t" else layout.delimiter or None,
                columns_missing=",".join(layout.missing),
                columns_unknown=",".join(sorted((*layout.unknown, *table.unknown(), *unnamed))),
                exported_on=exported_on,
                salt_fingerprint=self._salt.fingerprint,
                landed_at_utc=manifest.utc_now(),
                header=header_text(layout.header),
                drift=drift,
            )
            target.commit(load)
        return load, batcher.errors

    def _keep_original(self, item: InputFile, facts: FileFacts) -> None:
        if self._options.originals is None:
            return
        folder = self._options.originals / self._feed.name
        name = PurePosixPath(item.source_file).stem
        target = folder / f"{name}.{facts.load_id}{item.path.suffix}"
        temporary = target.with_name(f".{target.name}.tmp")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if target.exists():
                return
            # An original holds personal values as they came: for its owner only.
            temporary.touch(mode=0o600)
            shutil.copyfile(item.path, temporary)
            temporary.replace(target)
            sync_folder(folder)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise EcoChargeError(
                f"the original cannot be copied ({error.strerror})",
                remedy="its rows are landed; check disk space and permissions, or leave out --keep",
                file=target,
            ) from error


def _candidates(feed: Feed, options: Options) -> list[tuple[Entity, ...]]:
    groups = adapters_for(feed, options.adapter)
    if options.entity is None:
        return [tuple(e for adapter in group for e in adapter.entities) for group in groups]
    name = options.entity
    found = [
        tuple(e for adapter in group for e in adapter.entities if e.name == name)
        for group in groups
    ]
    if not any(found):
        groups[0][0].entity(name)
    return [group for group in found if group]


def _key(load: Load) -> tuple[str, str, str]:
    return load.source_system, load.entity, load.load_id
