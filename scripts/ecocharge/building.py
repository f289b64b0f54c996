"""Running dbt for the user."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import NamedTuple

from ecocharge.errors import EcoChargeError
from ecocharge.landing.feeds import refresh_feeds
from ecocharge.paths import Paths
from ecocharge.running_dbt import Times, node_results, run_dbt
from ecocharge.state import open_state


class Counted(NamedTuple):
    """What a green build holds, and what it took."""

    models: int
    seeds: int
    data_tests: int
    times: Times


def build(
    paths: Paths,
    *,
    sources: list[str] | None = None,
    native_from: str | None = None,
    full_refresh: bool = False,
    threads: int | None = None,
    verbose: bool = False,
) -> Counted:
    """Run `dbt build`, its unit tests apart, in the project folder.

    Args:
        paths: the project.
        sources: feeds that take part; None leaves the project's default.
        native_from: `seeds` or `landing`; None leaves the project's default.
        full_refresh: rebuild what can be rebuilt.
        threads: models built side by side; None leaves the profile's default.
        verbose: show dbt's own log.

    Raises:
        EcoChargeError: when a model or a test fails; dbt has printed which.
    """
    settings: dict[str, object] = {}
    if sources is not None:
        settings["ecocharge_sources"] = sources
    if native_from is not None:
        settings["ecocharge_native_from"] = native_from
    # Unit tests say nothing of the data at hand; `make test` runs them.
    arguments = ["build", "--exclude-resource-type", "unit_test"]
    if settings:
        arguments += ["--vars", json.dumps(settings)]
    if full_refresh:
        arguments.append("--full-refresh")
    if threads is not None:
        arguments += ["--threads", str(threads)]
    with open_state(paths.state) as connection:
        refresh_feeds(connection, paths.feeds)
    began = datetime.now(UTC)
    result = run_dbt(paths, arguments, what="building and testing", shows_log=verbose)
    if result.exception is not None:
        raise EcoChargeError(
            str(result.exception), remedy="mend the setting or file named above, then build again"
        )
    if not result.success:
        raise EcoChargeError(
            "the build is not green; nothing will be published from it",
            remedy="the failing models and tests are named above; fix them or their input, "
            "build again",
        )
    nodes = Counter(str(run.node.resource_type) for run in node_results(result))
    return Counted(nodes["model"], nodes["seed"], nodes["test"], Times.of(result, began))
