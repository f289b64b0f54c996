"""LookML as text.

Source: Google, LookML terms and concepts: parameters are `name: value`, a value is a word, a quoted
text, a list, a block in braces, or SQL that ends with `;;`.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sql:
    """A value that is SQL."""

    text: str


@dataclass(frozen=True)
class Text:
    """A value in quotes."""

    text: str


@dataclass
class Block:
    """`kind: name { ... }`; a value is a word, a list of words, a text or SQL."""

    kind: str
    name: str
    values: list[tuple[str, str | list[str] | Text | Sql]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


def rendered(block: Block, indent: int = 0) -> str:
    """The block as LookML."""
    space = "  " * indent
    lines = [f"{space}{block.kind}: {block.name} {{"]
    lines += [f"{space}  {key}: {_value(value)}" for key, value in block.values]
    for inner in block.blocks:
        lines += ["", rendered(inner, indent + 1)]
    return "\n".join([*lines, f"{space}}}"])


def quoted(text: str) -> str:
    """A text in quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _value(value: str | list[str] | Text | Sql) -> str:
    match value:
        case Text(text):
            return quoted(text)
        case Sql(text):
            return f"{text} ;;"
        case list():
            return f"[{', '.join(value)}]"
        case _:
            return value
