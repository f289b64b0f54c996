"""Running dbt for the user."""

from __future__ import annotations

import json
import os

from dbt.cli.main import dbtRunner

from ecocharge.errors import EcoChargeError
from ecocharge.landing.feeds import refresh_feeds
from ecocharge.paths import Paths
from ecocharge.state import open_state


def build(
    paths: Paths,
    *,
    sources: list[str] | None = None,
    native_from: str | None = None,
    full_refresh: bool = False,
    threads: int | None = None,
) -> None:
    """Run `dbt build` in the project folder and write the manifest beside its results.

    Args:
        paths: the project.
        sources: feeds that take part; None leaves the project's default.
        native_from: `seeds` or `landing`; None leaves the project's default.
        full_refresh: rebuild what can be rebuilt.
        threads: models built side by side; None leaves the profile's default.

    Raises:
        EcoChargeError: when a model or a test fails; dbt has printed which.
    """
    settings: dict[str, object] = {}
    if sources is not None:
        settings["ecocharge_sources"] = sources
    if native_from is not None:
        settings["ecocharge_native_from"] = native_from
    arguments = ["build", "--project-dir", str(paths.root), "--profiles-dir", str(paths.root)]
    if settings:
        arguments += ["--vars", json.dumps(settings)]
    if full_refresh:
        arguments.append("--full-refresh")
    if threads is not None:
        arguments += ["--threads", str(threads)]
    # Relative paths in profiles.yml count from the project folder.
    os.chdir(paths.root)
    with open_state(paths.state) as connection:
        refresh_feeds(connection, paths.feeds)
    result = dbtRunner().invoke(arguments)
    if result.success:
        return
    if result.exception is not None:
        raise EcoChargeError(
            str(result.exception), remedy="mend the setting or file named above, then build again"
        )
    raise EcoChargeError(
        "the build is not green; nothing will be published from it",
        remedy="the failing models and tests are named above; fix them or their input, build again",
    )
