"""Self-contained pages: a template filled once, and scripts that the page's policy allows."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping


def fill(template: str, parts: Mapping[str, str]) -> str:
    """The template with every mark replaced by its part.

    Cut at the marks first, so that no part's own text can be taken for a mark.
    """
    for mark in parts:
        template = template.replace(mark, f"\0{mark}\0")
    return "".join(parts.get(piece, piece) for piece in template.split("\0"))


def policy_hash(script: str) -> str:
    """The source expression that lets exactly this inline script run.

    Source: Content Security Policy Level 3, hash-source.
    """
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
