"""Metric queries run by MetricFlow itself, apart from the tests' process.

Reads a JSON list of queries, each with `metrics` and `group_by`, and writes their rows: a list of
objects by column name, times as ISO 8601.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from dbt_metricflow.cli.cli_configuration import CLIConfiguration
from metricflow.engine.metricflow_engine import MetricFlowQueryRequest


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def main() -> None:
    """Answer the queries on the standard input for the project in the working directory."""
    settings = CLIConfiguration()
    settings.setup(Path.cwd(), Path.cwd(), configure_file_logging=False)
    answers = []
    for query in json.load(sys.stdin):
        found = settings.mf.query(
            MetricFlowQueryRequest.create(
                metric_names=query["metrics"], group_by_names=query["group_by"]
            )
        ).result_df
        assert found is not None
        answers.append(
            [dict(zip(found.column_names, map(_plain, row), strict=True)) for row in found.rows]
        )
    json.dump(answers, sys.stdout, default=float)


if __name__ == "__main__":
    main()
