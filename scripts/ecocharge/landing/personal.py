"""Personal values become keyed hashes before anything is written."""

from __future__ import annotations

import hmac
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from ecocharge.errors import EcoChargeError

VARIABLE = "ECOCHARGE_SALT"
FILE_VARIABLE = "ECOCHARGE_SALT_FILE"
SALT_FILE = Path(".secrets", "salt")
MIN_CHARACTERS = 16
_DEMO_SECRET = "ecocharge demo salt, known to all the world"
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

    @property
    def is_demo(self) -> bool:
        """Whether it is the public one, which protects nobody."""
        return self._key == _DEMO_SECRET.encode()

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


def find_salt(root: Path, environment: Mapping[str, str] = os.environ) -> Salt:
    """The salt in `ECOCHARGE_SALT`, else in the file `ECOCHARGE_SALT_FILE` names, else our own.

    Args:
        root: the project folder, which holds `SALT_FILE`.
        environment: where the variables are.

    Raises:
        EcoChargeError: when there is none, it is shorter than 16 characters, its file cannot be
            read, or our own file can be read by others.
    """
    if secret := environment.get(VARIABLE, ""):
        return Salt(_long_enough(secret, VARIABLE))
    if named := environment.get(FILE_VARIABLE, ""):
        return _from_file(root / named)
    own = root / SALT_FILE
    if not own.exists():
        raise EcoChargeError(
            "there is no salt, and personal values may not be landed as they are",
            remedy=f"run `ecocharge init` once to make one, or set {VARIABLE} or {FILE_VARIABLE}; "
            "to try things out with a salt that everybody knows, add --demo-salt",
        )
    # Who mounts a file and names it decides who reads it; this one is ours to guard.
    if os.name == "posix" and own.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise EcoChargeError(
            "other users of this machine may read the salt",
            remedy=f"take that right away: chmod 600 {SALT_FILE.as_posix()}",
            file=own,
        )
    return _from_file(own)


def demo_salt() -> Salt:
    """The salt that everybody knows."""
    return Salt(_DEMO_SECRET)


def _from_file(path: Path) -> Salt:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EcoChargeError(
            f"the salt cannot be read ({error.strerror})",
            remedy=f"check the file and {FILE_VARIABLE}",
            file=path,
        ) from error
    return Salt(_long_enough(content.decode("utf-8", "surrogateescape").strip(), str(path)))


def _long_enough(secret: str, name: str) -> str:
    if len(secret) < MIN_CHARACTERS:
        raise EcoChargeError(
            f"the salt in {name} is too short to protect anything",
            remedy=f"use at least {MIN_CHARACTERS} characters, kept secret and kept the same",
        )
    return secret
