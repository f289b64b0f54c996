"""A folder of an object store, S3, Google Cloud or Azure, through one library: fsspec."""

from __future__ import annotations

import base64
import hashlib
import importlib
import logging
import mimetypes
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ecocharge.errors import EcoChargeError
from ecocharge.publishing.files import sha256

_BYTES_AT_ONCE = 8 * 2**20
_CREDENTIALS = {
    "s3": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or the machine's role",
    "gs": "GOOGLE_APPLICATION_CREDENTIALS, `gcloud auth application-default login`, or the"
    " machine's service account",
    "az": "AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT_NAME with a key, a SAS token"
    " or an Azure identity",
}
# Pages and pointers stay at one address, so nobody between the bucket and the reader may keep them.
_NOT_KEPT = "no-cache"


@dataclass(frozen=True)
class Bucket:
    """The folder `root` (`bucket/prefix`) of a store; paths are relative to it.

    An object is seen whole or not at all: every store puts it in place when its last byte is in.
    """

    url: str
    scheme: str
    root: str
    system: Any

    def _at(self, path: str) -> str:
        return f"{self.root}/{path}"

    def found(self, folder: str) -> dict[str, dict[str, Any]]:
        """What is below a folder: by path, what the store tells of it; empty if nothing is."""
        self.system.invalidate_cache()
        entries = self.system.find(self._at(folder), detail=True)
        begin = len(self.root) + 1
        return {path[begin:]: entry for path, entry in sorted(entries.items())}

    def put(self, file: Path, path: str, *, is_kept: bool = True) -> None:
        """Upload a file; where not `is_kept`, readers are to ask for it anew each time."""
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        self.system.put_file(str(file), self._at(path), **self._headers(kind, is_kept))

    def copy(self, source: str, path: str, file: Path) -> bool:
        """Copy an object within the store; whether that gave the bytes of the file."""
        try:
            self.system.cp_file(self._at(source), self._at(path))
        except FileNotFoundError:
            return False
        self.system.invalidate_cache()
        return self.holds(path, file, self.system.info(self._at(path)))

    def write(self, path: str, content: bytes, kind: str) -> None:
        """Replace a small object in one request."""
        self.system.pipe_file(self._at(path), content, **self._headers(kind, is_kept=False))

    def _headers(self, kind: str, is_kept: bool) -> dict[str, Any]:
        cache = {} if is_kept else {"cache_control": _NOT_KEPT}
        if self.scheme == "s3":
            return {"ContentType": kind} | ({} if is_kept else {"CacheControl": _NOT_KEPT})
        if self.scheme == "gs":
            return {"content_type": kind, "fixed_key_metadata": cache}
        return {"content_settings": {"content_type": kind, **cache}}

    def holds(self, path: str, file: Path, told: dict[str, Any] | None) -> bool:
        """Whether the object has the file's bytes, by its MD5 if the store tells one, or read back.

        Args:
            path: the object's.
            file: what it should hold.
            told: what `found` says of it, None where it does not.
        """
        if told is None or told["size"] != file.stat().st_size:
            return False
        with file.open("rb") as handle:
            md5 = hashlib.file_digest(handle, lambda: hashlib.md5(usedforsecurity=False))
        return _md5(told) == md5.hexdigest() or self._sha256(path) == sha256(file)

    def _sha256(self, path: str) -> str:
        digest = hashlib.sha256()
        with self.system.open(self._at(path), "rb", block_size=_BYTES_AT_ONCE) as handle:
            while block := handle.read(_BYTES_AT_ONCE):
                digest.update(block)
        return digest.hexdigest()

    def read(self, path: str) -> bytes | None:
        """A small object, None if there is none."""
        try:
            content: bytes = self.system.cat_file(self._at(path))
        except FileNotFoundError:
            return None
        return content

    def get(self, path: str, file: Path) -> None:
        """Download an object."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self.system.get_file(self._at(path), str(file))

    def remove(self, paths: list[str]) -> None:
        """Remove objects, those that are gone already included."""
        self.system.rm([self._at(path) for path in paths])


def names_bucket(url: str) -> bool:
    """Whether an address is that of a folder in a bucket; one that holds a password is not."""
    parts = urlsplit(url)
    return parts.scheme in _CREDENTIALS and bool(parts.netloc) and "@" not in parts.netloc


def _md5(told: dict[str, Any]) -> str | None:
    """Hex; None where the store tells none, as of what was uploaded in parts.

    An ETag of S3 is an MD5 unless the object was encrypted with a key of the customer's.
    """
    settings = told.get("content_settings") or {}
    if encoded := told.get("md5Hash"):
        return base64.b64decode(encoded).hex()
    if raw := settings.get("content_md5"):
        return bytes(raw).hex()
    tag = str(told.get("ETag", "")).strip('"')
    return tag if re.fullmatch(r"[0-9a-f]{32}", tag) else None


def _system(scheme: str) -> Any:
    # gcsfs would first ask another service of Google's for the kind of the bucket, with other
    # rights than reading and writing need.
    os.environ.setdefault("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")
    try:
        fsspec = importlib.import_module("fsspec")
        return fsspec.filesystem(scheme, skip_instance_cache=True, use_listings_cache=False)
    except ImportError as error:
        raise EcoChargeError(
            f"the libraries for buckets are not installed ({error.name or error})",
            remedy="install them: .venv/bin/pip install -e '.[buckets]'",
        ) from None


@contextmanager
def opened(url: str, retry: str) -> Iterator[Bucket]:
    """The folder that an address names, with the credentials that the environment holds.

    Args:
        url: such as `s3://bucket/prefix`.
        retry: the command that tries again, for those whose connection broke.

    Raises:
        EcoChargeError: no library, no credentials, no bucket, no right, no network.
    """
    parts = urlsplit(url)
    # Where nobody listens, the log of this library writes its traces over our message.
    logging.getLogger("gcsfs").addHandler(logging.NullHandler())
    try:
        root = f"{parts.netloc}{parts.path}".rstrip("/")
        yield Bucket(url, parts.scheme, root, _system(parts.scheme))
    except EcoChargeError:
        raise
    except FileNotFoundError:
        raise EcoChargeError(
            f"{url}: there is no bucket {parts.netloc}",
            remedy="make it where you make buckets; EcoCharge makes none",
        ) from None
    # The three libraries raise what they find, in a dozen classes that have nothing in common.
    except Exception as error:
        reason = (str(error).strip().splitlines() or [""])[0]
        raise EcoChargeError(
            f"{url}: {type(error).__name__}: {reason}",
            remedy="see that the place may be reached and that the environment holds credentials"
            f" for it: {_CREDENTIALS[parts.scheme]}; then: {retry}",
        ) from None
