"""The project's own build of a preset: made once, built as often as is asked, timed by dbt."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ecocharge.bench.limit import MARTS
from ecocharge.bench.running import Took, run

_DBT = ("-c", "from dbt.cli.main import cli; cli()")
_VARIABLES = "{ecocharge_native_from: landing}"
_FORECAST = ("+fct_demand_forecast", "+rpt_forecast_accuracy", "+rpt_forecast_vs_actual")


@dataclass(frozen=True)
class Build:
    """One dbt build.

    Attributes:
        took: the process.
        work_seconds: from the start of the first node to the end of the last.
        nodes: seconds by node, the slowest first.
    """

    took: Took
    work_seconds: float
    nodes: dict[str, float]

    @property
    def startup_seconds(self) -> float:
        """What dbt takes before its first node and after its last."""
        return self.took.seconds - self.work_seconds


class Network:
    """A made network in a folder of its own.

    Args:
        folder: for everything of this preset; made where there is none.
        preset: a preset of `ecocharge generate`.
        project: the project's folder.
    """

    def __init__(self, folder: Path, preset: str, project: Path) -> None:
        self.folder = folder
        self._preset = preset
        self._project = project
        self.warehouse = folder / "warehouse.duckdb"
        self.state = folder / "state.duckdb"
        self._settings = {
            "ECOCHARGE_HOME": str(project),
            "ECOCHARGE_LANDING": str(folder / "landing"),
            "ECOCHARGE_STATE": str(self.state),
            "ECOCHARGE_WAREHOUSE": str(self.warehouse),
            "DBT_PROJECT_DIR": str(project),
            "DBT_PROFILES_DIR": str(project),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }

    @property
    def landing(self) -> Path:
        """The native feed."""
        return self.folder / "landing" / "native"

    def make(self) -> None:
        """Generate it, without faults and meter values; what is there already stays."""
        done = self.folder / "made"
        if done.exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        arguments = ("generate", "--preset", self._preset, "--meter-values", "none")
        run(
            [sys.executable, "-m", "ecocharge", *arguments, "--workers", "2"],
            self.folder,
            self._settings,
        )
        done.touch()

    def limit(self, marts: Sequence[str] = MARTS) -> Took:
        """Run the limit, or its part for its first marts, into `limit.duckdb`, anew."""
        self.limit_database.unlink(missing_ok=True)
        places = (str(self.landing), str(self.limit_database), marts[-1])
        return run([sys.executable, "-m", "ecocharge.bench.limit", *places], self.folder, {})

    @property
    def limit_database(self) -> Path:
        """Where the limit writes."""
        return self.folder / "limit.duckdb"

    def build(
        self,
        marts: Sequence[str] | None = MARTS,
        *,
        with_tests: bool,
        leave_out: Sequence[str] = (),
        anew: bool = True,
    ) -> Build:
        """Build marts and all that feeds them.

        Args:
            marts: those of the limit, or others; None for everything.
            with_tests: with their data tests.
            leave_out: dbt's selectors of what is not built.
            anew: from nothing; else on what is there.
        """
        if anew:
            self.warehouse.unlink(missing_ok=True)
        chosen = [f"+{mart.split('.')[1]}" for mart in marts] if marts is not None else []
        options = ["--select", *chosen] if chosen else []
        options += ["--exclude", *leave_out] if leave_out else []
        return self._dbt(options, with_tests=with_tests)

    def forecast(self) -> Build:
        """Build the forecast and its scores on top of that."""
        marts = [f"+{mart.split('.')[1]}" for mart in MARTS]
        return self._dbt(["--select", *_FORECAST, "--exclude", *marts], with_tests=False)

    def _dbt(self, chosen: Sequence[str], *, with_tests: bool) -> Build:
        left_out = ["unit_test"] if with_tests else ["unit_test", "test"]
        options = ["--exclude-resource-type", *left_out, "--vars", _VARIABLES]
        # Of the tests, those that need nothing else.
        options += ["--indirect-selection", "buildable"]
        command = [sys.executable, *_DBT, "--quiet", "build", *chosen, *options]
        took = run(command, self.folder, self._settings)
        results = json.loads((self.folder / "target" / "run_results.json").read_text("utf-8"))
        spans = [_span(result) for result in results["results"] if result["timing"]]
        work = max(end for _, end in spans) - min(begin for begin, _ in spans)
        nodes = {
            str(result["unique_id"]): float(result["execution_time"])
            for result in results["results"]
        }
        slowest = dict(sorted(nodes.items(), key=lambda node: -node[1]))
        return Build(took, work.total_seconds(), slowest)


def _span(result: dict[str, Any]) -> tuple[datetime, datetime]:
    times = [
        datetime.fromisoformat(part[end])
        for part in result["timing"]
        for end in ("started_at", "completed_at")
    ]
    return min(times), max(times)
