"""The one error a user is meant to read: what happened, where, and what to do about it."""

from __future__ import annotations

from pathlib import Path


class EcoChargeError(Exception):
    """A problem with the user's input or machine, reported without a stack trace.

    Args:
        message: what happened, in one sentence.
        remedy: what the user can do next.
        file: the file it happened in.
        line: 1-based line in that file.
        column: the column's name, where one is to blame.
    """

    def __init__(
        self,
        message: str,
        *,
        remedy: str | None = None,
        file: str | Path | None = None,
        line: int | None = None,
        column: str | None = None,
    ) -> None:
        self.message = message
        self.remedy = remedy
        self.file = str(file) if file is not None else None
        self.line = line
        self.column = column
        super().__init__(str(self))

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        head = f"{place}: {self.message}" if place else self.message
        if self.column:
            head += f" (column {self.column!r})"
        return f"{head}\n  what to do: {self.remedy}" if self.remedy else head
