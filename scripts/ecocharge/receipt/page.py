"""The receipt as one self-contained page."""

from __future__ import annotations

import base64
import gzip
import json
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb

from ecocharge.pages import fill, policy_hash
from ecocharge.receipt.rows import SHOWN_PER_BAR, Packer
from ecocharge.receipt.scope import Scope
from ecocharge.receipt.statement import Statement, make_statement
from ecocharge.receipt.wording import Wording


def receipt_page(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    rules_seed: Path,
    *,
    origin: str,
    most: int = SHOWN_PER_BAR,
) -> tuple[Statement, str]:
    """The statement of a scope, and the page that shows it.

    Args:
        connection: holds the marts, as `make_statement` needs them.
        scope: feeds and period.
        rules_seed: `quality_rules.csv`, for the words.
        origin: what the marts are: a generation's id and time, or a file that was checked.
        most: rows that a bar carries at most.
    """
    statement = make_statement(connection, scope)
    packer = Packer(connection, most)
    wording = Wording(rules_seed)
    bars = [packer.step(step) for step in statement.steps]
    rows = {"steps": bars, "counted": packer.counted(), "words": packer.words.texts}
    packed = gzip.compress(json.dumps(rows, separators=(",", ":")).encode(), mtime=0)
    about = {
        "origin": origin,
        "sources": statement.sources,
        "period": scope.words(),
        "undated": statement.undated,
        "plain": [statement.plain_rows, _micro(statement.plain_kwh)],
        "true": [statement.true_rows, _micro(statement.true_kwh)],
        "files": packer.files(),
        "steps": [
            {
                "kind": step.kind,
                "title": wording.title(step),
                "why": wording.why(step),
                "remedy": wording.remedy(step),
                "rows": step.rows,
                "kwh": _micro(step.kwh),
            }
            for step in statement.steps
        ],
    }
    return statement, _render(about, base64.b64encode(packed).decode())


def _micro(kwh: Any) -> int:
    return int(kwh * 1_000_000)


def _render(about: dict[str, Any], rows: str) -> str:
    script = _text("page.js")
    packed = json.dumps(about, separators=(",", ":"), ensure_ascii=False)
    return fill(
        _text("page.html"),
        {
            "{{policy}}": policy_hash(script),
            "{{style}}": _text("page.css"),
            "{{about}}": packed.replace("<", "\\u003c"),
            "{{rows}}": rows,
            "{{script}}": script,
        },
    )


def _text(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
