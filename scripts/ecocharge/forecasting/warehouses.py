"""The tables that a build forecasts from, on the engine that runs it."""

from __future__ import annotations

from typing import Any

from ecocharge.forecasting.on_spark import SparkWarehouse
from ecocharge.forecasting.reading import Source, Warehouse


def warehouse_of(session: Any, **relations: Any) -> Source:
    """The tables of a dbt Python model.

    Args:
        session: a DuckDB connection or a Spark session.
        relations: what `dbt.ref` gives, by the names that `Warehouse` knows.
    """
    if hasattr(session, "createDataFrame"):
        return SparkWarehouse(session, **relations)
    return Warehouse(session, **relations)
