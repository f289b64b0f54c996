"""Is the warehouse what one whole green build left? Only then may it be published."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ecocharge.errors import EcoChargeError
from ecocharge.publishing.artifacts import BUILD_FIRST, Manifest, RunResults

# Exposures end as "no-op": dbt names them without running anything.
_GREEN = frozenset({"success", "pass", "no-op"})
_NAMED_AT_MOST = 5
# DuckDB writes its checkpoint when dbt closes the file, a moment after dbt wrote its results.
_CHECKPOINT_SECONDS = 60.0


def _some(nodes: list[str]) -> str:
    more = len(nodes) - _NAMED_AT_MOST
    return ", ".join(nodes[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")


def _refuse(message: str, file: Path) -> EcoChargeError:
    return EcoChargeError(
        f"not published: {message}",
        file=file,
        remedy=f"{BUILD_FIRST} until it ends without an error or a warning, then publish again",
    )


def _check_one_invocation(manifest: Manifest, results: RunResults) -> None:
    if results.command != "build":
        raise _refuse(f"dbt's last run was `{results.command}`, not a build", results.file)
    # dbt writes its manifest first and its results last: two ids mean that a later run began.
    if manifest.invocation_id != results.invocation_id:
        raise _refuse("another dbt run began after the last finished build", manifest.file)


def _check_statuses(manifest: Manifest, results: RunResults) -> None:
    red = [
        f"{node} ({status})" for node, status in results.statuses.items() if status not in _GREEN
    ]
    if red:
        raise _refuse(f"the last build is not green: {_some(red)}", results.file)
    public = {mart.unique_id for mart in manifest.marts}
    unbuilt = sorted(node for node in public if results.statuses.get(node) != "success")
    if unbuilt:
        raise _refuse(f"the last build left out public models: {_some(unbuilt)}", results.file)
    untested = sorted(
        test
        for test, parents in manifest.tests.items()
        if parents & public and results.statuses.get(test) != "pass"
    )
    if untested:
        raise _refuse(f"the last build left out tests: {_some(untested)}", results.file)


def _check_warehouse_untouched(warehouse: Path, results: RunResults) -> None:
    if not warehouse.is_file():
        raise _refuse("there is no warehouse", warehouse)
    finished = results.file.stat().st_mtime
    write_ahead = warehouse.with_name(warehouse.name + ".wal")
    for file in (warehouse, write_ahead):
        if file.is_file() and file.stat().st_mtime > finished + _CHECKPOINT_SECONDS:
            changed = datetime.fromtimestamp(file.stat().st_mtime, UTC)
            raise _refuse(
                f"the warehouse changed at {changed:%Y-%m-%d %H:%M:%S} UTC, after the last build",
                file,
            )


def require_green(manifest: Manifest, results: RunResults, warehouse: Path) -> None:
    """Refuse unless the warehouse holds one whole build without an error or a warning.

    Raises:
        EcoChargeError: names what is not green, the first nodes of it, and the remedy.
    """
    _check_one_invocation(manifest, results)
    _check_statuses(manifest, results)
    _check_warehouse_untouched(warehouse, results)
