"""Personal values become keyed hashes before anything is written."""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping

from ecocharge.errors import EcoChargeError

VARIABLE = "ECOCHARGE_SALT"
MIN_CHARACTERS = 16
_KEY_CHARACTERS = 16
_CHECK = b"ecocharge-salt-check"
_CACHE_LIMIT = 200_000


class Salt:
    """The secret key of all hashes. It is never printed, logged or stored.

    HMAC-SHA256 (RFC 2104): without the key, the small space of card numbers cannot be searched.

    Args:
        secret: at least 16 characters.
    """

    def __init__(self, secret: str) -> None:
        self._key = secret.encode("utf-8", "surrogateescape")
        self._known: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"Salt(fingerprint={self.fingerprint})"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Salt | None:
        """The salt in `ECOCHARGE_SALT`, or None when that is unset or empty.

        Raises:
            EcoChargeError: when it is shorter than 16 characters.
        """
        secret = environment.get(VARIABLE, "")
        if not secret:
            return None
        if len(secret) < MIN_CHARACTERS:
            raise EcoChargeError(
                f"{VARIABLE} is too short to protect anything",
                remedy=f"use at least {MIN_CHARACTERS} characters, kept secret and kept the same",
            )
        return cls(secret)

    @property
    def fingerprint(self) -> str:
        """Eight hex characters that tell salts apart without telling anything about them."""
        return self.digest(_CHECK)[:8]

    def digest(self, value: bytes) -> str:
        """HMAC-SHA256 of some bytes, 64 hex characters."""
        return hmac.digest(self._key, value, "sha256").hex()

    def key(self, value: str) -> str:
        """The stand-in for a personal value: the first 16 hex characters of its HMAC."""
        if (known := self._known.get(value)) is not None:
            return known
        if len(self._known) >= _CACHE_LIMIT:
            self._known.clear()
        made = self._known[value] = self.digest(value.encode())[:_KEY_CHARACTERS]
        return made
