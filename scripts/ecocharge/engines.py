"""The relations of a dbt Python model, whichever engine runs it."""

from __future__ import annotations

from typing import Any, cast

import pandas as pd
import pyarrow as pa


def to_pandas(relation: Any) -> pd.DataFrame:
    """All rows of a relation that `dbt.ref` gives, on DuckDB or on Spark."""
    if hasattr(relation, "toPandas"):
        return cast(pd.DataFrame, relation.toPandas())
    return cast(pd.DataFrame, relation.df())


def returned(frame: pd.DataFrame, session: Any) -> Any:
    """A frame as the engine of a model's session takes it."""
    if not hasattr(session, "createDataFrame"):
        return frame
    return spark_rows(pa.Table.from_pandas(frame, preserve_index=False), session)


def returned_batches(batches: pa.RecordBatchReader, session: Any) -> Any:
    """Arrow batches as the engine of a model's session takes them."""
    if not hasattr(session, "createDataFrame"):
        return batches
    return spark_rows(batches.read_all(), session)


def spark_rows(table: pa.Table, session: Any) -> Any:
    """Arrow rows on Spark; a naive timestamp means UTC and becomes a TIMESTAMP."""
    rows = session.createDataFrame(table)
    naive = {name: rows[name].cast("timestamp") for name, kind in rows.dtypes if "ntz" in kind}
    return rows.withColumns(naive) if naive else rows
