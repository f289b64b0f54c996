"""Where else a generation may go, by the scheme of the address."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from ecocharge.errors import EcoChargeError
from ecocharge.publishing.addresses import without_password

_POSTGRES = frozenset({"postgres", "postgresql"})


def require_known(url: str) -> None:
    """Refuse an address before anything is published.

    Raises:
        EcoChargeError: the scheme is none that can be sent to.
    """
    if urlsplit(url).scheme not in _POSTGRES:
        raise EcoChargeError(
            f"cannot publish to {url!r}",
            remedy="give --to an address such as postgresql://user@host/database",
        )


def send(url: str, generation: Path, done: Callable[[str], None]) -> str:
    """Copy a generation to an address; `done` is called after each mart.

    Returns:
        What was done, in words.

    Raises:
        EcoChargeError: the place refuses; what was there before is still there.
    """
    try:
        postgres = importlib.import_module("ecocharge.publishing.postgres")
    except ModuleNotFoundError as error:
        raise EcoChargeError(
            f"the Postgres driver is not installed ({error.name})",
            remedy="install it: .venv/bin/pip install -e '.[postgres]'",
        ) from None
    schemas = postgres.load_postgres(url, generation, done)
    return f"{without_password(url)}: schemas {', '.join(schemas)}"
