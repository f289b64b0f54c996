"""Models of the project as plain SQL, rendered without a dbt process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import jinja2

ROOT = Path(__file__).resolve().parents[2]


class _Adapter:
    def __init__(self, macros: dict[str, object]) -> None:
        self._macros = macros

    def dispatch(self, name: str) -> object:
        return self._macros[f"default__{name}"]


def rendered(model: str, macro_folders: Sequence[str]) -> str:
    """An intermediate model's SQL for DuckDB; each `ref` is the bare name.

    Args:
        model: its name.
        macro_folders: folders below `macros/` whose macros it needs.
    """
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)
    shared: dict[str, object] = {
        "ref": lambda name: name,
        "return": lambda value: value,
        "config": lambda **_: "",
    }
    macros: dict[str, object] = {}
    shared["adapter"] = _Adapter(macros)
    environment.globals.update(shared)
    # One template: a macro may call one of another file.
    texts = [
        path.read_text()
        for folder in macro_folders
        for path in sorted((ROOT / "macros" / folder).glob("*.sql"))
    ]
    found = environment.from_string("\n".join(texts)).module
    macros.update({name: value for name, value in vars(found).items() if callable(value)})
    environment.globals.update(macros)
    (path,) = (ROOT / "models" / "intermediate").glob(f"*/{model}.sql")
    return environment.from_string(path.read_text()).render()
