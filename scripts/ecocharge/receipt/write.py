"""The receipt of what is published, written as one file."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from ecocharge.errors import EcoChargeError
from ecocharge.paths import Paths
from ecocharge.publishing.database import attach_read_only
from ecocharge.publishing.files import write_atomically
from ecocharge.publishing.layout import DATABASE_FILE, DESCRIPTION_FILE
from ecocharge.receipt.page import receipt_page
from ecocharge.receipt.scope import Scope
from ecocharge.receipt.statement import Statement

_PUBLISH_FIRST = "run `ecocharge build` and `ecocharge publish`"


def rules_seed(paths: Paths) -> Path:
    """The seed with the meaning of every rule."""
    return paths.seeds / "reference" / "quality_rules.csv"


def write_receipt(paths: Paths, scope: Scope, out: Path | None = None) -> tuple[Statement, Path]:
    """Write the receipt of the published generation, in one rename.

    Args:
        paths: the project.
        scope: feeds and period.
        out: the file; `receipt.html` in the site's folder unless given.

    Raises:
        EcoChargeError: nothing is published, by an older version, or nothing of the feeds.
    """
    # One look at the link: a publish in between must not mix two generations.
    folder = paths.published.resolve()
    file = folder / DATABASE_FILE
    about = folder / DESCRIPTION_FILE
    if not (file.is_file() and about.is_file()):
        raise EcoChargeError(
            "nothing is published yet", file=paths.published, remedy=_PUBLISH_FIRST
        )
    generation = json.loads(about.read_text(encoding="utf-8"))
    origin = f"generation {generation['id']}, published {generation['created_at_utc']} UTC"
    with duckdb.connect() as connection:
        attach_read_only(connection, file, "marts")
        connection.execute("use marts")
        try:
            statement, page = receipt_page(connection, scope, rules_seed(paths), origin=origin)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise EcoChargeError(
                f"lacks what a receipt needs: {str(error).splitlines()[0]}",
                file=file,
                remedy=f"{_PUBLISH_FIRST} with this version",
            ) from None
    return statement, write_page(page, out or paths.site / "receipt.html")


def write_page(page: str, file: Path) -> Path:
    """Write the page in one rename, and its folder where there is none; returns the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, page)
    return file
