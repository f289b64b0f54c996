"""Faults in a generated feed that has been landed: its sessions again, delivery by delivery."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ecocharge.clothes.delivering import showable
from ecocharge.clothes.making import DELIVERY_DAYS, Form
from ecocharge.errors import EcoChargeError
from ecocharge.faults.catalogue import FAULTS, Rates
from ecocharge.faults.period import Period
from ecocharge.faults.records import Lines, dirty_lines
from ecocharge.faults.sessions import COLUMNS, batch_of
from ecocharge.faults.truth import TruthFile, truth_of
from ecocharge.generator.parts import LandedFile
from ecocharge.generator.presets import Plan
from ecocharge.generator.run import Made
from ecocharge.generator.writing import load_id
from ecocharge.landing.schema import landed_schema

ENTITY = "native_sessions"
_BUFFERED_ROWS = 400_000
_SCHEMA = landed_schema(COLUMNS)


# Rows of Parquet have no bytes to damage.
_SHOWN = frozenset(
    name
    for name, fault in FAULTS.items()
    if fault.feed == "records" and fault.level not in ("bytes", "coding")
)


def landed_rows(text: pa.Table, file: LandedFile, first_line: int) -> pa.Table:
    """Rows of sessions with where they come from, as landing keeps them.

    Args:
        text: `COLUMNS`, an empty text where unknown.
        first_line: of these rows within their file, counted from 1.
    """
    count = len(text)
    columns = [pc.if_else(pc.equal(text[name], ""), None, text[name]) for name in COLUMNS]
    lineage = {
        "source_system": pa.repeat("native", count),
        "source_file": pa.repeat(file.source_file, count),
        "source_line": pa.array(first_line + np.arange(count, dtype=np.int64)),
        "load_id": pa.repeat(file.load_id, count),
        "arrival_seq": pa.array(np.full(count, file.arrival_seq, dtype=np.int64)),
    }
    missing = [
        lineage.get(field.name, pa.nulls(count, field.type)) for field in [*_SCHEMA][len(COLUMNS) :]
    ]
    return pa.table([*columns, *missing], schema=_SCHEMA)


class _Files:
    """One Parquet file for each delivery, filled bit by bit within bounded memory."""

    def __init__(self, folder: Path, plan: Plan, period: Period, after: int) -> None:
        self._folder, self._plan, self._period, self._after = folder, plan, period, after
        self._writers: dict[int, pq.ParquetWriter] = {}
        self._waiting: dict[int, list[pa.Table]] = {}
        self._count = 0
        self._landed: dict[int, LandedFile] = {}

    def file(self, number: int) -> LandedFile:
        """The file of a delivery, as it is so far."""
        if number not in self._landed:
            name = f"{ENTITY}/{self._period.name(number, 'sessions')}.parquet"
            load = load_id(self._plan.fingerprint, name)
            seq = self._after + 1 + number
            self._landed[number] = LandedFile(ENTITY, f"native/{name}", load, seq, 0)
        return self._landed[number]

    def add(self, lines: Lines) -> pa.Table:
        """Take lines, and return their truth."""
        numbers, starts, codes = np.unique(lines.delivery, return_index=True, return_inverse=True)
        position = np.empty(len(lines), dtype=np.int64)
        bounds = [*starts.tolist(), len(lines)]
        for number, start, stop in zip(numbers.tolist(), bounds, bounds[1:], strict=False):
            file = self.file(number)
            position[start:stop] = file.rows + 1 + np.arange(stop - start)
            rows = landed_rows(lines.text.slice(start, stop - start), file, file.rows + 1)
            self._waiting.setdefault(number, []).append(rows)
            self._landed[number] = replace(file, rows=file.rows + stop - start)
            self._count += stop - start
        if self._count > _BUFFERED_ROWS:
            self._flush()
        names = pa.array([self.file(number).source_file for number in numbers.tolist()])
        return truth_of(lines, names.take(pa.array(codes)), position)

    def _flush(self) -> None:
        for number, tables in sorted(self._waiting.items()):
            if number not in self._writers:
                path = self._folder / Path(self.file(number).source_file).name
                self._writers[number] = pq.ParquetWriter(path, _SCHEMA, compression="zstd")
            self._writers[number].write_table(pa.concat_tables(tables).combine_chunks())
        self._waiting, self._count = {}, 0

    def close(self) -> tuple[LandedFile, ...]:
        """Write what is left; returns the files in order of arrival."""
        self._flush()
        for writer in self._writers.values():
            writer.close()
        return tuple(self._landed[number] for number in sorted(self._landed))


def _columns(table: pa.Table) -> dict[str, pa.ChunkedArray]:
    return {name: table[name] for name in table.column_names}


def dirty_landing(
    plan: Plan, made: Made, rates: Rates, truth_folder: Path, truth_form: Form
) -> Made:
    """Put faults into the sessions of a feed just landed, and write their truth.

    Args:
        plan: what it was made from; its seed is that of the faults.
        made: from `generator.run.make_landing`: its sessions' files hold whole stations each.
        rates: of the faults; those of bytes are left out.
        truth_folder: where the truth is written.

    Raises:
        EcoChargeError: when none of the faults can be shown, or the disk refuses.
    """
    wanted = showable(_SHOWN, rates, "landed Parquet")
    period = Period.of(plan.first, plan.export_at, DELIVERY_DAYS)
    parts = [file for file in made.landed if file.entity == ENTITY]
    others = tuple(file for file in made.landed if file.entity != ENTITY)
    networks = [file for file in made.landed if file.entity == "native_connectors"]
    fresh = made.folder / f".{ENTITY}"
    try:
        fresh.mkdir()
        truth_folder.mkdir(parents=True, exist_ok=True)
        with TruthFile(truth_folder, truth_form) as truth:
            files = _Files(fresh, plan, period, max(file.arrival_seq for file in made.landed))
            for part, network in zip(parts, networks, strict=True):
                table = pq.read_table(made.folder.parent / part.source_file, columns=[*COLUMNS])
                connectors = pq.read_table(made.folder.parent / network.source_file)
                batch = batch_of(_columns(table), _columns(connectors))
                truth.add(files.add(dirty_lines(batch, period, wanted, plan.seed)))
            landed = files.close()
        shutil.rmtree(made.folder / ENTITY)
        fresh.rename(made.folder / ENTITY)
    except OSError as error:
        raise EcoChargeError(
            f"cannot write: {error.strerror or error}",
            file=made.folder,
            remedy="check free disk space and permissions, then run this again",
        ) from error
    whole = (*others, *landed)
    paths = tuple(made.folder.parent / file.source_file for file in whole)
    return replace(made, files=paths, landed=whole)
