"""A dry run from the user's files to the findings."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ecocharge.checking.findings import Findings, read_findings
from ecocharge.checking.sandbox import run_models, sandbox
from ecocharge.errors import EcoChargeError
from ecocharge.landing.feeds import Feed, find_feed
from ecocharge.landing.load import Options
from ecocharge.landing.personal import Salt, find_salt
from ecocharge.landing.run import land_files
from ecocharge.paths import Paths
from ecocharge.receipt.page import receipt_page
from ecocharge.receipt.scope import Scope
from ecocharge.receipt.write import rules_seed, write_page
from ecocharge.reporting.warehouse import read_only

UNNAMED = "checked"
_MODEL = "+int_sessions__classified"
_RECEIPT_MODELS = f"{_MODEL} +fct_charging_sessions +fct_uncounted_rows"


def check(
    given: Sequence[str],
    paths: Paths,
    *,
    source: str | None = None,
    adapter: str | None = None,
    recursive: bool = False,
    receipt: Path | None = None,
) -> tuple[Findings | None, Feed, list[EcoChargeError]]:
    """Land files in a temporary folder and classify their rows with the project's models.

    Args:
        given: files, folders and patterns.
        paths: the project; nothing in it changes.
        source: the feed whose settings are used; None for a feed without any.
        adapter: how to read the files; None to recognise it.
        recursive: look into the folders of folders too.
        receipt: where to write the page from the plain sum to the energy that counts.

    Returns:
        The findings, or None where no file could be read; the feed; one error for each file that
        could not be read.

    Raises:
        EcoChargeError: when the feed or adapter is unknown, or the models fail.
    """
    feed = find_feed(paths.feeds, source or UNNAMED)
    if source is None:
        feed = replace(feed, path=None)
    salt = _salt(paths)
    with sandbox(paths) as apart:
        landed = land_files(feed, given, Options(adapter=adapter), apart, salt, recursive=recursive)
        if not landed.outcomes:
            return None, feed, landed.errors
        run_models(apart, [feed.name], _RECEIPT_MODELS if receipt else _MODEL)
        loads = [outcome.load for _, outcome in landed.outcomes]
        with read_only(apart.warehouse) as connection:
            found = read_findings(connection, feed, loads)
            if receipt:
                names = ", ".join(load.source_file for load in loads)
                _, page = receipt_page(
                    connection, Scope(), rules_seed(paths), origin=f"a check of {names}"
                )
                write_page(page, receipt)
    return found, feed, landed.errors


def _salt(paths: Paths) -> Salt:
    """The user's salt, else one for this once: nothing hashed with it is kept."""
    try:
        return find_salt(paths.root)
    except EcoChargeError:
        return Salt(secrets.token_hex(32))
