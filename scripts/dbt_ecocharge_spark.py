"""dbt Python models in the Spark session of the dbt process, or beside a Thrift server.

dbt imports every module named `dbt_*` when it starts. Without this one, the Spark adapter sends
Python models to a cluster of one vendor, and refuses them under `method: session`.
"""

from __future__ import annotations

import os
from typing import Any

from dbt.adapters.base import PythonJobHelper
from dbt_common.exceptions import DbtRuntimeError

try:
    from dbt.adapters.spark.impl import SparkAdapter
    from pyspark.sql import SparkSession
except ImportError:  # the adapter is not installed: another engine is at work
    SparkAdapter = None


class SessionJob(PythonJobHelper):
    """Runs the code of a model with a session as `spark`.

    It is the session that runs the SQL or, since a Thrift server takes no Python, one of Spark
    Connect, by `SPARK_REMOTE`, that sees the same tables.
    """

    def __init__(self, parsed_model: dict[str, Any], credential: Any) -> None:
        self._name = str(parsed_model["unique_id"])
        self._has_session = credential.method == "session"
        self._settings = dict(credential.server_side_parameters)

    def submit(self, compiled_code: str) -> None:
        if not self._has_session and "SPARK_REMOTE" not in os.environ:
            raise DbtRuntimeError(
                f"{self._name} is a Python model, which a Thrift server does not run; set"
                " SPARK_REMOTE to the address of Spark Connect, such as sc://localhost:15002"
            )
        session = SparkSession.builder.getOrCreate()
        if not self._has_session:
            for name, value in self._settings.items():
                if session.conf.isModifiable(name):
                    session.conf.set(name, value)
        exec(compile(compiled_code, self._name, "exec"), {"spark": session, "__name__": "model"})


if SparkAdapter is not None:
    SparkAdapter.default_python_submission_method = property(lambda _: "session")
    SparkAdapter.python_submission_helpers = property(lambda _: {"session": SessionJob})
