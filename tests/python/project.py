"""The real dbt project, run as a user runs it, in a folder of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
SALT = "a salt of quite enough characters"
NO_FORECASTS = (
    "path:models/intermediate/forecasting",
    "path:models/marts/forecasting",
)
_BIN = Path(sys.executable).parent
_SHOWN_CHARACTERS = 4_000


@dataclass(frozen=True)
class Project:
    """Commands of the project whose files all lie under `folder`.

    Builds in the same folder share dbt's parse; `clear` starts again from nothing else.

    Args:
        folder: takes the warehouse, the state, landed rows, dbt's target and its logs.
        feeds: settings of feeds, the project's own where None.
    """

    folder: Path
    feeds: Path | None = None

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def state(self) -> Path:
        return self.folder / "state.duckdb"

    @property
    def landing(self) -> Path:
        return self.folder / "landing"

    @property
    def published(self) -> Path:
        return self.folder / "published"

    @property
    def target(self) -> Path:
        return self.folder / "target"

    def run(
        self, command: str, *arguments: str, time_zone: str = "UTC", salt: str | None = SALT
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment that runs this test, whatever it ends with."""
        return subprocess.run(
            [str(_BIN / command), *arguments],
            cwd=ROOT,
            env=self._environment(time_zone, salt),
            capture_output=True,
            text=True,
            check=False,
        )

    def run_and_kill(self, command: str, *arguments: str, after_seconds: float) -> bool:
        """Run a command and kill it when its time is up; whether it came to that."""
        process = subprocess.Popen(
            [str(_BIN / command), *arguments],
            cwd=ROOT,
            env=self._environment("UTC", SALT),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(after_seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return True
        return False

    def _environment(self, time_zone: str, salt: str | None) -> dict[str, str]:
        inherited = {
            k: v for k, v in os.environ.items() if not k.startswith(("ECOCHARGE_", "DBT_"))
        }
        return (
            inherited
            | {
                "ECOCHARGE_WAREHOUSE": str(self.warehouse),
                "ECOCHARGE_STATE": str(self.state),
                "ECOCHARGE_LANDING": str(self.landing),
                "ECOCHARGE_PUBLISHED": str(self.published),
                "DBT_TARGET_PATH": str(self.target),
                "DBT_LOG_PATH": str(self.folder / "logs"),
                "TZ": time_zone,
            }
            | ({"ECOCHARGE_FEEDS": str(self.feeds)} if self.feeds else {})
            | ({"ECOCHARGE_SALT": salt} if salt else {})
        )

    def land(self, source: str, *paths: Path) -> None:
        """Land files that must all be landed."""
        done = self.run("ecocharge", "land", source, *(str(path) for path in paths))
        assert done.returncode == 0, done.stderr[-_SHOWN_CHARACTERS:]

    def build(
        self,
        *,
        sources: Sequence[str] = ("native",),
        native_from: str = "seeds",
        select: Sequence[str] = (),
        exclude: Sequence[str] = (),
        with_tests: bool = True,
        threads: int = 4,
        time_zone: str = "UTC",
    ) -> None:
        """`dbt build` that must end without an error or a warning.

        Unit tests are left out: they say nothing about the data at hand.

        Args:
            sources: feeds that take part.
            native_from: `seeds` or `landing`.
            select: what to build, everything where empty.
            exclude: what to leave out.
            with_tests: run the data tests too.
            threads: models built side by side.
            time_zone: the machine's own zone.
        """
        arguments = build_arguments(sources, native_from, with_tests=with_tests, threads=threads)
        if select:
            arguments += ["--select", *select]
        if exclude:
            arguments += ["--exclude", *exclude]
        done = self.run("dbt", *arguments, time_zone=time_zone)
        assert done.returncode == 0, (done.stdout + done.stderr)[-_SHOWN_CHARACTERS:]

    def open(self) -> duckdb.DuckDBPyConnection:
        """A read-only connection to the warehouse."""
        return duckdb.connect(str(self.warehouse), read_only=True)

    def clear(self) -> None:
        """Remove the warehouse and the state; what has been landed stays."""
        for file in (self.warehouse, self.state):
            file.unlink(missing_ok=True)
            file.with_name(file.name + ".wal").unlink(missing_ok=True)


def build_arguments(
    sources: Sequence[str], native_from: str, *, with_tests: bool, threads: int = 4
) -> list[str]:
    """What `dbt` is called with for a build that must end without an error or a warning."""
    settings = {"ecocharge_sources": list(sources), "ecocharge_native_from": native_from}
    return [
        *("--no-use-colors", "--quiet", "--warn-error", "build", "--threads", str(threads)),
        *("--vars", json.dumps(settings)),
        *("--exclude-resource-type", "unit_test", *([] if with_tests else ["test"])),
    ]
