"""A place apart: its own landing, state and warehouse, gone when the work is done."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dbt.cli.main import dbtRunnerResult

from ecocharge.errors import EcoChargeError
from ecocharge.paths import Paths
from ecocharge.running_dbt import node_results, run_dbt

# Seeds of the generated network are of no use to other feeds, and tests and unit tests say
# nothing of the files at hand.
_ARGUMENTS = (
    "--exclude",
    "path:seeds/native",
    "--exclude-resource-type",
    "test",
    "unit_test",
)


@contextmanager
def sandbox(paths: Paths, *, feeds: Path | None = None) -> Iterator[Paths]:
    """Point the project's movable folders at a new temporary one.

    Args:
        paths: the project.
        feeds: another folder of feed settings than the project's.

    Yields:
        The same project, whose landing, state, warehouse and dbt output lie in the temporary
        folder; it and the settings are gone on leaving, whatever happens.
    """
    with tempfile.TemporaryDirectory(prefix="ecocharge-") as name:
        folder = Path(name)
        moved = {
            "ECOCHARGE_HOME": paths.root,
            "ECOCHARGE_FEEDS": feeds or paths.feeds.resolve(),
            "ECOCHARGE_LANDING": folder / "landing",
            "ECOCHARGE_STATE": folder / "state.duckdb",
            "ECOCHARGE_WAREHOUSE": folder / "warehouse.duckdb",
            "DBT_TARGET_PATH": folder / "target",
            "DBT_LOG_PATH": folder / "logs",
        }
        before = {variable: os.environ.get(variable) for variable in moved}
        usual = tempfile.tempdir
        os.environ.update({variable: str(place) for variable, place in moved.items()})
        # Python models run from temporary files, whose bytecode would stay behind.
        tempfile.tempdir = name
        try:
            yield Paths(paths.root)
        finally:
            tempfile.tempdir = usual
            for variable, value in before.items():
                if value is None:
                    del os.environ[variable]
                else:
                    os.environ[variable] = value


def run_models(paths: Paths, sources: Sequence[str], select: str) -> None:
    """Build models and what they need, without tests; a bar shows how far it is.

    Args:
        paths: from `sandbox`.
        sources: the feeds that take part.
        select: dbt's own selection, such as `+int_sessions__classified`.

    Raises:
        EcoChargeError: when a model fails.
    """
    settings = json.dumps({"ecocharge_sources": list(sources)})
    result = run_dbt(
        paths,
        ["build", "--vars", settings, "--select", select, *_ARGUMENTS],
        what="checking, models",
    )
    if not result.success:
        raise EcoChargeError(
            f"the models cannot be run on these files: {_why(result)}",
            remedy="run `ecocharge build` on the project; if that is green, report this",
        )


def _why(result: dbtRunnerResult) -> str:
    """What stopped dbt: an error of the project as a whole, or the first of a model."""
    if result.exception is not None:
        return str(result.exception)
    failed = (run for run in node_results(result) if run.status in ("error", "fail"))
    return next((f"{run.node.name}: {run.message}" for run in failed), "dbt gives no reason")
