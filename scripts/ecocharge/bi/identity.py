"""Identifiers that tools ask for, made from names, so that the same kit has the same ones."""

from __future__ import annotations

import uuid

_OURS = uuid.uuid5(uuid.NAMESPACE_URL, "https://ecocharge.example/bi")


def identity(*names: str) -> str:
    """A UUID (version 5) of the names."""
    return str(uuid.uuid5(_OURS, "\0".join(names)))


def short_identity(*names: str) -> str:
    """Twenty hex digits of `identity`, as Power BI names pages and visuals."""
    return identity(*names).replace("-", "")[:20]
