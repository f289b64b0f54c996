"""The published generation that a kit shows."""

from __future__ import annotations

import json
from pathlib import Path

from ecocharge.bi.model import Model
from ecocharge.errors import EcoChargeError
from ecocharge.publishing.layout import DESCRIPTION_FILE, PARQUET_FOLDER

PUBLISH_FIRST = "run `ecocharge publish` after a green build"


def parquet_of(published: Path) -> Path:
    """The folder of Parquet files, by the path that `published` is given as."""
    return published.absolute() / PARQUET_FOLDER


def generation_of(published: Path, model: Model) -> str:
    """The id of the published generation, which must have every mart of the model.

    Raises:
        EcoChargeError: nothing is published yet, or it is older than the model.
    """
    file = published / DESCRIPTION_FILE
    try:
        about = json.loads(file.read_text(encoding="utf-8"))
        identity, marts = str(about["id"]), set(about["marts"])
    except FileNotFoundError:
        raise EcoChargeError(
            "nothing is published yet", file=published, remedy=PUBLISH_FIRST
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EcoChargeError(
            f"does not describe a generation ({error!r})", file=file, remedy=PUBLISH_FIRST
        ) from None
    missing = sorted({table.name for table in model.tables} - marts)
    if missing:
        raise EcoChargeError(
            f"the published generation has no {', '.join(missing)}",
            file=published,
            remedy=PUBLISH_FIRST,
        )
    return identity
