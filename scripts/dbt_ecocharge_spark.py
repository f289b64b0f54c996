"""dbt Python models in the Spark session of the dbt process.

dbt imports every module named `dbt_*` when it starts. Without this one, the Spark adapter sends
Python models to a cluster of one vendor, and refuses them under `method: session`.
"""

from __future__ import annotations

from typing import Any

from dbt.adapters.base import PythonJobHelper

try:
    from dbt.adapters.spark.impl import SparkAdapter
    from pyspark.sql import SparkSession
except ImportError:  # the adapter is not installed: another engine is at work
    SparkAdapter = None


class SessionJob(PythonJobHelper):
    """Runs the code of a model with the active session, as `spark`."""

    def __init__(self, parsed_model: dict[str, Any], credential: Any) -> None:
        self._name = str(parsed_model["unique_id"])

    def submit(self, compiled_code: str) -> None:
        session = SparkSession.builder.getOrCreate()
        exec(compile(compiled_code, self._name, "exec"), {"spark": session, "__name__": "model"})


if SparkAdapter is not None:
    SparkAdapter.default_python_submission_method = property(lambda _: "session")
    SparkAdapter.python_submission_helpers = property(lambda _: {"session": SessionJob})
