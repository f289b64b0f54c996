"""The forecasts of a build, on the engine that runs it."""

from __future__ import annotations

from typing import Any

from ecocharge.engines import timed
from ecocharge.forecasting.issue import issue_forecasts
from ecocharge.forecasting.on_spark import SparkWarehouse
from ecocharge.forecasting.reading import Warehouse
from ecocharge.forecasting.spread import spread_forecasts


def forecasts(session: Any, **relations: Any) -> Any:
    """Forecasts for every origin that has none, as a dbt Python model returns them.

    Args:
        session: a DuckDB connection or a Spark session.
        relations: what `dbt.ref` gives, by the names that `Warehouse` knows.
    """
    if hasattr(session, "createDataFrame"):
        return timed(spread_forecasts(SparkWarehouse(session, **relations)))
    return issue_forecasts(Warehouse(session, **relations))
