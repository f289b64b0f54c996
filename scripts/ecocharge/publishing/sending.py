"""Where else a generation may go, by the scheme of the address."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from ecocharge.errors import EcoChargeError
from ecocharge.publishing.addresses import without_password
from ecocharge.publishing.bucket import names_bucket
from ecocharge.publishing.hosting import send_to_bucket
from ecocharge.publishing.layout import DESCRIPTION_FILE

_POSTGRES = frozenset({"postgres", "postgresql"})


def require_known(url: str) -> None:
    """Refuse an address before anything is published.

    Raises:
        EcoChargeError: it is none that can be sent to.
    """
    if urlsplit(url).scheme not in _POSTGRES and not names_bucket(url):
        raise EcoChargeError(
            f"cannot publish to {without_password(url)!r}",
            remedy="give --to an address such as postgresql://user@host/database,"
            " s3://bucket/prefix, gs://bucket/prefix or az://container/prefix",
        )


def send(
    url: str,
    generation: Path,
    *,
    site: Path,
    keep: int = 3,
    begun: Callable[[int], None] = lambda _: None,
    done: Callable[[str], None] = lambda _: None,
) -> str:
    """Copy a generation to an address, and the pages with it if that is a bucket.

    Args:
        url: one that `require_known` lets pass.
        generation: the folder of a published generation.
        site: the folder of the pages.
        keep: generations to keep in a bucket, the new one among them.
        begun: called with the number of marts, or of files.
        done: called after each.

    Returns:
        What was done, in words.

    Raises:
        EcoChargeError: the place refuses; what was there before is still there.
    """
    if names_bucket(url):
        removed = send_to_bucket(url, generation, site, keep=keep, begun=begun, done=done)
        told = f"; removed there: {', '.join(removed)}" if removed else ""
        return f"{url}: generation {generation.name}{told}"
    try:
        postgres = importlib.import_module("ecocharge.publishing.postgres")
    except ModuleNotFoundError as error:
        raise EcoChargeError(
            f"the Postgres driver is not installed ({error.name})",
            remedy="install it: .venv/bin/pip install -e '.[postgres]'",
        ) from None
    about = json.loads((generation / DESCRIPTION_FILE).read_text(encoding="utf-8"))
    begun(len(about["marts"]))
    schemas = postgres.load_postgres(url, generation, done)
    return f"{without_password(url)}: schemas {', '.join(schemas)}"
