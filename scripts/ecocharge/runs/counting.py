"""What a green build holds, for the run log."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ecocharge.building import Counted
from ecocharge.publishing.database import attach_read_only
from ecocharge.runs.log import Run

_ROWS = """
select
    sum(rows_in)::bigint,
    sum(accepted)::bigint,
    sum(quarantined)::bigint,
    sum(exact_duplicates + natural_duplicates)::bigint
from build.quality.rpt_reconciliation
"""


def note_build(run: Run, counted: Counted, warehouse: Path) -> None:
    """Note what a green build holds and took, and what became of the rows of all files in it.

    Raises:
        EcoChargeError: the warehouse is in use.
    """
    run.models, run.data_tests = counted.models, counted.data_tests
    run.start_up_seconds, run.building_seconds = counted.times.start_up, counted.times.nodes
    run.model_seconds, run.test_seconds = counted.times.models, counted.times.tests
    with duckdb.connect() as connection:
        attach_read_only(connection, warehouse, "build")
        found = connection.execute(_ROWS).fetchall()
    ((run.rows_in, run.accepted, run.quarantined, run.duplicates),) = found
