"""The page itself: template, style, script, charting library and numbers in one file."""

from __future__ import annotations

import base64
import gzip
import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import vl_convert

from ecocharge.dashboard.charts import all_specs
from ecocharge.dashboard.payload import Payload, read_payload
from ecocharge.pages import fill, policy_hash
from ecocharge.paths import Paths
from ecocharge.publishing.files import write_atomically

# One idea each; the last one starts the page.
_SCRIPTS = ("cells", "pieces", "pictures", "places", "page")


def _package_text(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def _library() -> str:
    bundle: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return bundle


def _json(value: Any) -> str:
    """JSON that may stand inside a script element, whatever text it holds."""
    packed = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return packed.replace("<", "\\u003c")


def render(head: Payload, cells: Payload) -> str:
    """The whole page as HTML; it runs only its own two scripts and asks for nothing outside."""
    library = _library()
    script = "".join(_package_text(f"{name}.js") for name in _SCRIPTS)
    packed = gzip.compress(json.dumps(cells, separators=(",", ":")).encode(), mtime=0)
    parts = {
        "{{policy}}": f"{policy_hash(library)} {policy_hash(script)}",
        "{{style}}": _package_text("page.css"),
        "{{specs}}": _json(all_specs()),
        "{{payload}}": _json(head),
        "{{cells}}": base64.b64encode(packed).decode(),
        "{{library}}": library,
        "{{script}}": script,
    }
    return fill(_package_text("page.html"), parts)


def write_page(paths: Paths) -> Path:
    """Write `site/index.html` from the published marts, in one rename; returns the file.

    Raises:
        EcoChargeError: nothing usable is published.
    """
    page = render(*read_payload(paths.published))
    file = paths.site / "index.html"
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, page)
    return file
