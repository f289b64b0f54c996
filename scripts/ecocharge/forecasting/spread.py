"""Forecasts on the executors of Spark: each lot of series where its rows are, by the same code.

Executors need this package and what it runs on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ecocharge.forecasting.held import held_warehouse
from ecocharge.forecasting.issue import forecasts_of
from ecocharge.forecasting.lots import Lot, lots_of
from ecocharge.forecasting.on_spark import SparkWarehouse, naive, to_arrow
from ecocharge.forecasting.schema import SCHEMA
from ecocharge.forecasting.settings import Settings
from ecocharge.forecasting.stored import TABLES
from ecocharge.forecasting.threads import on_one_thread

_ISSUED, _FITS = TABLES
_PLACES = "lot int, series_id string, source_system string, first_day int, since timestamp_ntz"


def spread_forecasts(warehouse: SparkWarehouse, settings: Settings | None = None) -> Any:
    """Forecast every origin that has no issued forecast.

    Args:
        warehouse: what the build knows.
        settings: other than the default, for tests.

    Returns:
        A frame of Spark with the columns of `SCHEMA`.
    """
    settings = settings or Settings()
    nothing = warehouse.session.createDataFrame(SCHEMA.empty_table())
    lots = list(on_one_thread(lots_of(warehouse, settings)))
    if not lots:
        return nothing
    schema = nothing.selectExpr(*naive(nothing)).schema
    fits = {
        name: to_arrow(frame.select("model_id", "promoted"))
        for name, frame in warehouse.state.items()
        if name == _FITS
    }

    def forecasts(
        key: tuple[pa.Scalar, ...], batches: Iterator[pa.RecordBatch]
    ) -> Iterator[pa.RecordBatch]:
        source = held_warehouse(_by_name(pa.Table.from_batches(batches)) | fits)
        yield from forecasts_of(source, [lots[key[0].as_py()]], settings)

    return _rows_of(warehouse, lots).groupBy("lot").applyInArrow(forecasts, schema)


def _rows_of(warehouse: SparkWarehouse, lots: Sequence[Lot]) -> Any:
    """All that the lots need, with the number of the lot: each row in the column of its table."""
    places = warehouse.session.createDataFrame(
        [
            (number, name, lot.network, lot.first_day, lot.since.to_pydatetime())
            for number, lot in enumerate(lots)
            for name in lot.series_ids
        ],
        _PLACES,
    )
    networks = places.select("lot", "source_system").distinct()
    tables = warehouse.relations | {
        name: frame for name, frame in warehouse.state.items() if name == _ISSUED
    }
    bounds = {"features": "day_number >= first_day", _ISSUED: "origin_ts_utc >= since"}
    found = []
    for name, frame in tables.items():
        whose = networks if name == "profiles" else places.drop("source_system")
        joined = frame.join(
            whose.hint("broadcast"), "source_system" if name == "profiles" else "series_id"
        )
        row = f"struct({', '.join(naive(frame))}) as {name}"
        found.append(joined.filter(bounds.get(name, "true")).selectExpr("lot", row))
    return reduce(lambda one, other: one.unionByName(other, allowMissingColumns=True), found)


def _by_name(rows: pa.Table) -> dict[str, pa.Table]:
    """The tables again, each by its name."""
    return {
        name: pa.Table.from_struct_array(rows.filter(pc.is_valid(rows[name]))[name])
        for name in rows.column_names
        if name != "lot"
    }
