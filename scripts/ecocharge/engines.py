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
    rows = pa.Table.from_pandas(frame, preserve_index=False)
    return timed(session.createDataFrame(rows))


def timed(rows: Any) -> Any:
    """Rows of Spark whose naive timestamps, which mean UTC, are TIMESTAMP."""
    naive = {name: rows[name].cast("timestamp") for name, kind in rows.dtypes if "ntz" in kind}
    return rows.withColumns(naive) if naive else rows
